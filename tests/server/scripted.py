"""Stores, jobs and requests for the tests of the server."""

from contextlib import ExitStack
from pathlib import Path

from tests.server.intruder import locked
from toolkit.messages import SpriteRequest, encode_request
from toolkit.server.admission import Submission
from toolkit.server.jobs import Jobs
from toolkit.server.limits import Limits
from toolkit.server.store import Store
from toolkit.wire.answers import StoredEvent
from toolkit.wire.fields import Priority, ResultInfo

MODEL = "ab" * 32
RESULT = ResultInfo(
    result="cd" * 32, media="image/png", size=10, width=16, height=16, num_frames=2, columns=2,
    fps=12.0,
)  # fmt: skip


def submission(
    job: str, *, client: str = "test", prompt: str = "a knight", priority: Priority = "normal"
) -> Submission:
    request = SpriteRequest(prompt=prompt)
    return Submission(
        job=job, client=client, priority=priority, model=MODEL, request={"prompt": prompt},
        canonical=encode_request(request),
    )  # fmt: skip


class Desk:
    """Jobs over a store in a folder, with every event that was published."""

    def __init__(self, folder: Path, *, limits: Limits | None = None) -> None:
        self.path = folder / "jobs.sqlite"
        self.limits = limits or Limits()
        self.told: list[StoredEvent] = []
        self.time = 999.0
        self.lock = ExitStack()
        self.open()

    def open(self) -> None:
        self.store = Store(self.path)
        self.jobs = Jobs(
            self.store,
            limits=self.limits,
            publish=self.told.append,
            clock=self.look_at_clock,
        )
        self.jobs.recover()

    def look_at_clock(self) -> float:
        self.time += 1
        return self.time

    def die(self) -> None:
        """End without a word to anybody, as a killed process does."""
        self.lock.close()
        self.store.close()

    def fill_disk(self) -> None:
        pages = self.store._one("PRAGMA page_count")
        self.store._one(f"PRAGMA max_page_count = {pages}")

    def free_disk(self) -> None:
        self.store._one("PRAGMA max_page_count = 1073741823")

    def lock_database(self) -> None:
        """Another program holds it, if none does yet."""
        self.lock.close()
        self.lock.enter_context(locked(self.store))

    def unlock_database(self) -> None:
        self.lock.close()

    def states(self, job: str) -> list[str]:
        return [event.state for event in self.told if event.job == job and hasattr(event, "state")]
