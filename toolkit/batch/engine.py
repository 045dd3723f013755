"""What a batch needs of whatever makes its clips, here or on a cluster."""

from __future__ import annotations

from typing import Protocol

from toolkit.batch.making import Job, Outcome


class Engine(Protocol):
    """Makes clips in the background; what is handed in comes back once, in any order."""

    capacity: int
    """Jobs that keep it busy; more of them handed in only wait in memory."""

    def submit(self, job: Job) -> None:
        """Hand a job in."""
        ...

    def next(self) -> Outcome:
        """Wait for the next job that is finished; there must be one in the works."""
        ...

    def close(self) -> None:
        """Drop what is in the works and free everything."""
        ...
