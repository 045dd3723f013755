"""What the server may say: one frozen dataclass a message, named in ``SERVER_MESSAGES``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from toolkit.wire.fields import (
    Count,
    ErrorCode,
    Id,
    JobRecord,
    JobStateName,
    Long,
    MaybeId,
    ModelInfo,
    Object,
    Priority,
    Range,
    ResultInfo,
    Seconds,
    Sha256,
    Short,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelloOk:
    """The server's answer to ``hello``."""

    re: MaybeId = ""
    server: Short
    epoch: Id
    """Changes when the event store is new: earlier ``seq`` numbers are void then."""
    seq: Count
    """Of the newest event."""
    limits: Object
    models: tuple[ModelInfo, ...]
    worlds: tuple[Short, ...] = ()
    features: tuple[Short, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something asked for was refused; ``retryable`` says whether asking again can help."""

    re: MaybeId = ""
    code: ErrorCode
    message: Long
    retryable: bool = False
    job: MaybeId = ""
    session: MaybeId = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAccepted:
    """The job is stored and cannot be lost any more."""

    re: MaybeId = ""
    job: Id
    state: JobStateName
    replayed: bool
    """Whether the server knew it already."""
    position: Count
    """Jobs before it in the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCancelOk:
    """The true state of the job after a cancel: ``cancelling`` or a terminal one."""

    re: MaybeId = ""
    job: Id
    state: JobStateName


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQueued:
    """Stored event: a new job."""

    seq: Count
    at: Seconds
    job: Id
    client: Short
    priority: Priority
    model: Short
    request: Object
    retry_of: MaybeId = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """Stored event: a job's new state."""

    seq: Count
    at: Seconds
    job: Id
    state: JobStateName
    code: Short = ""
    message: Long = ""
    result: ResultInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMarked:
    """Stored event: a job became a favourite or no longer is one."""

    seq: Count
    at: Seconds
    job: Id
    favourite: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """Passing news of a job, at most ten a second; never stored."""

    job: Id
    step: Count
    num_steps: Count
    label: Short = ""
    position: Count = 0
    """Jobs before it while it waits."""
    seconds_left: Annotated[float, Range(-1, 1e12)] = -1.0
    """Estimated from the steps so far; -1 when not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobListed:
    """Jobs that ``job.list`` asked for; a long answer comes in several messages."""

    re: MaybeId = ""
    jobs: tuple[JobRecord, ...]
    more: bool
    """Whether another ``job.listed`` for the same question follows."""
    oldest: Count = 0
    """``before`` of the next question; 0 when there is nothing older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """The subscription stands; with ``reset`` what the client knew is void, a snapshot follows."""

    re: MaybeId = ""
    epoch: Id
    seq: Count
    reset: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Jobs as they are at ``seq``: the recent ones and all that have not ended."""

    seq: Count
    jobs: tuple[JobRecord, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultStart:
    """Announces the chunks of a result."""

    re: MaybeId = ""
    stream: Count
    result: Sha256
    size: Count
    chunk_size: Count
    chunks: Count
    first_chunk: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReady:
    """Says under which stream to send an upload; with ``known`` it is there already."""

    re: MaybeId = ""
    upload: Sha256
    stream: Count
    chunk_size: Count
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDone:
    """The upload is whole and may be named in requests."""

    upload: Sha256
    stream: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelListed:
    """The models, in answer to ``model.list``, ``model.load`` and ``model.unload``."""

    re: MaybeId = ""
    models: tuple[ModelInfo, ...]
    resident: Count
    """Bytes of memory of all workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """The game runs; binary frames follow."""

    re: MaybeId = ""
    session: Id
    world: Short
    width: Count
    height: Count
    actions: tuple[Short, ...]
    tick: Count
    rows: Count = 0
    """Rows and columns of the cells that ``session.act`` may say; 0 where it may not."""
    columns: Count = 0
    kinds: tuple[Short, ...] = ()
    """Names of what cells show, by number; the first means that it is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """A snapshot was kept, a game put back, or a game closed."""

    re: MaybeId = ""
    session: Id
    state: Literal["kept", "restored", "closed"]
    tick: Count
    snapshot: MaybeId = ""
    message: Long = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    """The answer to ``ping``."""

    re: MaybeId = ""


StoredEvent = JobQueued | JobState | JobMarked
ServerMessage = (
    HelloOk | Failure | JobAccepted | JobCancelOk | JobQueued | JobState | JobMarked
    | JobProgress | JobListed | Subscribed | Snapshot | ResultStart | UploadReady | UploadDone
    | ModelListed | SessionOpened | SessionState | Pong
)  # fmt: skip
SERVER_MESSAGES: Mapping[str, type[ServerMessage]] = MappingProxyType(
    {
        "hello_ok": HelloOk, "error": Failure, "job.accepted": JobAccepted,
        "job.cancel_ok": JobCancelOk, "job.queued": JobQueued, "job.state": JobState,
        "job.marked": JobMarked, "job.progress": JobProgress, "job.listed": JobListed,
        "subscribed": Subscribed, "snapshot": Snapshot, "result.start": ResultStart,
        "upload.ready": UploadReady, "upload.done": UploadDone, "model.listed": ModelListed,
        "session.opened": SessionOpened, "session.state": SessionState, "pong": Pong,
    }
)  # fmt: skip
