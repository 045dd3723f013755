"""A result on its way to a client, chunk by chunk, as its credit allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toolkit.wire.frames import RESULT, Frame, encode_frame


@dataclass(slots=True, kw_only=True)
class ResultStream:
    """The chunks of a result that are still to be sent."""

    stream: int
    re: str = ""
    """Id of the question, for a failure on the way."""
    size: int
    chunk_size: int
    next: int
    credit: int
    read: Callable[[int, int], bytes]
    """(start, length) to bytes."""

    @property
    def chunks(self) -> int:
        """How many chunks the whole has."""
        return max(1, -(-self.size // self.chunk_size))

    def take(self) -> bytes:
        """The next chunk as a binary message."""
        frame = Frame(
            kind=RESULT,
            stream=self.stream,
            index=self.next,
            count=self.chunks,
            payload=self.read(self.next * self.chunk_size, self.chunk_size),
        )
        self.next += 1
        self.credit -= 1
        return encode_frame(frame)
