"""All that the extension knows while Blender runs: jobs, their progress, and what to deliver."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from toolkit.errors import PlayreelError
from toolkit.server_address import Address
from toolkit.wire.answers import JobListed, JobProgress
from toolkit.wire.asks import JobList, JobMark
from toolkit.wire.conversation import Preview
from toolkit.wire.fields import TERMINAL, JobRecord

from ..link.connection import TICK, Connection
from .deliveries import Delivery, Kind
from .drawing import Work
from .fetching import Fetching
from .thumbnails import Thumbnails

LISTED = 20
"""Jobs of one search: their answer comes in one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The bytes of a finished job."""

    record: JobRecord
    content: bytes
    """A PNG sheet."""


class Host(Protocol):
    """What Blender does for a session."""

    def ready(self) -> bool:
        """Whether the scene may be changed now: no save or render is going on."""
        ...

    def place(self, delivery: Delivery, result: Result) -> None:
        """Make something of a result in the scene.

        Raises:
            PlayreelError: it cannot be done; the message says why.
        """
        ...

    def place_made(self, delivery: Delivery, made: Path) -> None:
        """Make something of what the program made: numbered frames with their JSON, or a mesh.

        Raises:
            PlayreelError: as ``place``.
        """
        ...


class Session:
    """The jobs of this Blender across connections and files."""

    def __init__(
        self,
        find: Callable[[], Address | None],
        host: Host,
        *,
        version: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.link = Connection(find, version=version, clock=clock)
        self.thumbnails = Thumbnails()
        self.host = host
        self.progress: dict[str, JobProgress] = {}
        self.previews: dict[str, Preview] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.drawings: dict[str, Work] = {}
        """What the program beside Blender draws or carves, by job."""
        self.failures: dict[str, str] = {}
        """Why a job came to nothing, for people, by job."""
        self.finished: set[str] = set()
        """Drawings that are in the scene."""
        self.results: dict[str, Result] = {}
        """What was asked for with ``fetch`` and came, by job."""
        self.listed: tuple[JobRecord, ...] | None = None
        """What the last search found, or ``None`` when nothing is searched for."""
        self.changes = 0
        """Grows whenever there is something new to show."""
        self._clock = clock
        self._fetching = Fetching(self.link.talk)
        self._search = ""
        self._shown = ("", "")

    def submit(
        self, request: Mapping[str, Any], kind: Kind, scene: str, *, mesh: bytes = b"",
        name: str = "",
    ) -> str:  # fmt: skip
        """The id of a new job whose result becomes a thing of this kind and name.

        ``mesh`` is the file that the request names; it is sent first.
        """
        job = self.link.talk.submit(request, mesh=mesh)
        if kind != "none":
            self.deliveries[job] = Delivery(job=job, kind=kind, scene=scene, name=name)
        self.changes += 1
        return job

    def deliver(self, job: str, kind: Kind, scene: str) -> None:
        """Have the result of a job that is known become a thing of this kind."""
        self.deliveries[job] = Delivery(job=job, kind=kind, scene=scene)
        self.failures.pop(job, None)
        self.changes += 1

    def attach(self, deliveries: Iterable[Delivery]) -> None:
        """Deliver these from now on, and no others: another file was opened."""
        self.deliveries = {delivery.job: delivery for delivery in deliveries}
        self.changes += 1

    def draw(self, drawing: Work) -> None:
        """Deliver what a process beside Blender makes, once it has ended."""
        self.drawings[drawing.delivery.job] = drawing
        self.changes += 1

    def cancel(self, job: str) -> None:
        """Ask to stop a job; its state says when it has."""
        if job in self.drawings:
            self.drawings[job].cancel()
            return
        self.link.talk.cancel(job)

    def mark(self, job: str, favourite: bool) -> None:
        """Make a job a favourite, or no longer."""
        self.link.talk.ask(JobMark(job=job, favourite=favourite))

    def search(self, words: str) -> None:
        """Ask for jobs whose prompt holds all the words; none shows the newest again."""
        self.listed, self._search = None, ""
        if words.strip():
            self._search = self.link.talk.ask(JobList(search=words[:200], limit=LISTED))
        self.changes += 1

    def fetch(self, job: str) -> None:
        """Ask for the bytes of a finished job; they will stand in ``results``."""
        record = self.record(job)
        if record is None or record.result is None or job in self.results:
            return
        self._fetching.ask(record.result.result, job)

    def record(self, job: str) -> JobRecord | None:
        """What is known of a job."""
        found = self.link.talk.records.get(job)
        if found is None and self.listed:
            return next((record for record in self.listed if record.job == job), None)
        return found

    def queue(self) -> list[JobRecord]:
        """Jobs that have not ended, oldest first."""
        return sorted(
            (record for record in self.link.talk.records.values() if record.state not in TERMINAL),
            key=lambda record: (record.first_seq, record.queued_at),
        )

    def history(self) -> list[JobRecord]:
        """Jobs that are done, newest first; those that the search found, if there is one."""
        known = self.link.talk.records
        found = list(known.values()) if self.listed is None else list(self.listed)
        done = [record for record in found if record.state == "done"]
        return sorted(done, key=lambda record: record.changed_at, reverse=True)

    def ended(self, job: str) -> bool:
        """Whether nothing more will happen to a job, its delivery included."""
        if job in self.drawings:
            return False
        if job in self.failures:
            return True
        if job in self.finished:
            return True
        return self.link.talk.ended(job) and job not in self.deliveries

    @property
    def busy(self) -> bool:
        """Whether something is expected soon."""
        return bool(
            self.deliveries or self.drawings or self._fetching.busy or self.thumbnails.busy
            or self.link.state == "connecting"
        )  # fmt: skip

    def tick(self, budget: float = TICK) -> None:
        """Work for about ``budget`` seconds, then place at most one result."""
        deadline = self._clock() + budget
        came = self.link.tick(budget)
        self._learn()
        self._receive()
        came = self._look(lambda: self._clock() < deadline) or came
        shown = (self.link.state, self.link.trouble)
        self.changes += came or shown != self._shown
        self._shown = shown
        if self.host.ready():
            self._deliver()
            self._place_drawing()

    def _learn(self) -> None:
        talk = self.link.talk
        for news in talk.news:
            match news:
                case JobProgress():
                    self.progress[news.job] = news
                case Preview():
                    self.previews[news.job] = news
                case _:
                    pass
        talk.news.clear()
        answer = talk.answers.pop(self._search, None) if self._search else None
        if isinstance(answer, JobListed):
            self.listed = answer.jobs
        talk.answers.clear()
        for job in [*self.progress, *self.previews]:
            if talk.ended(job):
                self.progress.pop(job, None)
                self.previews.pop(job, None)

    def _receive(self) -> None:
        arrival = self._fetching.receive()
        if arrival is None:
            return
        if arrival.failure:
            self.thumbnails.refuse(arrival.result)
            if arrival.job:
                self._fail(arrival.job, arrival.failure)
            return
        self.thumbnails.take(arrival.result, arrival.content)
        if arrival.job:
            record = self.record(arrival.job)
            assert record is not None, "it was known when it was asked for"
            self.results[arrival.job] = Result(record=record, content=arrival.content)
            self.changes += 1

    def _look(self, in_time: Callable[[], bool]) -> bool:
        """Read on in what the history shows; whether there is a new picture."""
        if (result := self.thumbnails.next()) and not self._fetching.busy and self.link.greeted:
            self._fetching.ask(result)
        return self.thumbnails.work(in_time)

    def _deliver(self) -> None:
        """Place one result that is here, and ask for those that are ready at the server."""
        for job, delivery in list(self.deliveries.items()):
            if not self.link.talk.ended(job):
                continue
            try:
                self.link.talk.outcome(job)
            except PlayreelError as error:
                self._fail(job, str(error))
                continue
            if job not in self.results:
                self.fetch(job)
                continue
            self._place(delivery, self.results.pop(job))
            return

    def _place(self, delivery: Delivery, result: Result) -> None:
        try:
            self.host.place(delivery, result)
        except PlayreelError as error:
            self._fail(delivery.job, str(error))
            return
        self.deliveries.pop(delivery.job, None)
        self.changes += 1

    def _place_drawing(self) -> None:
        for job, drawing in list(self.drawings.items()):
            if not drawing.ended():
                continue
            del self.drawings[job]
            try:
                self.host.place_made(drawing.delivery, drawing.made())
                if job not in self.drawings:  # else a mesh is carved of the frames now
                    self.finished.add(job)
            except PlayreelError as error:
                self._fail(job, str(error))
            finally:
                drawing.clear()
            self.changes += 1
            return

    def close(self) -> None:
        """End the connection and what is being drawn; jobs go on at the server."""
        self.link.disconnect()
        for drawing in self.drawings.values():
            drawing.clear()
        self.drawings.clear()

    def _fail(self, job: str, reason: str) -> None:
        self.failures[job] = reason
        self.deliveries.pop(job, None)
        self.changes += 1
