"""A client's side of ``playreel.v1`` without a socket: what to send, what came, what was lost.

Both faces of ``toolkit.client`` stand on this; the Blender add-on pumps it from a timer. After a
lost connection call ``connected`` again and send what it returns: the server is asked again for
everything that was not answered, and tells every event that was missed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from toolkit.errors import JobFailed
from toolkit.wire.answers import (
    Failure,
    HelloOk,
    JobAccepted,
    JobMarked,
    JobProgress,
    JobQueued,
    JobState,
    ResultStart,
    ServerMessage,
    Snapshot,
    StoredEvent,
    Subscribed,
    UploadReady,
)
from toolkit.wire.asks import (
    ClientMessage,
    Hello,
    JobCancel,
    JobSubmit,
    ResultGet,
    StreamCredit,
    Subscribe,
    UploadStart,
)
from toolkit.wire.codec import decode_server, encode
from toolkit.wire.failures import ended_badly, error_of
from toolkit.wire.fields import MOST_FRAME, TERMINAL, JobRecord, Priority
from toolkit.wire.frames import (
    HEADER,
    PREVIEW,
    RESULT,
    SESSION,
    UPLOAD,
    Assembly,
    Frame,
    decode_frame,
    encode_frame,
    split,
)
from toolkit.wire.records import after

CREDIT = 16
MOST_RESULT = 2**30
MOST_PICTURE = 2**24
MOST_NEWS = 4096
"""Progress and previews that nobody has read; older ones are dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Frames of a job as they look so far: an encoded sheet, described by ``metadata``."""

    job: str
    metadata: Mapping[str, Any]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The newest frame of a game: rows of RGB bytes, described by ``metadata``."""

    count: int
    """Frames of this game so far."""
    metadata: Mapping[str, Any]
    content: bytes


News = JobQueued | JobState | JobMarked | JobProgress | Preview | Failure
"""What a client can be told about its jobs."""


@dataclass(slots=True, kw_only=True)
class Download:
    """A result on its way."""

    assembly: Assembly
    ask: str = ""
    """Id of the latest question for it."""
    stream: int = -1
    unpaid: int = 0
    """Chunks since the last credit."""
    content: bytes | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A picture on its way, and the job that waits for it."""

    content: bytes
    submit: JobSubmit


class Conversation:
    """One client across any number of connections.

    ``outgoing`` holds the messages to send, in order; ``news`` what there is to tell.
    """

    def __init__(self, *, client: str, version: str) -> None:
        self.outgoing: deque[str | bytes] = deque()
        self.news: deque[News] = deque(maxlen=MOST_NEWS)
        self.records: dict[str, JobRecord] = {}
        self.refused: dict[str, Failure] = {}
        """Jobs that were never accepted, and why."""
        self.server: HelloOk | None = None
        self.answers: dict[str, ServerMessage] = {}
        """Direct answers by the id of their question, for ``ask``."""
        self.screens: dict[str, Screen] = {}
        """The newest frame of each game by its session."""
        self.gaps = 0
        """Events that did not follow the one before; none on a sound connection."""
        self._hello = Hello(client=client, version=version, max_frame=MOST_FRAME)
        self._seq, self._epoch = -1, ""
        self._open: dict[str, ClientMessage] = {}
        """Questions without their answer, by id; asked again after a lost connection."""
        self._uploads: dict[str, Sending] = {}
        """Pictures by the job that waits for them."""
        self._downloads: dict[str, Download] = {}
        self._pictures: dict[int, Assembly] = {}
        """Previews and frames of games that have not come whole."""
        self._seen: set[str] = set()
        self._number = 0

    def connected(self) -> None:
        """A connection stands: greet, subscribe, and ask again for what was not answered."""
        self.outgoing.clear()
        self._pictures.clear()
        self._send(self._hello)
        self._send(Subscribe(since_seq=self._seq, epoch=self._epoch))
        open_before, self._open = self._open, {}
        for message in open_before.values():
            self._repeat(message)
        for result, download in self._downloads.items():
            if download.content is None and download.failure is None:
                self._fetch(result, download)

    def _repeat(self, message: ClientMessage) -> None:
        match message:
            case ResultGet():
                return  # asked again from the chunk that is due
            case JobSubmit(job=job) if job in self._uploads:
                self._start_upload(self._uploads[job])  # its picture may be there in part only
            case _:
                self._ask(message)

    def submit(
        self,
        request: Mapping[str, Any],
        *,
        image: bytes = b"",
        job: str = "",
        model: str = "",
        priority: Priority = "normal",
    ) -> str:
        """The id of a new job for this request object; ``image`` is uploaded first."""
        name = job or secrets.token_hex(16)
        picture = f"sha256:{hashlib.sha256(image).hexdigest()}" if image else ""
        submit = JobSubmit(
            id=self._new_id("submit"),
            job=name,
            request={**request, "image": picture} if image else request,
            model=model,
            priority=priority,
        )
        if image:
            self._uploads[name] = Sending(content=image, submit=submit)
            self._start_upload(self._uploads[name])
        else:
            self._ask(submit)
        return name

    def cancel(self, job: str) -> None:
        """Ask to stop a job."""
        self._ask(JobCancel(id=self._new_id("cancel"), job=job))

    def ask(self, message: ClientMessage) -> str:
        """Send a question of any kind; its answer will stand in ``answers`` under this id."""
        name = self._new_id("ask")
        self._ask(replace(message, id=name))
        return name

    def tell(self, message: ClientMessage) -> None:
        """Say something that has no answer of its own, such as ``SessionAct``."""
        self._send(message)

    @property
    def seq(self) -> int:
        """The newest event that came."""
        return self._seq

    def ended(self, job: str) -> bool:
        """Whether the job has ended or was refused."""
        record = self.records.get(job)
        return job in self.refused or (record is not None and record.state in TERMINAL)

    def outcome(self, job: str) -> JobRecord:
        """The record of a job that is done.

        Raises:
            PlayreelError: it was refused, failed, cancelled or interrupted; the class says how.
        """
        if job in self.refused:
            raise error_of(self.refused[job].code, self.refused[job].message)
        record = self.records[job]
        if record.state != "done":
            raise ended_badly(record)
        return record

    def fetch(self, result: str) -> None:
        """Ask for the bytes of a result."""
        if result not in self._downloads or self._downloads[result].failure is not None:
            self._downloads[result] = Download(assembly=Assembly(most=MOST_RESULT))
            self._fetch(result, self._downloads[result])

    def fetched(self, result: str) -> bytes | None:
        """The bytes once they are whole; they are handed out once.

        Raises:
            PlayreelError: the server has no such result, or sent other bytes.
        """
        download = self._downloads[result]
        if download.failure is not None:
            raise error_of(download.failure.code, download.failure.message)
        if download.content is None:
            return None
        del self._downloads[result]
        if hashlib.sha256(download.content).hexdigest() != result:
            raise JobFailed(f"the server sent other bytes than {result[:12]}; ask again.")
        return download.content

    def take(self, job: str) -> list[News]:
        """News of a job that were not taken yet."""
        found = [news for news in self.news if news.job == job]
        if found:
            others = [news for news in self.news if news.job != job]
            self.news.clear()
            self.news.extend(others)
        return found

    def receive(self, message: str | bytes) -> None:
        """One message of the server.

        Raises:
            BadRequest: it is none of this protocol.
        """
        if isinstance(message, bytes):
            self._receive_frame(decode_frame(message))
            return
        decoded = decode_server(message)
        re = getattr(decoded, "re", "")
        question = self._open.pop(re, None) if re else None
        if question is not None and re.startswith("ask-"):
            self.answers[re] = decoded
        match decoded:
            case HelloOk():
                self.server = decoded
            case JobQueued() | JobState() | JobMarked():
                self._learn(decoded)
            case JobProgress():
                self.news.append(decoded)
            case Subscribed():
                self._subscribed(decoded)
            case Snapshot():
                self._snapshot(decoded)
            case Failure():
                self._failed(decoded, question)
            case ResultStart():
                self._started(decoded)
            case UploadReady():
                self._upload(decoded)
            case JobAccepted():
                self._uploads.pop(decoded.job, None)
            case _:
                pass

    def _new_id(self, kind: str) -> str:
        self._number += 1
        return f"{kind}-{self._number}"

    def _start_upload(self, sending: Sending) -> None:
        sha256 = hashlib.sha256(sending.content).hexdigest()
        size = len(sending.content)
        self._ask(UploadStart(id=self._new_id("upload"), upload=sha256, size=size))

    def _send(self, message: ClientMessage) -> None:
        self.outgoing.append(encode(message))

    def _ask(self, message: ClientMessage) -> None:
        self._open[message.id] = message
        self._send(message)

    def _learn(self, event: StoredEvent) -> None:
        self.gaps += event.seq > self._seq + 1
        self._seq = max(self._seq, event.seq)
        known = self.records.get(event.job)
        if known is None and not isinstance(event, JobQueued):
            return  # of a job from before the snapshot
        self.records[event.job] = after(known, event)
        self.news.append(event)

    def _subscribed(self, answer: Subscribed) -> None:
        self._epoch = answer.epoch
        if answer.reset:
            self._seq = answer.seq
            self._seen = set()

    def _snapshot(self, snapshot: Snapshot) -> None:
        for record in snapshot.jobs:
            self.records[record.job] = record
            self._seen.add(record.job)
        if snapshot.more:
            return
        for job, record in list(self.records.items()):
            if job not in self._seen and record.state not in TERMINAL:
                self._ask_again(record)

    def _ask_again(self, record: JobRecord) -> None:
        """The server lost its store, and an open job of ours with it."""
        del self.records[record.job]
        again = JobSubmit(
            id=self._new_id("submit"), job=record.job, request=record.request,
            priority=record.priority,
        )  # fmt: skip
        self._ask(again)

    def _failed(self, failure: Failure, question: ClientMessage | None) -> None:
        match question:
            case JobSubmit(job=job):
                self._refuse(job, failure)
            case UploadStart(upload=sha256):
                for job in self._waiting_for(sha256):
                    self._refuse(job, failure)
            case _:
                if not self._stop_download(failure):
                    self.news.append(failure)

    def _stop_download(self, failure: Failure) -> bool:
        """Whether the failure is that of a result, at its start or on its way."""
        for download in self._downloads.values():
            if failure.re and download.ask == failure.re:
                download.failure = failure
                return True
        return False

    def _refuse(self, job: str, failure: Failure) -> None:
        self._uploads.pop(job, None)
        self.refused[job] = replace(failure, job=job)
        self.news.append(self.refused[job])

    def _waiting_for(self, sha256: str) -> list[str]:
        """Jobs that wait for a picture."""
        wanted = f"sha256:{sha256}"
        return [
            job
            for job, sending in self._uploads.items()
            if sending.submit.request.get("image") == wanted
        ]

    def _upload(self, ready: UploadReady) -> None:
        for job in self._waiting_for(ready.upload):
            sending = self._uploads[job]
            if sending.submit.id in self._open:
                continue  # it was sent for another job of the same picture
            if not ready.known:
                most = ready.chunk_size + HEADER.size
                for frame in split(UPLOAD, ready.stream, {}, sending.content, max_frame=most):
                    self.outgoing.append(encode_frame(frame))
            self._ask(sending.submit)
            return

    def _fetch(self, result: str, download: Download) -> None:
        download.stream = -1
        download.unpaid = 0
        first = download.assembly.next
        download.ask = self._new_id("get")
        self._ask(ResultGet(id=download.ask, result=result, first_chunk=first, credit=CREDIT))

    def _started(self, start: ResultStart) -> None:
        download = self._downloads.get(start.result)
        if download is not None:
            download.stream = start.stream

    def _receive_frame(self, frame: Frame) -> None:
        if frame.kind in (PREVIEW, SESSION):
            self._receive_picture(frame)
        elif frame.kind == RESULT:
            for download in self._downloads.values():
                if download.stream == frame.stream:
                    self._receive_chunk(download, frame)
                    return

    def _receive_chunk(self, download: Download, frame: Frame) -> None:
        download.content = download.assembly.add(frame)
        download.unpaid += 1
        if download.content is None and download.unpaid * 2 >= CREDIT:
            self._send(StreamCredit(stream=frame.stream, credit=download.unpaid))
            download.unpaid = 0

    def _receive_picture(self, frame: Frame) -> None:
        if frame.index == 0:
            self._pictures[frame.stream] = Assembly(most=MOST_PICTURE)
        picture = self._pictures.get(frame.stream)
        content = picture.add(frame) if picture else None
        if picture is None or content is None:
            return
        del self._pictures[frame.stream]
        metadata = picture.metadata
        if frame.kind == PREVIEW:
            job = str(metadata.get("job", ""))
            self.news.append(Preview(job=job, metadata=metadata, content=content))
            return
        session = str(metadata.get("session", ""))
        before = self.screens.get(session)
        count = before.count + 1 if before else 1
        self.screens[session] = Screen(count=count, metadata=metadata, content=content)
