"""One connection without its socket: what came in, what goes out, and the order between them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from toolkit.errors import BadRequest, PlayreelError, StoreUnavailable
from toolkit.server.limits import Limits
from toolkit.server.outbox import EventSource, Outbox
from toolkit.server.rate import Bucket
from toolkit.wire.answers import Failure, ServerMessage, UploadDone, UploadReady
from toolkit.wire.asks import ClientMessage, Hello, StreamCredit, StreamStop, UploadStart
from toolkit.wire.codec import decode_client, message_id
from toolkit.wire.fields import MOST_FRAME, RETRYABLE, ErrorCode
from toolkit.wire.frames import UPLOAD, Assembly, Frame, chunk_size, decode_frame
from toolkit.wire.refused import Refused

SHUTTING_DOWN = 4004
NO_FRAME = 4005


class Closing(PlayreelError):
    """The connection must end with this websocket close code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Receiver(Protocol):
    """Where uploads go; see ``Incoming``."""

    def has(self, sha256: str) -> bool:
        """Whether a picture or mesh is there already."""
        ...

    def reserve(self, size: int) -> None:
        """Make sure that there is memory for an upload of that size; raises ``Refused``."""
        ...

    def release(self, size: int) -> None:
        """The upload of that size is stored or given up."""
        ...

    def keep(self, content: bytes) -> None:
        """Store a picture or mesh."""
        ...


class Office(Protocol):
    """The part of the server behind all connections."""

    @property
    def limits(self) -> Limits:
        """What the server allows."""
        ...

    @property
    def events(self) -> EventSource:
        """The stored events."""
        ...

    @property
    def incoming(self) -> Receiver:
        """Where uploads go."""
        ...

    def handle(self, ask: ClientMessage, peer: Peer) -> ServerMessage | None:
        """The answer to a message, or ``None`` when it comes later or not at all."""
        ...


@dataclass(slots=True, kw_only=True)
class Upload:
    """A picture or mesh that is being sent."""

    sha256: str
    size: int
    assembly: Assembly


class Peer:
    """A connected client; ``receive`` takes its messages, ``outbox.next`` gives what to send."""

    def __init__(
        self, office: Office, *, clock: Callable[[], float], wake: Callable[[], None]
    ) -> None:
        limits = office.limits
        self.outbox = Outbox(office.events, wake=wake)
        self.client = ""
        self.pause = 0.0
        """Seconds to wait before the next message is read: who sends too fast is slowed down."""
        self._office = office
        self._greeted = False
        self._bucket = Bucket(limits.messages_per_second, limits.message_burst, clock)
        self._uploads: dict[int, Upload] = {}

    def receive(self, message: str | bytes) -> None:
        """One message of the client.

        Raises:
            Closing: the connection must end.
        """
        self.pause = self._bucket.spend()
        if isinstance(message, bytes):
            self._receive_frame(message)
        else:
            self._receive_text(message)

    def close(self) -> None:
        """The client is gone: give back what it held."""
        for upload in self._uploads.values():
            self._office.incoming.release(upload.size)
        self._uploads.clear()

    def _receive_text(self, text: str) -> None:
        try:
            ask = decode_client(text)
        except BadRequest as error:
            self.refuse(message_id(text), "bad_message", str(error))
            return
        try:
            answer = self._handle(ask)
        except PlayreelError as error:
            job = getattr(ask, "job", "")
            self.refuse(ask.id, code_of(error), str(error), job=job)
        else:
            if answer is not None:
                self.outbox.answer(answer)

    def refuse(
        self, re: str, code: ErrorCode, message: str, *, job: str = "", session: str = ""
    ) -> None:
        """Tell the client that something was refused."""
        self.outbox.answer(
            Failure(
                re=re,
                code=code,
                message=message[:4000],
                retryable=code in RETRYABLE,
                job=job,
                session=session,
            )
        )

    def _handle(self, ask: ClientMessage) -> ServerMessage | None:
        match ask:
            case Hello():
                self._greet(ask)
            case _ if not self._greeted:
                raise Refused("hello_first", "the first message must be hello.")
            case StreamCredit(stream=stream, credit=credit):
                self.outbox.credit(stream, credit)  # it may just have ended
                return None
            case StreamStop(stream=stream):
                self._stop(stream)
                return None
            case UploadStart():
                return self._start_upload(ask)
            case _:
                pass
        return self._office.handle(ask, self)

    def _greet(self, hello: Hello) -> None:
        self._greeted = True
        self.client = hello.client
        self.outbox.max_frame = min(hello.max_frame, MOST_FRAME)

    def _stop(self, stream: int) -> None:
        upload = self._uploads.pop(stream, None)
        if upload is not None:
            self._office.incoming.release(upload.size)
        elif not self.outbox.stop_stream(stream):
            raise Refused("unknown_stream", f"there is no stream {stream}; it may have ended.")

    def _start_upload(self, ask: UploadStart) -> UploadReady:
        known = self._office.incoming.has(ask.upload)
        stream = self.outbox.new_stream()
        if not known:
            self._office.incoming.reserve(ask.size)
            self._uploads[stream] = Upload(
                sha256=ask.upload, size=ask.size, assembly=Assembly(most=ask.size)
            )
        return UploadReady(
            re=ask.id,
            upload=ask.upload,
            stream=stream,
            chunk_size=chunk_size(MOST_FRAME),
            known=known,
        )

    def _receive_frame(self, data: bytes) -> None:
        try:
            frame = decode_frame(data)
        except BadRequest as error:
            raise Closing(NO_FRAME, str(error)) from error
        upload = self._uploads.get(frame.stream)
        if upload is None or frame.kind != UPLOAD:
            self.refuse("", "unknown_stream", f"no upload has the stream {frame.stream}.")
            return
        try:
            self._add_chunk(upload, frame)
        except PlayreelError as error:
            self._stop(frame.stream)
            self.refuse("", code_of(error, otherwise="upload_refused"), str(error))

    def _add_chunk(self, upload: Upload, frame: Frame) -> None:
        content = upload.assembly.add(frame)
        if content is None:
            return
        if hashlib.sha256(content).hexdigest() != upload.sha256:
            raise BadRequest(f"the upload is not what {upload.sha256[:12]} announced; send again.")
        self._office.incoming.keep(content)
        self._stop(frame.stream)
        self.outbox.answer(UploadDone(upload=upload.sha256, stream=frame.stream))


def code_of(error: PlayreelError, *, otherwise: ErrorCode = "bad_request") -> ErrorCode:
    """The code by which programs know a refusal."""
    match error:
        case Refused(code=code):
            return code
        case StoreUnavailable():
            return "store_unavailable"
        case _:
            return otherwise
