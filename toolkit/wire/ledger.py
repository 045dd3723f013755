"""What a client knows of a server's jobs: its records, and the newest event that made them."""

from __future__ import annotations

from toolkit.wire.answers import JobQueued, Snapshot, StoredEvent, Subscribed
from toolkit.wire.asks import Subscribe
from toolkit.wire.fields import TERMINAL, JobRecord
from toolkit.wire.records import after


class Ledger:
    """The records that events and snapshots add up to, across any number of connections."""

    def __init__(self) -> None:
        self.records: dict[str, JobRecord] = {}
        self.seq = -1
        """Of the newest event that came."""
        self.gaps = 0
        """Events that did not follow the one before; none on a sound connection."""
        self._epoch = ""
        self._coming = ""
        """The epoch of a snapshot that is not whole yet; until it is, nothing can be resumed."""
        self._seen: set[str] = set()

    def question(self) -> Subscribe:
        """Asks for everything that was missed."""
        return Subscribe(since_seq=self.seq, epoch=self._epoch)

    def learn(self, event: StoredEvent) -> bool:
        """Whether the event is of a known job, whose record it changes."""
        self.gaps += event.seq > self.seq + 1
        self.seq = max(self.seq, event.seq)
        known = self.records.get(event.job)
        if known is None and not isinstance(event, JobQueued):
            return False  # of a job from before the snapshot
        self.records[event.job] = after(known, event)
        return True

    def subscribed(self, answer: Subscribed) -> None:
        """Events go on, or a snapshot comes first."""
        self._epoch = answer.epoch
        if answer.reset:
            self._epoch, self._coming = "", answer.epoch
            self.seq = answer.seq
            self._seen = set()

    def snapshot(self, page: Snapshot) -> list[JobRecord]:
        """Take a page over; after the last, the open jobs that the server lost with its store."""
        for record in page.jobs:
            self.records[record.job] = record
            self._seen.add(record.job)
        if page.more:
            return []
        self._epoch = self._coming
        lost = [
            record
            for job, record in self.records.items()
            if job not in self._seen and record.state not in TERMINAL
        ]
        for record in lost:
            del self.records[record.job]
        return lost
