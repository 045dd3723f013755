"""Whose job comes next: lanes, priorities, and turns between clients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from toolkit.wire.fields import JobRecord, Priority

Lane = Literal["main", "preview"]
RANKS: Mapping[Priority, int] = {"interactive": 0, "normal": 1, "background": 2}
REMEMBERED_CLIENTS = 1024


def lane_of(priority: Priority) -> Lane:
    """The worker that runs jobs of this priority."""
    return "preview" if priority == "interactive" else "main"


class Turns:
    """Who was served when: highest priority first, then the client served longest ago."""

    def __init__(self) -> None:
        self._served: dict[str, int] = {}
        self._turn = 0

    def line(self, records: Iterable[JobRecord], lane: Lane) -> list[JobRecord]:
        """Jobs that wait for the lane's worker, the next one first; records come oldest first."""
        queued = [
            record
            for record in records
            if record.state == "queued" and lane_of(record.priority) == lane
        ]
        return sorted(queued, key=lambda r: (RANKS[r.priority], self._served.get(r.client, 0)))

    def served(self, client: str) -> None:
        """A job of this client was begun."""
        self._turn += 1
        self._served.pop(client, None)
        self._served[client] = self._turn
        for forgotten in list(self._served)[:-REMEMBERED_CLIENTS]:
            del self._served[forgotten]
