"""The client for asyncio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from toolkit import __version__
from toolkit.client.opening import (
    CLOSED,
    NOT_OPENED,
    PATIENCE,
    AsyncConnection,
    open_async,
    pauses,
    refusal,
)
from toolkit.errors import ServerUnreachable
from toolkit.messages import Request
from toolkit.remote_job import AsyncJob, mesh_of, request_body
from toolkit.server_address import Address, require_server
from toolkit.wire.answers import Failure, ServerMessage
from toolkit.wire.asks import ClientMessage
from toolkit.wire.conversation import Conversation, News
from toolkit.wire.failures import error_of
from toolkit.wire.fields import Priority


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
        except CLOSED:
            return  # the reader connects again and sends all that was not answered

    async def _open(self) -> None:
        try:
            self._socket = await self._stack.enter_async_context(open_async(self.address))
        except NOT_OPENED as error:
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
        except CLOSED:
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
