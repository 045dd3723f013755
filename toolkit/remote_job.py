"""A job on a server, as a client holds it; one face that blocks and one to be awaited."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from toolkit.errors import BadRequest
from toolkit.messages import Request, TurntableRequest, encode_request
from toolkit.wire.answers import Failure, JobState
from toolkit.wire.conversation import Conversation, News
from toolkit.wire.fields import TERMINAL, JobRecord

if TYPE_CHECKING:
    from toolkit.clip import Clip


def request_body(request: Request) -> Mapping[str, Any]:
    """The request as it is sent, without its picture or mesh, which is uploaded."""
    body: dict[str, Any] = json.loads(encode_request(replace(request, image=b"")))
    return body


def mesh_of(request: Request) -> bytes:
    """What the request's mesh file holds, to be uploaded; empty without a mesh.

    Raises:
        BadRequest: the file cannot be read.
    """
    if not isinstance(request, TurntableRequest) or not request.mesh or request.mesh_bytes:
        return getattr(request, "mesh_bytes", b"")
    try:
        content = Path(request.mesh).read_bytes()
    except OSError as error:
        raise BadRequest(f"cannot read {request.mesh}: {error.strerror or error}.") from error
    if not content:
        raise BadRequest(f"{request.mesh} is empty; give a mesh with a surface.")
    return content


def clip_of(content: bytes) -> Clip:
    """The clip of a result; only here pixels are touched."""
    from toolkit.packed_clip import unpack_clip

    return unpack_clip(content)


def of_job(news: News, job: str) -> bool:
    """Whether news are about a job."""
    return news.job == job


def is_end(news: News) -> bool:
    """Whether nothing more follows about the job."""
    return isinstance(news, Failure) or (isinstance(news, JobState) and news.state in TERMINAL)


class Blocking(Protocol):
    """The client behind a ``Job``."""

    @property
    def talk(self) -> Conversation:
        """What was said so far."""
        ...

    def take(self, job: str) -> list[News]:
        """News of a job that were not taken yet."""
        ...

    def pump(self, timeout: float | None) -> None:
        """Read one message, if one comes in time."""
        ...

    def flush(self) -> None:
        """Send what waits to be sent."""
        ...

    def wait_for(self, done: Callable[[], bool], timeout: float | None = None) -> bool:
        """Whether ``done()`` became true in time."""
        ...


class Awaited(Protocol):
    """The client behind an ``AsyncJob``."""

    @property
    def talk(self) -> Conversation:
        """What was said so far."""
        ...

    def take(self, job: str) -> list[News]:
        """News of a job that were not taken yet."""
        ...

    async def flush(self) -> None:
        """Send what waits to be sent."""
        ...

    async def wait_for(self, done: Callable[[], bool]) -> None:
        """Return when ``done()`` is true."""
        ...


class Job:
    """A job of a ``Client``."""

    def __init__(self, client: Blocking, name: str) -> None:
        self.client = client
        self.name = name

    def events(self) -> Generator[News]:
        """Everything about the job as it happens; ends with its terminal state."""
        while True:
            for news in self.client.take(self.name):
                yield news
                if is_end(news):
                    return
            if self.client.talk.ended(self.name):
                return  # long ago: the news of it were dropped unread
            self.client.pump(None)

    def wait(self, timeout: float | None = None) -> bool:
        """Whether the job ended within ``timeout`` seconds."""
        return self.client.wait_for(lambda: self.client.talk.ended(self.name), timeout)

    def cancel(self) -> None:
        """Ask to stop it; ``wait`` then says when it has."""
        self.client.talk.cancel(self.name)
        self.client.flush()

    def record(self) -> JobRecord:
        """All that is known of the job once it is done.

        Raises:
            PlayreelError: it ended in another way; the class says how.
        """
        self.wait()
        return self.client.talk.outcome(self.name)

    def result_bytes(self) -> bytes:
        """The PNG sheet once the job is done.

        Raises:
            PlayreelError: it ended in another way, or the result is gone.
        """
        info = self.record().result
        assert info is not None, "a job that is done has a result"
        talk = self.client.talk
        talk.fetch(info.result)
        self.client.flush()
        found: list[bytes] = []

        def whole() -> bool:
            content = talk.fetched(info.result)
            found.extend([] if content is None else [content])
            return bool(found)

        self.client.wait_for(whole)
        return found[0]

    def result(self) -> Clip:
        """The clip once the job is done.

        Raises:
            PlayreelError: as ``result_bytes``.
        """
        return clip_of(self.result_bytes())


class AsyncJob:
    """A job of an ``AsyncClient``."""

    def __init__(self, client: Awaited, name: str) -> None:
        self.client = client
        self.name = name

    async def events(self) -> AsyncGenerator[News]:
        """Everything about the job as it happens; ends with its terminal state."""
        talk = self.client.talk
        while True:
            for news in self.client.take(self.name):
                yield news
                if is_end(news):
                    return
            if talk.ended(self.name):
                return  # long ago: the news of it were dropped unread
            await self.client.wait_for(lambda: any(of_job(n, self.name) for n in talk.news))

    async def wait(self) -> None:
        """Return when the job has ended; give it a time with ``asyncio.timeout``."""
        await self.client.wait_for(lambda: self.client.talk.ended(self.name))

    async def cancel(self) -> None:
        """Ask to stop it; ``wait`` then says when it has."""
        self.client.talk.cancel(self.name)
        await self.client.flush()

    async def result_bytes(self) -> bytes:
        """The PNG sheet once the job is done.

        Raises:
            PlayreelError: it ended in another way, or the result is gone.
        """
        await self.wait()
        talk = self.client.talk
        info = talk.outcome(self.name).result
        assert info is not None, "a job that is done has a result"
        talk.fetch(info.result)
        await self.client.flush()
        found: list[bytes] = []

        def whole() -> bool:
            content = talk.fetched(info.result)
            found.extend([] if content is None else [content])
            return bool(found)

        await self.client.wait_for(whole)
        return found[0]

    async def result(self) -> Clip:
        """The clip once the job is done.

        Raises:
            PlayreelError: as ``result_bytes``.
        """
        return clip_of(await self.result_bytes())
