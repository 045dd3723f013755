"""Everything behind the connections: store, queue, workers, models, games; answers messages."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Mapping, Set
from dataclasses import replace
from typing import Any, assert_never

from toolkit import __version__
from toolkit.errors import BadRequest, StoreUnavailable
from toolkit.messages import encode_request
from toolkit.server.admission import Submission
from toolkit.server.blobs import Blobs
from toolkit.server.catalog import Catalog
from toolkit.server.event_tail import EventTail
from toolkit.server.incoming import Incoming
from toolkit.server.jobs import Jobs
from toolkit.server.lanes import Hooks, WorkLane
from toolkit.server.listing import list_jobs, subscribe
from toolkit.server.loading import Loading
from toolkit.server.pipes import Note
from toolkit.server.protocol import Peer
from toolkit.server.sessions import Sessions
from toolkit.server.settings import ServiceSettings
from toolkit.server.store import Store
from toolkit.server.streams import start_result
from toolkit.server.submissions import (
    complete_request,
    is_mesh,
    missing_library,
    read_request,
    require_room,
    upload_of,
)
from toolkit.wire import answers, asks
from toolkit.wire.fields import JobRecord, ResultInfo

MOST_DURATIONS = 512
HOUSEKEEPING_SECONDS = 0.5
FEATURES = ("cancel", "retry", "preview", "upload", "models", "search", "favourites")


class Service:
    """The server without its socket; ``run`` keeps it working until cancelled."""

    def __init__(
        self, settings: ServiceSettings, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.settings, self.limits = settings, settings.limits
        settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.catalog = Catalog(settings.bundles)
        self.store = Store(settings.state / "jobs.sqlite")
        self.events = EventTail(self.store)
        self.peers: set[Peer] = set()
        self.counts: dict[str, int] = {}
        self.results = self._shelf("results", self.limits.result_quota, self._kept_results)
        self.uploads = self._shelf("uploads", self.limits.upload_quota, self._kept_uploads)
        self.jobs = Jobs(self.store, limits=self.limits, publish=self._publish, clock=clock)
        folders = self.catalog.folders()
        self.lanes = {
            lane.name: WorkLane(
                lane.kind, self.jobs, settings.worker(folders, lane), self.limits, self._hooks()
            )
            for lane in settings.lanes
        }
        played = replace(settings.worker(folders), gives_way=False)
        self.sessions = Sessions(played, self.limits, spawn=self._tell_world)
        self._mesh_library = missing_library(settings.mesh_libraries)
        """What drawing a mesh lacks here, or empty."""
        self.incoming = Incoming(self.uploads, self.limits)
        self.loading = Loading(self.catalog, self.lanes.values(), others=(self.sessions.worker,))
        self._tasks: set[asyncio.Task[None]] = set()
        self.jobs.recover()

    async def run(self) -> None:
        """Work until cancelled; then end the workers and close the store."""
        try:
            async with asyncio.TaskGroup() as group:
                for lane in self.lanes.values():
                    group.create_task(lane.run())
                group.create_task(self._keep_house())
        finally:
            await self.sessions.worker.stop()
            self.store.close()

    def join(self, peer: Peer) -> None:
        """A client has connected."""
        self.peers.add(peer)

    def leave(self, peer: Peer) -> None:
        """A client is gone; its jobs stay."""
        self.peers.discard(peer)
        peer.close()
        self.sessions.leave(peer)

    def handle(self, ask: asks.ClientMessage, peer: Peer) -> answers.ServerMessage | None:
        """The answer to a message, or ``None`` when it comes later or not at all.

        Raises:
            PlayreelError: it is refused.
        """
        match ask:
            case asks.Hello():
                return self._hello(ask)
            case asks.Ping():
                return answers.Pong(re=ask.id)
            case asks.JobSubmit() | asks.JobRetry():
                return self._submit(ask, peer)
            case asks.JobCancel():
                return answers.JobCancelOk(re=ask.id, job=ask.job, state=self.jobs.cancel(ask.job))
            case asks.JobMark():
                self.jobs.mark(ask.job, favourite=ask.favourite)
                return None
            case asks.JobList():
                list_jobs(self.store, ask, peer.outbox)
                return None
            case asks.Subscribe():
                subscribe(self.store, ask, peer.outbox)
                return None
            case asks.ResultGet():
                return start_result(ask, peer.outbox, self.results, self.limits)
            case asks.ModelList():
                return self.loading.listed(ask.id)
            case asks.ModelLoad() | asks.ModelUnload():
                self.catalog.choose(ask.model)
                self._later(self.loading.change(ask, peer))
                return None
            case (
                asks.SessionOpen()
                | asks.SessionAct()
                | asks.SessionSnapshot()
                | asks.SessionRestore()
                | asks.SessionBranch()
                | asks.SessionClose()
            ):
                self.sessions.handle(ask, peer)
                return None
            case asks.StreamCredit() | asks.StreamStop() | asks.UploadStart():
                raise AssertionError("the connection itself answers these")
            case _:
                assert_never(ask)

    def _hello(self, ask: asks.Hello) -> answers.HelloOk:
        worlds = tuple(self.settings.worlds)
        return answers.HelloOk(
            re=ask.id,
            server=__version__,
            epoch=self.store.epoch,
            seq=self.store.seq,
            limits=self.limits.to_dict(),
            models=self.loading.describe(),
            worlds=worlds,
            features=(
                *FEATURES,
                *(() if self._mesh_library else ("meshes",)),
                *(("sessions",) if worlds else ()),
            ),
        )

    def _submit(self, ask: asks.JobSubmit | asks.JobRetry, peer: Peer) -> answers.JobAccepted:
        record, replayed = self.jobs.submit(self._submission(ask, peer))
        self._count("submitted")
        self.wake_lanes()
        return answers.JobAccepted(
            re=ask.id,
            job=record.job,
            state=record.state,
            replayed=replayed,
            position=self.jobs.position(record.job),
        )

    def _submission(self, ask: asks.JobSubmit | asks.JobRetry, peer: Peer) -> Submission:
        if isinstance(ask, asks.JobRetry):
            old = self.jobs.known(ask.retry_of)
            body, model, priority = old.request, old.model, old.priority
            retry_of = old.job
        else:
            body, model, priority, retry_of = ask.request, ask.model, ask.priority, ""
        whole = complete_request(body, self.uploads)
        request, _ = read_request(whole, self.uploads)
        if is_mesh(request) and self._mesh_library:
            raise BadRequest(
                f"drawing a mesh needs {self._mesh_library}, which this server lacks; "
                "pip install 'playreel[mesh]' there."
            )
        require_room(request, self.settings.state, self.limits)
        return Submission(
            job=ask.job,
            client=peer.client,
            priority=priority,
            model="" if is_mesh(request) else self.catalog.choose(model),
            request=whole,
            canonical=json.dumps(whole, sort_keys=True),
            retry_of=retry_of,
        )

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell_world(self, note: Note) -> None:
        self._later(self.sessions.worker.tell(note))

    def wake_lanes(self) -> None:
        """There may be a job."""
        for lane in self.lanes.values():
            lane.wake()

    async def _keep_house(self) -> None:
        """Store what could not be stored, hand out jobs again, drop very old events."""
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            for shelf in (self.results, self.uploads):
                shelf.flush()
            try:
                self.jobs.flush()
                self.store.prune()
            except StoreUnavailable:
                continue
            self.wake_lanes()

    def _publish(self, event: answers.StoredEvent) -> None:
        self.events.add(event)
        if isinstance(event, answers.JobState):
            self._count(event.state)
            if event.state == "cancelling":
                for lane in self.lanes.values():
                    lane.cancel(event.job)
        for peer in self.peers:
            peer.outbox.tell_events()

    def _count(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1

    def _shelf(self, name: str, quota: int, kept: Callable[[], Set[str]]) -> Blobs:
        return Blobs(self.settings.state / name, self.store, name, quota=quota, kept=kept)

    def _kept_results(self) -> Set[str]:
        return self.store.favourite_results()

    def _kept_uploads(self) -> Set[str]:
        return {upload_of(record.request) for record in self.store.unfinished()}

    def _hooks(self) -> Hooks:
        return Hooks(
            work_for=self._work_for,
            keep_result=self._keep_result,
            on_progress=self._show_progress,
            on_preview=self._show_preview,
        )

    def _work_for(self, record: JobRecord) -> Note:
        request, upload = read_request(record.request, self.uploads)
        content = self.uploads.read(upload) if upload else b""
        body = {
            "do": "generate",
            "job": record.job,
            "model": record.model,
            "request": encode_request(request),
        }
        return Note(body, content)

    def _keep_result(self, info: ResultInfo, content: bytes) -> ResultInfo:
        durations = info.durations if len(info.durations) <= MOST_DURATIONS else ()
        result = self.results.put(content)
        return replace(info, result=result, size=len(content), durations=durations)

    def _show_progress(self, progress: answers.JobProgress) -> None:
        for peer in self.peers:
            peer.outbox.tell_progress(progress)

    def _show_preview(self, job: str, metadata: Mapping[str, Any], content: bytes) -> None:
        for peer in self.peers:
            peer.outbox.show_preview(job, metadata, content)
