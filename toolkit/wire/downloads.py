"""Results on their way to a client: asked for, paid with credit, whole, and again after a loss."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from toolkit.errors import JobFailed
from toolkit.wire.answers import Failure, ResultStart
from toolkit.wire.asks import ClientMessage, ResultGet, StreamCredit
from toolkit.wire.failures import error_of
from toolkit.wire.frames import Assembly, Frame

CREDIT = 16
MOST_RESULT = 2**30


@dataclass(slots=True, kw_only=True)
class Download:
    """A result on its way."""

    assembly: Assembly
    ask: str = ""
    """Id of the latest question for it."""
    stream: int = -1
    unpaid: int = 0
    """Chunks since the last credit."""
    content: bytes | None = None
    hashed: Any = field(default_factory=hashlib.sha256)
    """Of the chunks that came: hashing all at the end would make one message take long."""
    failure: Failure | None = None


class Downloads:
    """Every result that a client asked for and was not handed out yet.

    ``ask`` sends a question that is asked again until it is answered, ``send`` any message,
    ``new_id`` makes the id of a question.
    """

    def __init__(
        self,
        *,
        ask: Callable[[ClientMessage], None],
        send: Callable[[ClientMessage], None],
        new_id: Callable[[str], str],
    ) -> None:
        self._ask, self._send, self._new_id = ask, send, new_id
        self._known: dict[str, Download] = {}

    def again(self) -> None:
        """Ask for the rest of all that is not whole, on a new connection."""
        for result, download in self._known.items():
            if download.content is None and download.failure is None:
                self._start(result, download)

    def fetch(self, result: str) -> None:
        """Ask for the bytes of a result."""
        if result not in self._known or self._known[result].failure is not None:
            self._known[result] = Download(assembly=Assembly(most=MOST_RESULT))
            self._start(result, self._known[result])

    def fetched(self, result: str) -> bytes | None:
        """The bytes once they are whole; they are handed out once.

        Raises:
            PlayreelError: the server has no such result, or sent other bytes.
        """
        download = self._known[result]
        if download.failure is not None:
            raise error_of(download.failure.code, download.failure.message)
        if download.content is None:
            return None
        del self._known[result]
        if download.hashed.hexdigest() != result:
            raise JobFailed(f"the server sent other bytes than {result[:12]}; ask again.")
        return download.content

    def started(self, start: ResultStart) -> None:
        """The server has begun to send."""
        download = self._known.get(start.result)
        if download is None:
            return
        download.stream = start.stream
        if download.assembly.next == 0:
            download.assembly = Assembly(most=MOST_RESULT, size=start.size)

    def receive(self, frame: Frame) -> None:
        """A chunk of a result."""
        for download in self._known.values():
            if download.stream == frame.stream:
                self._add(download, frame)
                return

    def fail(self, failure: Failure) -> bool:
        """Whether the failure is that of a result, at its start or on its way."""
        for download in self._known.values():
            if failure.re and download.ask == failure.re:
                download.failure = failure
                return True
        return False

    def _start(self, result: str, download: Download) -> None:
        download.stream = -1
        download.unpaid = 0
        first = download.assembly.next
        download.ask = self._new_id("get")
        self._ask(ResultGet(id=download.ask, result=result, first_chunk=first, credit=CREDIT))

    def _add(self, download: Download, frame: Frame) -> None:
        download.content = download.assembly.add(frame)
        download.hashed.update(frame.payload)
        download.unpaid += 1
        if download.content is None and download.unpaid * 2 >= CREDIT:
            self._send(StreamCredit(stream=frame.stream, credit=download.unpaid))
            download.unpaid = 0
