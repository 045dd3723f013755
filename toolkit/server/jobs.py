"""Jobs and their states: every change is stored first, then told; no clock and no I/O of its own.

::

    queued -> preparing -> running -> decoding -> exporting -> done
       \\____________ cancelling -> cancelled      failed, interrupted
"""

from __future__ import annotations

from collections.abc import Callable

from toolkit.errors import StoreUnavailable
from toolkit.server.admission import EarlyCancels, Submission, fingerprint_of, require_place
from toolkit.server.limits import Limits
from toolkit.server.store import Store
from toolkit.server.turns import Lane, Turns, lane_of
from toolkit.wire.answers import JobMarked, JobQueued, JobState, StoredEvent
from toolkit.wire.fields import (
    TERMINAL,
    ErrorCode,
    JobRecord,
    JobStateName,
    ResultInfo,
)
from toolkit.wire.refused import Refused

ORDER: tuple[JobStateName, ...] = (
    "queued", "preparing", "running", "decoding", "exporting", "done",
)  # fmt: skip


class Jobs:
    """Every job that has not ended, and the rules by which jobs change.

    ``publish`` is called with each stored event, in order. A change that a client asked for and
    that cannot be stored is refused; one that a worker reports waits until it can be.
    """

    def __init__(
        self,
        store: Store,
        *,
        limits: Limits,
        publish: Callable[[StoredEvent], None],
        clock: Callable[[], float],
    ) -> None:
        self._store, self._limits, self._publish, self._clock = store, limits, publish, clock
        self._open: dict[str, JobRecord] = {}
        """Jobs that have not ended, in the order they were queued."""
        self._waiting: list[JobState] = []
        """Reported by workers, not stored yet."""
        self._turns = Turns()
        self._early = EarlyCancels()

    def recover(self) -> None:
        """Take over the store after a start: what was at work then is interrupted.

        Raises:
            StoreUnavailable: the store cannot be written.
        """
        for record in self._store.unfinished():
            self._open[record.job] = record
            if record.state == "cancelling":
                self._store_state(record.job, "cancelled", message="the server was stopped.")
            elif record.state != "queued":
                self._store_state(
                    record.job, "interrupted", message="the server died; submit it again."
                )

    def submit(self, asked: Submission) -> tuple[JobRecord, bool]:
        """The job's record, and whether it was there already.

        Raises:
            Refused: ``conflict`` with another request of this id, or ``limit_reached``.
            StoreUnavailable: it cannot be stored; then there is no such job.
        """
        self.flush()
        known = self._found(asked.job)
        if known is not None:
            self._require_same(asked)
            return known, True
        require_place(self._open.values(), asked.client, self._limits)
        event = JobQueued(
            seq=0, at=self._now(), job=asked.job, client=asked.client, priority=asked.priority,
            model=asked.model, request=asked.request, retry_of=asked.retry_of,
        )  # fmt: skip
        self._apply(event, fingerprint=fingerprint_of(asked.canonical, asked.model))
        if self._early.forget(asked.job):
            self.cancel(asked.job)
        elif asked.priority == "interactive":
            self._replace_interactive(asked)
        record = self._found(asked.job)
        assert record is not None, f"{asked.job} was just stored"
        return record, False

    def cancel(self, job: str) -> JobStateName:
        """The job's true state after the wish to cancel it: ``cancelling`` or a terminal one.

        Raises:
            Refused: ``unknown_job``; then the wish is remembered for when the job arrives.
        """
        self.flush()
        record = self._found(job)
        if record is None:
            self._early.remember(job)
            raise Refused(
                "unknown_job", f"there is no job {job!r}; if it still arrives, it is cancelled."
            )
        if record.state == "queued":
            self._store_state(job, "cancelling")
            self._store_state(job, "cancelled")
        elif record.state not in (*TERMINAL, "cancelling"):
            self._store_state(job, "cancelling")
        return self.state(job)

    def mark(self, job: str, *, favourite: bool) -> None:
        """Make a job a favourite or no longer one.

        Raises:
            Refused: ``unknown_job``.
            StoreUnavailable: it cannot be stored.
        """
        self.flush()
        self.known(job)
        self._apply(JobMarked(seq=0, at=self._now(), job=job, favourite=favourite))

    def take(self, lane: Lane) -> JobRecord | None:
        """The next job for a free worker, now ``preparing``; ``None`` when nothing waits.

        Highest priority first; within it the client that was served longest ago; within that
        the oldest. Nothing is handed out while the store cannot be written.
        """
        if self._waiting:
            return None
        line = self._turns.line(self._open.values(), lane)
        if not line:
            return None
        chosen = line[0]
        try:
            self._store_state(chosen.job, "preparing")
        except StoreUnavailable:
            return None
        self._turns.served(chosen.client)
        return self._open[chosen.job]

    def advance(self, job: str, state: JobStateName) -> None:
        """A worker's news of a phase; going back, or after a cancel, it is passed over."""
        if ORDER.index(state) > self._place(job):
            self._report(job, state)

    def finish(self, job: str, result: ResultInfo) -> None:
        """The worker is done and its result is stored; a job being cancelled stays cancelled."""
        if self._cancelling(job):
            self._report(job, "cancelled")
        elif self._at_work(job):
            self._report(job, "done", result=result)

    def fail(self, job: str, code: ErrorCode, message: str) -> None:
        """The worker could not finish; a job being cancelled is cancelled."""
        if self._cancelling(job):
            self._report(job, "cancelled")
        elif self._at_work(job):
            self._report(job, "failed", code=code, message=message[:4000])

    def stopped(self, job: str) -> None:
        """The worker stopped because it was asked to."""
        if self._at_work(job):
            self._report(job, "cancelled")

    def interrupt(self, job: str) -> None:
        """The server stops while the job is at work."""
        if self._cancelling(job):
            self._report(job, "cancelled")
        elif self._at_work(job):
            self._report(job, "interrupted", message="the server was stopped; submit it again.")

    def flush(self) -> None:
        """Store what workers reported while the store could not be written.

        Raises:
            StoreUnavailable: it still cannot.
        """
        while self._waiting:
            self._apply(self._waiting[0])
            self._waiting.pop(0)

    def state(self, job: str) -> JobStateName:
        """The stored state of a job.

        Raises:
            Refused: ``unknown_job``.
        """
        return self.known(job).state

    def known(self, job: str) -> JobRecord:
        """The stored record of a job.

        Raises:
            Refused: ``unknown_job``.
        """
        record = self._found(job)
        if record is None:
            raise Refused("unknown_job", f"there is no job {job!r}; list them with job.list.")
        return record

    def position(self, job: str) -> int:
        """How many jobs of its lane come before a queued one; 0 for any other."""
        record = self._open.get(job)
        if record is None or record.state != "queued":
            return 0
        lane = lane_of(record.priority)
        at_work = sum(
            1
            for other in self._open.values()
            if other.state != "queued" and lane_of(other.priority) == lane
        )
        return at_work + [
            waiting.job for waiting in self._turns.line(self._open.values(), lane)
        ].index(job)

    def unfinished(self) -> list[JobRecord]:
        """Jobs that have not ended, oldest first."""
        return list(self._open.values())

    def _now(self) -> float:
        """The clock, which may jump but not to before 1970: no message can say such a time."""
        return max(0.0, self._clock())

    def _found(self, job: str) -> JobRecord | None:
        return self._open.get(job) or self._store.record(job)

    def _require_same(self, asked: Submission) -> None:
        if self._store.fingerprint(asked.job) != fingerprint_of(asked.canonical, asked.model):
            raise Refused(
                "conflict", f"job {asked.job!r} exists with another request; make a new id."
            )

    def _replace_interactive(self, asked: Submission) -> None:
        """As-you-type previews: only the newest of a client counts."""
        for record in list(self._open.values()):
            same = record.client == asked.client and record.priority == "interactive"
            if same and record.job != asked.job:
                self.cancel(record.job)

    def _place(self, job: str) -> int:
        """Index of the state on the way to done, what waits to be stored included."""
        places = [ORDER.index(state) for state in self._reported(job) if state in ORDER]
        return max(places) if self._at_work(job) and not self._cancelling(job) else len(ORDER)

    def _reported(self, job: str) -> list[JobStateName]:
        """The stored state, and those that wait to be stored."""
        stored = self._open.get(job)
        states: list[JobStateName] = [stored.state] if stored else []
        return [*states, *(event.state for event in self._waiting if event.job == job)]

    def _at_work(self, job: str) -> bool:
        states = self._reported(job)
        return bool(states) and TERMINAL.isdisjoint(states)

    def _cancelling(self, job: str) -> bool:
        return self._at_work(job) and "cancelling" in self._reported(job)

    def _report(
        self, job: str, state: JobStateName, *, code: str = "", message: str = "",
        result: ResultInfo | None = None,
    ) -> None:  # fmt: skip
        """A worker's news: stored now, or as soon as the store can be written."""
        self._waiting.append(
            JobState(
                seq=0, at=self._now(), job=job, state=state, code=code, message=message,
                result=result,
            )
        )  # fmt: skip
        try:
            self.flush()
        except StoreUnavailable:
            return  # it stays in line; take() hands nothing out until it is stored

    def _store_state(self, job: str, state: JobStateName, *, message: str = "") -> None:
        self._apply(JobState(seq=0, at=self._now(), job=job, state=state, message=message))

    def _apply(self, event: StoredEvent, *, fingerprint: str = "") -> None:
        stored, record = self._store.append(event, fingerprint=fingerprint)
        if record.state in TERMINAL:
            self._open.pop(stored.job, None)
        else:
            self._open[stored.job] = record
        self._publish(stored)
