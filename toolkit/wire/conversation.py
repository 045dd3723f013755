"""A client's side of ``playreel.v1`` without a socket: what to send, what came, what was lost.

Both faces of ``toolkit.client`` stand on this; the Blender add-on pumps it from a timer. After a
lost connection call ``connected`` again and send what it returns: the server is asked again for
everything that was not answered, and tells every event that was missed.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
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
    Subscribed,
    UploadReady,
)
from toolkit.wire.asks import (
    ClientMessage,
    Hello,
    JobCancel,
    JobSubmit,
    ResultGet,
    UploadStart,
)
from toolkit.wire.codec import decode_server, encode
from toolkit.wire.downloads import Downloads
from toolkit.wire.failures import ended_badly, error_of
from toolkit.wire.fields import MOST_FRAME, TERMINAL, JobRecord, Priority
from toolkit.wire.frames import PREVIEW, RESULT, SESSION, Frame, decode_frame
from toolkit.wire.ledger import Ledger
from toolkit.wire.pictures import Pictures, Preview, Screen
from toolkit.wire.uploads import Uploads, naming

MOST_NEWS = 4096
"""Progress and previews that nobody has read; older ones are dropped."""


News = JobQueued | JobState | JobMarked | JobProgress | Preview | Failure
"""What a client can be told about its jobs."""


class Conversation:
    """One client across any number of connections.

    ``outgoing`` holds the messages to send, in order; ``news`` what there is to tell.
    """

    def __init__(self, *, client: str, version: str) -> None:
        self.outgoing: deque[str | bytes] = deque()
        self.news: deque[News] = deque(maxlen=MOST_NEWS)
        self.refused: dict[str, Failure] = {}
        """Jobs that were never accepted, and why."""
        self.server: HelloOk | None = None
        self.answers: dict[str, ServerMessage] = {}
        """Direct answers by the id of their question, for ``ask``."""
        self._hello = Hello(client=client, version=version, max_frame=MOST_FRAME)
        self._ledger = Ledger()
        self._open: dict[str, ClientMessage] = {}
        """Questions without their answer, by id; asked again after a lost connection."""
        self._uploads = Uploads(
            ask=self._ask,
            send=self.outgoing.append,
            is_asked=lambda name: name in self._open,
            new_id=self._new_id,
        )
        self._downloads = Downloads(ask=self._ask, send=self._send, new_id=self._new_id)
        self._pictures = Pictures()
        self._number = 0

    def connected(self) -> None:
        """A connection stands: greet, subscribe, and ask again for what was not answered."""
        self.outgoing.clear()
        self._pictures.clear()
        self._send(self._hello)
        self._send(self._ledger.question())
        open_before, self._open = self._open, {}
        for message in open_before.values():
            self._repeat(message)
        self._downloads.again()

    def _repeat(self, message: ClientMessage) -> None:
        match message:
            case ResultGet():
                return  # asked again from the chunk that is due
            case JobSubmit(job=job) if job in self._uploads:
                self._uploads.start(job)
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
        submit = JobSubmit(
            id=self._new_id("submit"),
            job=name,
            request=naming(request, content, "image" if image else "mesh"),
            model=model,
            priority=priority,
        )
        if content:
            self._uploads.add(content, submit)
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
        return self._ledger.seq

    @property
    def gaps(self) -> int:
        """Events that did not follow the one before; none on a sound connection."""
        return self._ledger.gaps

    @property
    def records(self) -> dict[str, JobRecord]:
        """Every job that is known."""
        return self._ledger.records

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
                if self._ledger.learn(decoded):
                    self.news.append(decoded)
            case JobProgress():
                self.news.append(decoded)
            case Subscribed():
                self._ledger.subscribed(decoded)
            case Snapshot():
                for record in self._ledger.snapshot(decoded):
                    self._ask_again(record)
            case Failure():
                self._failed(decoded, question)
            case ResultStart():
                self._downloads.started(decoded)
            case UploadReady():
                self._uploads.ready(decoded)
            case JobAccepted():
                self._uploads.drop(decoded.job)
            case _:
                pass

    def _new_id(self, kind: str) -> str:
        self._number += 1
        return f"{kind}-{self._number}"

    def _send(self, message: ClientMessage) -> None:
        self.outgoing.append(encode(message))

    def _ask(self, message: ClientMessage) -> None:
        self._open[message.id] = message
        self._send(message)

    def _ask_again(self, record: JobRecord) -> None:
        """The server lost its store, and an open job of ours with it."""
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
                for job in self._uploads.waiting_for(sha256):
                    self._refuse(job, failure)
            case _:
                if not self._downloads.fail(failure):
                    self.news.append(failure)

    def _refuse(self, job: str, failure: Failure) -> None:
        self._uploads.drop(job)
        self.refused[job] = replace(failure, job=job)
        self.news.append(self.refused[job])

    def _receive_frame(self, frame: Frame) -> None:
        if frame.kind == RESULT:
            self._downloads.receive(frame)
        elif frame.kind in (PREVIEW, SESSION) and (preview := self._pictures.receive(frame)):
            self.news.append(preview)
