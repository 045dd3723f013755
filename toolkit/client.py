"""A running server from Python: the same ``generate``, and jobs that outlive connections.

::

    with Client.connect() as client:
        job = client.submit(SpriteRequest(prompt="a red knight walking right"))
        clip = job.result()

``AsyncClient`` has the same methods to be awaited.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Generator
from contextlib import AsyncExitStack, ExitStack
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
from toolkit.messages import Request
from toolkit.remote_job import AsyncJob, Job, mesh_of, request_body
from toolkit.server_address import START, Address, require_server
from toolkit.wire.answers import Failure, JobProgress, ServerMessage
from toolkit.wire.asks import ClientMessage
from toolkit.wire.conversation import Conversation, News
from toolkit.wire.failures import error_of
from toolkit.wire.fields import MOST_FRAME, SUBPROTOCOL, Priority

if TYPE_CHECKING:
    from toolkit.clip import Clip

PATIENCE = 30.0
"""Seconds to try again after a connection was lost."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
TICK = 0.1
"""Seconds between two looks at ``cancelled``."""


def arguments(address: Address) -> dict[str, Any]:
    """How to open the websocket."""
    return {
        "subprotocols": [Subprotocol(SUBPROTOCOL)],
        "additional_headers": {"Authorization": f"Bearer {address.token}"},
        "compression": None,
        "max_size": MOST_FRAME,
        "open_timeout": 10,
        "proxy": None,
    }


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
            request_body(request), image=request.image, mesh=mesh_of(request), job=job, model=model,
            priority=priority,
        )  # fmt: skip
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
        return self.talk.take(job)

    def _open(self) -> None:
        try:
            opening = cast(Any, connect_sync)(self.address.url, **arguments(self.address))
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
        mesh = await asyncio.to_thread(mesh_of, request)
        name = self.talk.submit(
            request_body(request), image=request.image, mesh=mesh, job=job, model=model,
            priority=priority,
        )  # fmt: skip
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
        return self.talk.take(job)

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
                connect_async(self.address.url, **arguments(self.address))
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
