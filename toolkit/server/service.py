"""Everything behind the connections: store, queue, workers, models, games; answers messages."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, assert_never

from toolkit import __version__
from toolkit.errors import PlayreelError, StoreUnavailable
from toolkit.messages import encode_request
from toolkit.runtime.session import Provider
from toolkit.server.blobs import Blobs
from toolkit.server.catalog import Catalog
from toolkit.server.jobs import Jobs, Submission
from toolkit.server.lanes import Hooks, WorkLane
from toolkit.server.limits import MIB, Limits
from toolkit.server.outbox import ResultStream
from toolkit.server.pipes import Note
from toolkit.server.protocol import Peer, code_of
from toolkit.server.sessions import Sessions
from toolkit.server.store import Store
from toolkit.server.submissions import (
    complete_request,
    read_request,
    require_room,
    upload_of,
)
from toolkit.server.worker import ENGINE, WorkerSettings
from toolkit.wire import answers, asks
from toolkit.wire.codec import encode
from toolkit.wire.fields import SAFE_INTEGER, JobRecord, ResultInfo
from toolkit.wire.frames import chunk_size
from toolkit.wire.refused import Refused

RECENT_JOBS = 200
RECENT_EVENTS = 2048
REPLAY_LIMIT = 20_000
"""A client that missed more events than these gets a snapshot instead."""
MOST_DURATIONS = 512
MOST_UPLOADING = 256 * MIB
HOUSEKEEPING_SECONDS = 0.5
PAGE_SHARE = 0.9
"""Of ``max_frame``, for the records of one message; the rest is its frame of JSON."""
FEATURES = ("cancel", "retry", "preview", "upload", "models", "search", "favourites")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What a server is started with."""

    state: Path
    """Folder of the store, results and uploads."""
    bundles: tuple[Path, ...]
    provider: Provider = "cpu"
    threads: int | None = None
    limits: Limits = field(default_factory=Limits)
    engine: str = ENGINE
    worlds: tuple[str, ...] = ()


class EventTail:
    """The newest events with their JSON, in memory; older ones are read from the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._recent: deque[tuple[answers.StoredEvent, str]] = deque(maxlen=RECENT_EVENTS)

    def add(self, event: answers.StoredEvent) -> None:
        """One more event was stored."""
        self._recent.append((event, encode(event)))

    def after(self, seq: int, limit: int) -> Iterable[tuple[answers.StoredEvent, str]]:
        """Events beyond ``seq`` in order, at most ``limit``."""
        if seq >= self._store.seq:
            return []
        if self._recent and self._recent[0][0].seq <= seq + 1:
            first = seq + 1 - self._recent[0][0].seq
            return [self._recent[i] for i in range(first, min(first + limit, len(self._recent)))]
        return [(event, encode(event)) for event in self._store.events_after(seq, limit)]


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
        worker = WorkerSettings(
            memory=self.limits.worker_memory if settings.provider == "cpu" else 0,
            engine=settings.engine,
            options={
                "bundles": self.catalog.folders(),
                "provider": settings.provider,
                "threads": settings.threads,
            },
        )
        self.lanes = {
            "main": WorkLane("main", self.jobs, worker, self.limits, self._hooks()),
            "preview": WorkLane("preview", self.jobs, worker, self.limits, self._hooks()),
        }
        self.sessions = Sessions(worker, self.limits, spawn=self._tell_world)
        self._uploading = 0
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
                return answers.JobCancelOk(re=ask.id, job=ask.job, state=self._cancel(ask.job))
            case asks.JobMark():
                self.jobs.mark(ask.job, favourite=ask.favourite)
                return None
            case asks.JobList():
                self._list(ask, peer)
                return None
            case asks.Subscribe():
                self._subscribe(ask, peer)
                return None
            case asks.ResultGet():
                return self._start_result(ask, peer)
            case asks.ModelList():
                return self._models(ask.id)
            case asks.ModelLoad() | asks.ModelUnload():
                self.catalog.choose(ask.model)
                self._later(self._change_model(ask, peer))
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

    def has_upload(self, sha256: str) -> bool:
        """Whether a picture is there already."""
        return self.uploads.has(sha256)

    def reserve_upload(self, size: int) -> None:
        """Make sure that there is memory for an upload of that size; raises ``Refused``."""
        if size > self.limits.max_upload:
            raise Refused(
                "limit_reached", f"the upload has {size} bytes; at most {self.limits.max_upload}."
            )
        if self._uploading + size > MOST_UPLOADING:
            raise Refused("rate_limited", "too much is being uploaded; try again in a moment.")
        self._uploading += size

    def release_upload(self, size: int) -> None:
        """The upload of that size is stored or given up."""
        self._uploading -= size

    def keep_upload(self, content: bytes) -> None:
        """Store a picture."""
        self.uploads.put(content)

    def _hello(self, ask: asks.Hello) -> answers.HelloOk:
        worlds = self.settings.worlds
        return answers.HelloOk(
            re=ask.id,
            server=__version__,
            epoch=self.store.epoch,
            seq=self.store.seq,
            limits=self.limits.to_dict(),
            models=self.catalog.describe(self._resident()),
            worlds=worlds,
            features=(*FEATURES, "sessions") if worlds else FEATURES,
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
        require_room(request, self.settings.state, self.limits)
        return Submission(
            job=ask.job,
            client=peer.client,
            priority=priority,
            model=self.catalog.choose(model),
            request=whole,
            canonical=json.dumps(whole, sort_keys=True),
            retry_of=retry_of,
        )

    def _cancel(self, job: str) -> Any:
        return self.jobs.cancel(job)

    def _list(self, ask: asks.JobList, peer: Peer) -> None:
        words = ask.search.split()
        found, oldest = self.store.search(
            words, favourite=ask.favourite, before=ask.before, limit=ask.limit
        )
        for page, more in self._pages(found, peer):
            peer.outbox.answer(
                answers.JobListed(re=ask.id, jobs=page, more=more, oldest=0 if more else oldest)
            )

    def _pages(
        self, records: list[JobRecord], peer: Peer
    ) -> Iterable[tuple[tuple[JobRecord, ...], bool]]:
        """Records in messages that the client takes, and whether another follows."""
        most = peer.outbox.max_frame * PAGE_SHARE
        pages: list[list[JobRecord]] = [[]]
        size = 0
        for record in records:
            snapshot = answers.Snapshot(seq=0, jobs=(record,), more=False)
            length = len(encode(snapshot).encode())
            if pages[-1] and size + length > most:
                pages.append([])
                size = 0
            pages[-1].append(record)
            size += length
        for number, page in enumerate(pages, 1):
            yield tuple(page), number < len(pages)

    def _subscribe(self, ask: asks.Subscribe, peer: Peer) -> None:
        since, seq = ask.since_seq, self.store.seq
        known = ask.epoch == self.store.epoch and self.store.oldest_seq() <= since <= seq
        reset = since < 0 or not known or seq - since > REPLAY_LIMIT
        peer.outbox.answer(
            answers.Subscribed(re=ask.id, epoch=self.store.epoch, seq=seq, reset=reset)
        )
        if reset:
            for page, more in self._pages(self.store.recent(RECENT_JOBS), peer):
                peer.outbox.answer(answers.Snapshot(seq=seq, jobs=page, more=more))
        peer.outbox.subscribe(seq if reset else since, previews=ask.previews)

    def _start_result(self, ask: asks.ResultGet, peer: Peer) -> answers.ResultStart:
        size = self.results.size(ask.result)
        if peer.outbox.streams() >= self.limits.max_streams_per_connection:
            raise Refused("limit_reached", "too many results are on their way; wait for one.")
        stream = ResultStream(
            stream=peer.outbox.new_stream(),
            size=size,
            chunk_size=chunk_size(peer.outbox.max_frame),
            next=ask.first_chunk,
            credit=ask.credit,
            read=lambda start, length: self.results.read(ask.result, start, length),
        )
        if ask.first_chunk >= stream.chunks:
            raise Refused(
                "bad_request", f"chunk {ask.first_chunk} is asked for; there are {stream.chunks}."
            )
        peer.outbox.start_stream(stream)
        return answers.ResultStart(
            re=ask.id,
            stream=stream.stream,
            result=ask.result,
            size=size,
            chunk_size=stream.chunk_size,
            chunks=stream.chunks,
            first_chunk=ask.first_chunk,
        )

    def _models(self, re: str) -> answers.ModelListed:
        return answers.ModelListed(
            re=re, models=self.catalog.describe(self._resident()), resident=self.resident()
        )

    async def _change_model(self, ask: asks.ModelLoad | asks.ModelUnload, peer: Peer) -> None:
        try:
            if isinstance(ask, asks.ModelLoad):
                await self.lanes["main"].load(ask.model)
            else:
                for lane in self.lanes.values():
                    await lane.unload(ask.model)
        except PlayreelError as error:
            peer.refuse(ask.id, code_of(error), str(error))
        else:
            peer.outbox.answer(self._models(ask.id))

    def resident(self) -> int:
        """Bytes of memory of all workers."""
        workers = [lane.worker for lane in self.lanes.values()] + [self.sessions.worker]
        return min(SAFE_INTEGER, sum(worker.resident() for worker in workers))

    def _resident(self) -> dict[str, int]:
        """Loaded models and the memory of the processes that hold them."""
        found: dict[str, int] = {}
        for lane in self.lanes.values():
            for model in lane.loaded:
                found[model] = found.get(model, 0) + lane.worker.resident()
        return found

    def _later(self, work: Any) -> None:
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
        image = self.uploads.read(upload) if upload else b""
        body = {
            "do": "generate",
            "job": record.job,
            "model": record.model,
            "request": encode_request(request),
        }
        return Note(body, image)

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
