"""Clients, workers, crashes, a full disk, a lock, a clock that jumps: every job ends once."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.server.scripted import RESULT, Desk, submission
from toolkit.errors import StoreUnavailable
from toolkit.wire.answers import JobState
from toolkit.wire.fields import TERMINAL, JobRecord
from toolkit.wire.records import after
from toolkit.wire.refused import Refused

CLIENTS = st.sampled_from(["godot", "blender", "cli"])
PRIORITIES = st.sampled_from(["interactive", "normal", "normal", "background"])
LANES = st.sampled_from(["main", "preview"])
NAMES = st.sampled_from([f"job{number}" for number in range(8)])


class Watcher:
    """A client that keeps what it was told across lost connections."""

    def __init__(self) -> None:
        self.seq = 0
        self.records: dict[str, JobRecord] = {}
        self.connected = True

    def hear(self, event) -> None:
        assert event.seq == self.seq + 1
        self.seq = event.seq
        self.records[event.job] = after(self.records.get(event.job), event)


class Life(RuleBasedStateMachine):
    """Clients submit and cancel, workers and the server die, disk, lock and clock play tricks."""

    submitted = Bundle("submitted")

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.desk = Desk(self.folder)
        self.watcher = Watcher()
        self.heard = 0
        self.at_work: dict[str, str] = {}
        self.ended: dict[str, JobRecord] = {}

    @rule(job=NAMES, client=CLIENTS, priority=PRIORITIES, target=submitted)
    def submit(self, job: str, client: str, priority: str) -> str:
        known = self.desk.store.record(job)
        code = ""
        try:
            self.desk.jobs.submit(submission(job, client=client, priority=priority))
        except Refused as refused:
            code = refused.code
        except StoreUnavailable:
            return job
        # A name that a killed server lost may have been taken for another request since.
        other = known is not None and known.request == {"prompt": "something else"}
        assert code == ("conflict" if other else "")
        return job

    @rule(job=submitted)
    def submit_again_with_another_request(self, job: str) -> None:
        known = self.desk.store.record(job)
        code = ""
        try:
            self.desk.jobs.submit(submission(job, prompt="something else"))
        except Refused as refused:
            code = refused.code
        except StoreUnavailable:
            return
        same = known is not None and known.request == {"prompt": "something else"}
        assert code == ("" if known is None or same else "conflict")

    @rule(job=NAMES)
    def cancel(self, job: str) -> None:
        try:
            state = self.desk.jobs.cancel(job)
        except Refused:
            assert self.desk.store.record(job) is None
        except StoreUnavailable:
            return
        else:
            assert state in {*TERMINAL, "cancelling"}

    @rule(lane=LANES)
    def take(self, lane: str) -> None:
        if lane not in self.at_work:
            record = self.desk.jobs.take(lane)
            if record is not None:
                assert record.state == "preparing"
                self.at_work[lane] = record.job

    @rule(lane=LANES, state=st.sampled_from(["running", "decoding", "exporting"]))
    def work(self, lane: str, state: str) -> None:
        if lane in self.at_work:
            self.desk.jobs.advance(self.at_work[lane], state)

    @rule(lane=LANES)
    def worker_finishes(self, lane: str) -> None:
        if lane in self.at_work:
            self.desk.jobs.finish(self.at_work.pop(lane), RESULT)

    @rule(lane=LANES)
    def worker_is_killed(self, lane: str) -> None:
        if lane in self.at_work:
            self.desk.jobs.fail(self.at_work.pop(lane), "worker_lost", "killed")

    @rule(lane=LANES)
    def worker_notices_the_cancel(self, lane: str) -> None:
        job = self.at_work.get(lane)
        if job and self.desk.jobs.state(job) == "cancelling":
            self.desk.jobs.stopped(self.at_work.pop(lane))

    @rule()
    def server_is_killed(self) -> None:
        self.desk.die()
        self.desk.open()
        self.at_work.clear()

    @rule()
    def watcher_disconnects(self) -> None:
        self.watcher.connected = False

    @rule()
    def watcher_comes_back(self) -> None:
        self.watcher.connected = True
        for event in self.desk.store.events_after(self.watcher.seq, 10_000):
            self.watcher.hear(event)

    @rule()
    def disk_fills(self) -> None:
        self.desk.fill_disk()

    @rule()
    def disk_is_freed(self) -> None:
        self.desk.free_disk()
        with suppress(StoreUnavailable):
            self.desk.jobs.flush()

    @rule()
    def another_program_locks_the_database(self) -> None:
        with suppress(StoreUnavailable):
            self.desk.lock_database()

    @rule()
    def the_lock_is_gone(self) -> None:
        self.desk.unlock_database()
        with suppress(StoreUnavailable):
            self.desk.jobs.flush()

    @rule(seconds=st.sampled_from([-1e9, -3600.0, 3600.0]))
    def the_clock_jumps(self, seconds: float) -> None:
        self.desk.time += seconds

    @invariant()
    def a_connected_watcher_knows_the_truth(self) -> None:
        if not hasattr(self, "desk"):
            return
        fresh, self.heard = self.desk.told[self.heard :], len(self.desk.told)
        if self.watcher.connected:
            for event in fresh:
                if event.seq > self.watcher.seq:
                    self.watcher.hear(event)
            assert list(self.watcher.records.values()) == self.desk.store.recent(100)

    @invariant()
    def ended_jobs_stay_as_they_are(self) -> None:
        if not hasattr(self, "desk"):
            return
        for record in self.desk.store.recent(100):
            if record.state in TERMINAL:
                assert self.ended.setdefault(record.job, record) == record

    @precondition(lambda self: hasattr(self, "desk"))
    @rule(share=st.floats(0, 1))
    def replay_from_anywhere_equals_the_snapshot(self, share: float) -> None:
        events = self.desk.store.events_after(0, 10_000)
        since = round(share * len(events))
        records: dict[str, JobRecord] = {}
        for event in (*events[:since], *self.desk.store.events_after(since, 10_000)):
            records[event.job] = after(records.get(event.job), event)
        assert list(records.values()) == self.desk.store.recent(100)

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        self.desk.unlock_database()
        self.desk.free_disk()
        self.desk.jobs.flush()
        for job in self.at_work.values():
            self.desk.jobs.finish(job, RESULT)
        for lane in ("main", "preview"):
            while record := self.desk.jobs.take(lane):
                self.desk.jobs.finish(record.job, RESULT)
        ends = [
            event.job
            for event in self.desk.store.events_after(0, 10_000)
            if isinstance(event, JobState) and event.state in TERMINAL
        ]
        jobs = [record.job for record in self.desk.store.recent(100)]
        assert sorted(ends) == sorted(jobs)
        assert self.desk.store.unfinished() == []
        self.desk.die()
        shutil.rmtree(self.folder)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=500, stateful_step_count=30, deadline=None)
