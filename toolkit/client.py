"""A running server from Python: the same ``generate``, and jobs that outlive connections.

::

    with Client.connect() as client:
        job = client.submit(SpriteRequest(prompt="a red knight walking right"))
        clip = job.result()

``AsyncClient`` has the same methods to be awaited.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from websockets.asyncio.client import ClientConnection as AsyncConnection
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection as Connection
from websockets.sync.client import connect as connect_sync
from websockets.typing import Subprotocol

from toolkit import __version__
from toolkit.errors import NotAllowed, PlayreelError, ServerUnreachable
from toolkit.messages import Request, encode_request
from toolkit.state_folder import ServerFile, read_server, read_token, state_folder
from toolkit.wire.answers import Failure, JobProgress, JobState, ServerMessage
from toolkit.wire.asks import ClientMessage
from toolkit.wire.conversation import Conversation, News, error_of
from toolkit.wire.fields import MOST_FRAME, SUBPROTOCOL, TERMINAL, JobRecord, Priority

if TYPE_CHECKING:
    from toolkit.clip import Clip

PATIENCE = 30.0
"""Seconds to try again after a connection was lost."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
TICK = 0.1
"""Seconds between two looks at ``cancelled``."""
START = "start one with: playreel serve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is and what lets us in."""

    url: str
    token: str = field(repr=False)

    @property
    def arguments(self) -> dict[str, Any]:
        """How to open the websocket."""
        return {
            "subprotocols": [Subprotocol(SUBPROTOCOL)],
            "additional_headers": {"Authorization": f"Bearer {self.token}"},
            "compression": None,
            "max_size": MOST_FRAME,
            "open_timeout": 10,
            "proxy": None,
        }


def find_server(state: Path | None = None) -> Address | None:
    """The server that the state folder names, or ``None``; whether it answers is another thing."""
    folder = state or state_folder()
    known: ServerFile | None = read_server(folder)
    token = read_token(folder)
    if known is None or not token:
        return None
    return Address(url=f"ws://{known.address}/", token=token)


def require_server(state: Path | None) -> Address:
    """The server that the state folder names.

    Raises:
        ServerUnreachable: it names none.
    """
    found = find_server(state)
    if found is None:
        raise ServerUnreachable(f"no server is known in {state or state_folder()}; {START}.")
    return found


def pauses() -> Generator[float]:
    """Seconds between attempts to connect: doubling, with some chance so that clients spread."""
    pause = FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(LONGEST_PAUSE, pause * 2)


def refusal(error: Exception, address: Address) -> PlayreelError:
    """What to say when a server cannot be reached or does not let us in."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        if status == 401:
            return NotAllowed(f"{address.url} refused the token; is it of another state folder?")
        if status in (400, 403):
            return NotAllowed(f"{address.url} does not speak {SUBPROTOCOL}; update Playreel.")
    return ServerUnreachable(f"no server answers at {address.url} ({error}); {START}.")


def request_body(request: Request) -> Mapping[str, Any]:
    """The request as it is sent, without its picture, which is uploaded."""
    body: dict[str, Any] = json.loads(encode_request(replace(request, image=b"")))
    return body


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


class Client:
    """A connection that blocks; use it in a ``with`` block, from one thread.

    Every method that waits raises ``ServerUnreachable`` when the server is gone for longer than
    ``patience`` seconds, and ``NotAllowed`` when it does not let us in.
    """

    def __init__(
        self, address: Address, *, client: str = "python", patience: float = PATIENCE
    ) -> None:
        self.address = address
        self.patience = patience
        self.talk = Conversation(client=client, version=__version__)
        self._stack = ExitStack()
        self._socket: Connection | None = None

    @classmethod
    def connect(cls, state: Path | None = None, **options: Any) -> Client:
        """A client of the server that runs here.

        Raises:
            ServerUnreachable: there is none.
        """
        return cls(require_server(state), **options)

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> Self:
        """Connect; ``close`` ends it."""
        self._open()
        return self

    def close(self) -> None:
        """End the connection; jobs go on."""
        self._stack.close()

    def models(self) -> tuple[str, ...]:
        """Hashes of the server's models; the first is its default."""
        self.wait_for(lambda: self.talk.server is not None)
        assert self.talk.server is not None, "that was waited for"
        return tuple(model.model for model in self.talk.server.models)

    def submit(
        self,
        request: Request,
        *,
        job: str = "",
        model: str = "",
        priority: Priority = "normal",
    ) -> Job:
        """A new job for the request; without ``model``, a hash, the server's default draws it."""
        name = self.talk.submit(
            request_body(request), image=request.image, job=job, model=model, priority=priority
        )
        self.flush()
        return Job(self, name)

    def generate(
        self,
        request: Request,
        *,
        model: str = "",
        on_progress: Callable[[JobProgress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Clip:
        """The clip that a request asks for, as ``toolkit.generate.generate`` makes it.

        Raises:
            JobCancelled: ``cancelled()`` became true.
            PlayreelError: the job failed; the class says how.
        """
        job = self.submit(request, model=model)
        try:
            self._follow(job, on_progress, cancelled)
        except KeyboardInterrupt:
            job.cancel()
            raise
        return job.result()

    def _follow(
        self,
        job: Job,
        on_progress: Callable[[JobProgress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        """Return when the job has ended."""
        asked = False
        while not self.talk.ended(job.name):
            if cancelled is not None and not asked and cancelled():
                asked = True
                job.cancel()
            self.pump(TICK)
            for news in self.take(job.name):
                if isinstance(news, JobProgress) and on_progress is not None:
                    on_progress(news)

    def ask(self, message: ClientMessage) -> ServerMessage:
        """The direct answer to any question, such as ``ModelList()``.

        Raises:
            PlayreelError: it was refused.
        """
        name = self.talk.ask(message)
        self.flush()
        self.wait_for(lambda: name in self.talk.answers)
        answer = self.talk.answers.pop(name)
        if isinstance(answer, Failure):
            raise error_of(answer.code, answer.message)
        return answer

    def wait_for(self, done: Callable[[], bool], timeout: float | None = None) -> bool:
        """Whether ``done()`` became true in time; messages are read meanwhile."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not done():
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return False
            self.pump(left)
        return True

    def pump(self, timeout: float | None) -> None:
        """Read one message, if one comes in time; a lost connection is made again."""
        try:
            assert self._socket is not None, "use the client in a with block"
            message = self._socket.recv(timeout)
        except TimeoutError:
            return
        except (ConnectionClosed, OSError):
            self._reopen()
            return
        self.talk.receive(message)
        self.flush()

    def take(self, job: str) -> list[News]:
        """News of a job that were not taken yet."""
        found = [news for news in self.talk.news if of_job(news, job)]
        others = [news for news in self.talk.news if not of_job(news, job)]
        self.talk.news.clear()
        self.talk.news.extend(others)
        return found

    def _open(self) -> None:
        try:
            opening = cast(Any, connect_sync)(self.address.url, **self.address.arguments)
            self._socket = self._stack.enter_context(opening)
        except (OSError, InvalidHandshake, ConnectionClosed, EOFError) as error:
            raise refusal(error, self.address) from error
        self.talk.connected()
        self.flush()

    def _reopen(self) -> None:
        deadline = time.monotonic() + self.patience
        for pause in pauses():
            self._stack.close()
            try:
                self._open()
                return
            except ServerUnreachable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(pause)

    def flush(self) -> None:
        """Send what waits to be sent."""
        assert self._socket is not None, "use the client in a with block"
        try:
            while self.talk.outgoing:
                self._socket.send(self.talk.outgoing[0])
                self.talk.outgoing.popleft()
        except (ConnectionClosed, OSError):
            return  # the next pump connects again and sends all that was not answered


class Job:
    """A job of a ``Client``."""

    def __init__(self, client: Client, name: str) -> None:
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


class AsyncClient:
    """As ``Client``, for asyncio; use it in an ``async with`` block."""

    def __init__(
        self, address: Address, *, client: str = "python", patience: float = PATIENCE
    ) -> None:
        self.address = address
        self.patience = patience
        self.talk = Conversation(client=client, version=__version__)
        self.changed = asyncio.Condition()
        self._stack = AsyncExitStack()
        self._socket: AsyncConnection | None = None
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    def connect(cls, state: Path | None = None, **options: Any) -> AsyncClient:
        """A client of the server that runs here.

        Raises:
            ServerUnreachable: there is none.
        """
        return cls(require_server(state), **options)

    async def __aenter__(self) -> Self:
        await self._open()
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._reading is not None:
            self._reading.cancel()
        await self._stack.aclose()

    async def submit(
        self,
        request: Request,
        *,
        job: str = "",
        model: str = "",
        priority: Priority = "normal",
    ) -> AsyncJob:
        """A new job for the request; without ``model``, a hash, the server's default draws it."""
        name = self.talk.submit(
            request_body(request), image=request.image, job=job, model=model, priority=priority
        )
        await self.flush()
        return AsyncJob(self, name)

    async def ask(self, message: ClientMessage) -> ServerMessage:
        """The direct answer to any question.

        Raises:
            PlayreelError: it was refused.
        """
        name = self.talk.ask(message)
        await self.flush()
        await self.wait_for(lambda: name in self.talk.answers)
        answer = self.talk.answers.pop(name)
        if isinstance(answer, Failure):
            raise error_of(answer.code, answer.message)
        return answer

    async def wait_for(self, done: Callable[[], bool]) -> None:
        """Return when ``done()`` is true."""
        async with self.changed:
            while not done():
                if self._reading is not None and self._reading.done():
                    await self._reading  # raises what ended it
                await self.changed.wait()

    def take(self, job: str) -> list[News]:
        """News of a job that were not taken yet."""
        found = [news for news in self.talk.news if of_job(news, job)]
        others = [news for news in self.talk.news if not of_job(news, job)]
        self.talk.news.clear()
        self.talk.news.extend(others)
        return found

    async def flush(self) -> None:
        """Send what waits to be sent."""
        assert self._socket is not None, "use the client in an async with block"
        try:
            while self.talk.outgoing:
                await self._socket.send(self.talk.outgoing.popleft())
        except ConnectionClosed:
            return  # the reader connects again and sends all that was not answered

    async def _open(self) -> None:
        try:
            self._socket = await self._stack.enter_async_context(
                connect_async(self.address.url, **self.address.arguments)
            )
        except (OSError, InvalidHandshake, ConnectionClosed, EOFError) as error:
            raise refusal(error, self.address) from error
        self.talk.connected()
        await self.flush()

    async def _read(self) -> None:
        try:
            while True:
                await self._read_connection()
                await self._reopen()
        finally:
            async with self.changed:
                self.changed.notify_all()

    async def _read_connection(self) -> None:
        assert self._socket is not None, "it was opened before"
        try:
            async for message in self._socket:
                self.talk.receive(message)
                await self.flush()
                async with self.changed:
                    self.changed.notify_all()
        except ConnectionClosed:
            return

    async def _reopen(self) -> None:
        deadline = time.monotonic() + self.patience
        for pause in pauses():
            await self._stack.aclose()
            try:
                await self._open()
                return
            except ServerUnreachable:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(pause)


class AsyncJob:
    """A job of an ``AsyncClient``."""

    def __init__(self, client: AsyncClient, name: str) -> None:
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
