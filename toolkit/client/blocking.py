"""The client that blocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from toolkit import __version__
from toolkit.client.opening import (
    CLOSED,
    NOT_OPENED,
    PATIENCE,
    Connection,
    open_sync,
    pauses,
    refusal,
)
from toolkit.errors import ServerUnreachable
from toolkit.messages import Request
from toolkit.remote_job import Job, mesh_of, request_body
from toolkit.server_address import Address, require_server
from toolkit.wire.answers import Failure, JobProgress, ServerMessage
from toolkit.wire.asks import ClientMessage
from toolkit.wire.conversation import Conversation, News
from toolkit.wire.failures import error_of
from toolkit.wire.fields import Priority

if TYPE_CHECKING:
    from toolkit.clip import Clip

TICK = 0.1
"""Seconds between two looks at ``cancelled``."""


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
        except (CLOSED, OSError):
            self._reopen()
            return
        self.talk.receive(message)
        self.flush()

    def take(self, job: str) -> list[News]:
        """News of a job that were not taken yet."""
        return self.talk.take(job)

    def _open(self) -> None:
        try:
            self._socket = self._stack.enter_context(open_sync(self.address))
        except NOT_OPENED as error:
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
        except (CLOSED, OSError):
            return  # the next pump connects again and sends all that was not answered
