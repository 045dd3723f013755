"""Results on their way from the server, for jobs that wait for them and for whoever looks."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import PlayreelError
from toolkit.wire.conversation import Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A result that came, or that will not come."""

    result: str
    job: str
    """The job that waits for it; empty when it is only looked at."""
    content: bytes = b""
    failure: str = ""
    """Why it will not come, for people."""


class Fetching:
    """Asks for each result once, however many want it."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._wanted: dict[str, str] = {}
        """Jobs by the result that is on its way; empty for one that is only looked at."""

    @property
    def busy(self) -> bool:
        """Whether anything is on its way."""
        return bool(self._wanted)

    def ask(self, result: str, job: str = "") -> None:
        """Have a result come for a job, or to be looked at."""
        if result not in self._wanted:
            self._talk.fetch(result)
        self._wanted[result] = self._wanted.get(result) or job

    def receive(self) -> Arrival | None:
        """The next that came, or ``None``; each is told once."""
        for result, job in self._wanted.items():
            try:
                content = self._talk.fetched(result)
            except PlayreelError as error:
                del self._wanted[result]
                return Arrival(result=result, job=job, failure=str(error))
            if content is not None:
                del self._wanted[result]
                return Arrival(result=result, job=job, content=content)
        return None
