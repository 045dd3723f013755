"""A refusal that has a code of the protocol."""

from __future__ import annotations

from toolkit.errors import PlayreelError
from toolkit.wire.fields import ErrorCode


class Refused(PlayreelError):
    """The server refuses what was asked; ``code`` is what programs read, the message is ours."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
