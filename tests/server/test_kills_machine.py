"""Real clients, real processes and real SIGKILLs leave every job ended once."""

import shutil
import signal
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.server.killable import Ear, Killable, Person
from tests.server.live import FIELDS, PATIENCE
from tests.tiny_bundle import write_tiny_bundle
from toolkit.messages import SpriteRequest
from toolkit.server.store import Store
from toolkit.wire.answers import JobState, StoredEvent
from toolkit.wire.fields import TERMINAL, JobRecord, Priority
from toolkit.wire.records import after

REQUESTS = {
    "quick": SpriteRequest(**FIELDS),
    "slow": SpriteRequest(**{**FIELDS, "prompt": "slow", "num_inference_steps": 30}),
    "hang": SpriteRequest(**{**FIELDS, "prompt": "hang"}),
}
NAMES = ("godot", "cli")
PEOPLE = st.sampled_from(NAMES)
JOBS = st.builds("{}-{}".format, st.sampled_from(list(REQUESTS)), st.integers(0, 2))
PRIORITIES = st.sampled_from(["normal", "normal", "background", "interactive"])
VICTIMS = st.sampled_from(["server", "first worker", "last worker"])


class KilledLife(RuleBasedStateMachine):
    """Two people want jobs and leave and come back; workers and the server are killed."""

    @initialize(jobs=st.lists(JOBS, min_size=2, max_size=4, unique=True), victim=VICTIMS)
    def begin_with_a_kill_at_work(self, jobs: list[str], victim: str) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.server = Killable(self.folder / "state", write_tiny_bundle(self.folder / "bundle"))
        self.people = {name: Person(name, self.server.address()) for name in NAMES}
        for job in jobs:
            self.submit(NAMES[0], job, "normal")
        self.kill(victim, at_work=True)

    @rule(name=PEOPLE, job=JOBS, priority=PRIORITIES)
    def submit(self, name: str, job: str, priority: Priority) -> None:
        self.people[name].submit(job, REQUESTS[job.partition("-")[0]], priority)

    @rule(name=PEOPLE, job=JOBS)
    def cancel(self, name: str, job: str) -> None:
        self.people[name].cancel(job)

    @rule(name=PEOPLE)
    def leave(self, name: str) -> None:
        self.people[name].leave()

    @rule(name=PEOPLE)
    def vanish(self, name: str) -> None:
        self.people[name].vanish()

    @rule(name=PEOPLE)
    def come_back(self, name: str) -> None:
        self.server.start()
        self.people[name].come_back()

    @rule(seconds=st.sampled_from([0.0, 0.02, 0.3]))
    def listen(self, seconds: float) -> None:
        self.server.start()
        for person in self.present():
            person.client.wait_for(lambda: False, seconds)

    @rule(victim=VICTIMS, at_work=st.booleans())
    def kill(self, victim: str, at_work: bool) -> None:
        self.server.start()
        for person in self.present()[:at_work]:
            assert person.client.wait_for(person.sees_one_at_work_or_none_open, PATIENCE)
        if victim == "server":
            self.server.kill()
        else:
            self.server.kill_worker(0 if victim == "first worker" else -1)

    @invariant()
    def only_a_kill_of_its_own_ends_the_server(self) -> None:
        assert self.server.process.poll() in (None, -signal.SIGKILL)

    def present(self) -> list[Person]:
        return [person for person in self.people.values() if not person.away]

    def teardown(self) -> None:
        self.server.start()
        for person in self.people.values():
            person.come_back()
        self.end_all()
        ear = Ear(self.server.address())
        snapshot, seq = ear.snapshot()
        events = ear.replay(0)
        assert len(events) == seq
        for since in range(seq + 1):
            assert added_up([*events[:since], *ear.replay(since)]) == snapshot
        ear.close()
        self.check_ends(snapshot, events)
        self.check_people(snapshot)
        event(f"{self.server.workers_killed} workers and {self.server.killed} servers killed")
        self.server.kill()
        store = Store(self.server.state / "jobs.sqlite")
        assert store.recent(100) == snapshot
        store.close()
        shutil.rmtree(self.folder)

    def end_all(self) -> None:
        """Cancel what would never end; everything else must end by itself."""
        wanted = set().union(*(person.wanted for person in self.people.values()))
        for person in self.people.values():
            assert person.client.wait_for(partial(person.knows, wanted), PATIENCE)
            for job in person.open_jobs():
                if job.startswith("hang"):
                    person.cancel(job)
        for person in self.people.values():
            assert person.client.wait_for(person.sees_all_ended, PATIENCE)

    def check_ends(self, snapshot: list[JobRecord], events: list[StoredEvent]) -> None:
        """Every job ended once, and for a reason that there was."""
        for record in snapshot:
            states = states_of(events, record.job)
            assert [state for state in states if state in TERMINAL] == states[-1:]
            assert states[0] == "preparing" or states == ["cancelling", "cancelled"]
            event(f"{record.job.partition('-')[0]} {record.state}")
            match record.state:
                case "done":
                    assert not record.job.startswith("hang")
                    assert "cancelling" not in states
                case "failed":
                    assert (record.code, self.server.workers_killed > 0) == ("worker_lost", True)
                case "interrupted":
                    assert self.server.killed > 0
                case _:
                    assert states[-2] == "cancelling"

    def check_people(self, snapshot: list[JobRecord]) -> None:
        """Nobody missed anything, and nothing was refused."""
        for person in self.people.values():
            talk = person.client.talk
            assert talk.records == {record.job: record for record in snapshot}
            assert (talk.gaps, talk.refused) == (0, {})


def added_up(events: Iterable[StoredEvent]) -> list[JobRecord]:
    """The records that events make, in the order they were queued."""
    records: dict[str, JobRecord] = {}
    for told in events:
        records[told.job] = after(records.get(told.job), told)
    return list(records.values())


def states_of(events: Iterable[StoredEvent], job: str) -> list[str]:
    """Every state that a job was in after it was queued."""
    return [told.state for told in events if told.job == job and isinstance(told, JobState)]


TestKilledLife = pytest.mark.slow(KilledLife.TestCase)
TestKilledLife.settings = settings(
    max_examples=5,
    stateful_step_count=10,
    deadline=None,
    phases=[Phase.generate],  # to shrink lives of real processes takes longer than to read one
)
