"""What becomes a job: a checked request, within the limits of the queue, not cancelled before."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.server.limits import Limits
from toolkit.wire.fields import JobRecord, Priority
from toolkit.wire.refused import Refused

REMEMBERED_CANCELS = 256


def fingerprint_of(canonical: str, model: str) -> str:
    """What two submissions must share to be the same job."""
    return hashlib.sha256(f"{canonical}\n{model}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A checked request on its way to become a job."""

    job: str
    client: str
    priority: Priority
    model: str
    request: Mapping[str, Any]
    """As it is told to clients."""
    canonical: str
    """The same with every default, for the fingerprint."""
    retry_of: str = ""


def require_place(jobs: Iterable[JobRecord], client: str, limits: Limits) -> None:
    """Return when one more job of a client may wait.

    Raises:
        Refused: ``limit_reached``.
    """
    queued = [record for record in jobs if record.state == "queued"]
    own = sum(1 for record in queued if record.client == client)
    for count, most, whose in (
        (len(queued), limits.max_queued, "jobs wait"),
        (own, limits.max_queued_per_client, f"jobs of {client or 'this client'} wait"),
    ):
        if count >= most:
            raise Refused("limit_reached", f"{count} {whose}; at most {most}: wait or cancel some.")


class EarlyCancels:
    """Wishes to cancel jobs that have not arrived; only the latest are remembered."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, None] = OrderedDict()

    def remember(self, job: str) -> None:
        """The job is to be cancelled should it arrive."""
        self._jobs[job] = None
        while len(self._jobs) > REMEMBERED_CANCELS:
            self._jobs.popitem(last=False)

    def forget(self, job: str) -> bool:
        """Whether the job, which has arrived, was to be cancelled."""
        known = job in self._jobs
        self._jobs.pop(job, None)
        return known
