"""What a client may say: one frozen dataclass a message, named in ``CLIENT_MESSAGES``.

A message is one JSON object with that name as its ``type``. A client may give an ``id``; the
direct answer names it in ``re``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from toolkit.wire.fields import (
    LEAST_FRAME,
    SAFE_INTEGER,
    Count,
    Id,
    MaybeId,
    MaybeSha256,
    Object,
    Priority,
    Range,
    Sha256,
    Short,
)
from toolkit.wire.game_asks import (
    SessionAct,
    SessionBranch,
    SessionClose,
    SessionOpen,
    SessionRestore,
    SessionSnapshot,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The first message: who the client is and how large messages to it may be."""

    id: MaybeId = ""
    client: Short = ""
    """Kind of program, and which one after a colon: ``godot:platformer``; queues are shared
    fairly between these."""
    version: Short = ""
    max_frame: Annotated[int, Range(LEAST_FRAME, 2**30)] = LEAST_FRAME
    """Largest websocket message the client takes, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSubmit:
    """Asks for a clip; sent again with the same job and request it only answers again."""

    id: MaybeId = ""
    job: Id
    request: Object
    """As ``toolkit.messages.encode_request`` writes it; ``image`` may be ``sha256:`` + upload,
    ``mesh`` is ``sha256:`` + upload + ``/`` + file name."""
    model: MaybeSha256 = ""
    """Empty takes the server's default."""
    priority: Priority = "normal"
    """``interactive`` has a worker of its own and replaces this client's earlier one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCancel:
    """Asks to stop a job; answered at once with its true state, then by its event."""

    id: MaybeId = ""
    job: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRetry:
    """Asks for the request of an ended job again, as a new job."""

    id: MaybeId = ""
    job: Id
    """The new job."""
    retry_of: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMark:
    """Makes a job a favourite, whose result is never cleaned up, or ends that."""

    id: MaybeId = ""
    job: Id
    favourite: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JobList:
    """Asks for jobs, newest first."""

    id: MaybeId = ""
    search: Short = ""
    """Words that the prompt must hold, in any order and case."""
    favourite: bool = False
    """Whether to list favourites only."""
    before: Count = 0
    """Lists jobs queued before this event ``seq``; 0 begins with the newest."""
    limit: Annotated[int, Range(1, 200)] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Asks for all job events after ``since_seq``, then for live ones."""

    id: MaybeId = ""
    since_seq: Annotated[int, Range(-1, SAFE_INTEGER)] = -1
    """Last event seen; -1 asks for a snapshot first."""
    epoch: MaybeId = ""
    """Of the store that ``since_seq`` was counted in."""
    previews: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultGet:
    """Asks for a result as binary chunks; ``GET /results/<sha256>`` gives the same bytes."""

    id: MaybeId = ""
    result: Sha256
    first_chunk: Count = 0
    credit: Annotated[int, Range(1, 64)] = 8
    """Chunks that may be sent before ``stream.credit``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamCredit:
    """Lets further chunks of a stream come."""

    id: MaybeId = ""
    stream: Count
    credit: Annotated[int, Range(1, 64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStop:
    """Ends a stream early, in either direction."""

    id: MaybeId = ""
    stream: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadStart:
    """Announces a picture or mesh file to be sent as binary chunks."""

    id: MaybeId = ""
    upload: Sha256
    size: Annotated[int, Range(1, SAFE_INTEGER)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelList:
    """Asks which models there are."""

    id: MaybeId = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLoad:
    """Asks to load a model before a job needs it."""

    id: MaybeId = ""
    model: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUnload:
    """Asks to give a model's memory back."""

    id: MaybeId = ""
    model: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Asks for a ``pong``."""

    id: MaybeId = ""


ClientMessage = (
    Hello | JobSubmit | JobCancel | JobRetry | JobMark | JobList | Subscribe | ResultGet
    | StreamCredit | StreamStop | UploadStart | ModelList | ModelLoad | ModelUnload
    | SessionOpen | SessionAct | SessionSnapshot | SessionRestore | SessionBranch
    | SessionClose | Ping
)  # fmt: skip
CLIENT_MESSAGES: Mapping[str, type[ClientMessage]] = MappingProxyType(
    {
        "hello": Hello, "job.submit": JobSubmit, "job.cancel": JobCancel, "job.retry": JobRetry,
        "job.mark": JobMark, "job.list": JobList, "subscribe": Subscribe,
        "result.get": ResultGet, "stream.credit": StreamCredit, "stream.stop": StreamStop,
        "upload.start": UploadStart, "model.list": ModelList, "model.load": ModelLoad,
        "model.unload": ModelUnload, "session.open": SessionOpen, "session.act": SessionAct,
        "session.snapshot": SessionSnapshot, "session.restore": SessionRestore,
        "session.branch": SessionBranch, "session.close": SessionClose, "ping": Ping,
    }
)  # fmt: skip
