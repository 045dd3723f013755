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
    Subscribe,
    UploadStart,
)
from toolkit.wire.codec import decode_server, encode
from toolkit.wire.downloads import Downloads
from toolkit.wire.failures import ended_badly, error_of
from toolkit.wire.fields import MOST_FRAME, TERMINAL, JobRecord, Priority
from toolkit.wire.frames import (
    HEADER,
    PREVIEW,
    RESULT,
    SESSION,
    UPLOAD,
    Frame,
    decode_frame,
    encode_frame,
    split,
)
from toolkit.wire.pictures import Pictures, Preview, Screen
from toolkit.wire.records import after

MOST_NEWS = 4096
"""Progress and previews that nobody has read; older ones are dropped."""


News = JobQueued | JobState | JobMarked | JobProgress | Preview | Failure
"""What a client can be told about its jobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A picture or mesh on its way, and the job that waits for it."""

    content: bytes
    sha256: str
    submit: JobSubmit


def naming(request: Mapping[str, Any], field: str, sha256: str) -> Mapping[str, Any]:
    """The request with its picture or mesh named by the hash of the upload."""
    name = f"/{request.get('mesh', '')}" if field == "mesh" else ""
    return {**request, field: f"sha256:{sha256}{name}"}


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
        self.gaps = 0
        """Events that did not follow the one before; none on a sound connection."""
        self._hello = Hello(client=client, version=version, max_frame=MOST_FRAME)
        self._seq, self._epoch = -1, ""
        self._coming = ""
        """The epoch of a snapshot that is not whole yet; until it is, nothing can be resumed."""
        self._open: dict[str, ClientMessage] = {}
        """Questions without their answer, by id; asked again after a lost connection."""
        self._uploads: dict[str, Sending] = {}
        """Pictures and meshes by the job that waits for them."""
        self._downloads = Downloads(ask=self._ask, send=self._send, new_id=self._new_id)
        self._pictures = Pictures()
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
        self._downloads.again()

    def _repeat(self, message: ClientMessage) -> None:
        match message:
            case ResultGet():
                return  # asked again from the chunk that is due
            case JobSubmit(job=job) if job in self._uploads:
                self._start_upload(self._uploads[job])  # its file may be there in part only
            case _:
                self._ask(message)

    def submit(
        self,
        request: Mapping[str, Any],
        *,
        image: bytes = b"",
        mesh: bytes = b"",
        job: str = "",
        model: str = "",
        priority: Priority = "normal",
    ) -> str:
        """The id of a new job for this request object.

        ``image``, or ``mesh``, whose file name the request holds, is uploaded first.
        """
        name = job or secrets.token_hex(16)
        content = image or mesh
        sha256 = hashlib.sha256(content).hexdigest() if content else ""
        submit = JobSubmit(
            id=self._new_id("submit"),
            job=name,
            request=naming(request, "image" if image else "mesh", sha256) if content else request,
            model=model,
            priority=priority,
        )
        if content:
            self._uploads[name] = Sending(content=content, sha256=sha256, submit=submit)
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
    def screens(self) -> Mapping[str, Screen]:
        """The newest frame of each game by its session."""
        return self._pictures.screens

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
        self._downloads.fetch(result)

    def fetched(self, result: str) -> bytes | None:
        """The bytes once they are whole; they are handed out once.

        Raises:
            PlayreelError: the server has no such result, or sent other bytes.
        """
        return self._downloads.fetched(result)

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
                self._downloads.started(decoded)
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
        start = UploadStart(
            id=self._new_id("upload"), upload=sending.sha256, size=len(sending.content)
        )
        self._ask(start)

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
            self._epoch, self._coming = "", answer.epoch
            self._seq = answer.seq
            self._seen = set()

    def _snapshot(self, snapshot: Snapshot) -> None:
        for record in snapshot.jobs:
            self.records[record.job] = record
            self._seen.add(record.job)
        if snapshot.more:
            return
        self._epoch = self._coming
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
                if not self._downloads.fail(failure):
                    self.news.append(failure)

    def _refuse(self, job: str, failure: Failure) -> None:
        self._uploads.pop(job, None)
        self.refused[job] = replace(failure, job=job)
        self.news.append(self.refused[job])

    def _waiting_for(self, sha256: str) -> list[str]:
        """Jobs that wait for a file."""
        return [job for job, sending in self._uploads.items() if sending.sha256 == sha256]

    def _upload(self, ready: UploadReady) -> None:
        for job in self._waiting_for(ready.upload):
            sending = self._uploads[job]
            if sending.submit.id in self._open:
                continue  # it was sent for another job of the same file
            if not ready.known:
                most = ready.chunk_size + HEADER.size
                for frame in split(UPLOAD, ready.stream, {}, sending.content, max_frame=most):
                    self.outgoing.append(encode_frame(frame))
            self._ask(sending.submit)
            return

    def _receive_frame(self, frame: Frame) -> None:
        if frame.kind == RESULT:
            self._downloads.receive(frame)
        elif frame.kind in (PREVIEW, SESSION) and (preview := self._pictures.receive(frame)):
            self.news.append(preview)
