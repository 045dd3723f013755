"""What the fields of ``playreel.v1`` allow, and the records inside its messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

SUBPROTOCOL = "playreel.v1"
"""Named in the websocket handshake; another major version is another subprotocol."""
SAFE_INTEGER = 2**53 - 1
"""JSON numbers are floats to Godot and browsers."""
LEAST_FRAME = 48 * 1024
"""Bytes of a websocket message to a peer that has not said more; Godot's default closes at 64."""
MOST_FRAME = 256 * 1024
JobStateName = Literal[
    "queued", "preparing", "running", "decoding", "exporting", "done",
    "cancelling", "cancelled", "failed", "interrupted",
]  # fmt: skip
TERMINAL: frozenset[JobStateName] = frozenset({"done", "cancelled", "failed", "interrupted"})
Priority = Literal["interactive", "normal", "background"]
ErrorCode = Literal[
    "bad_message", "bad_request", "hello_first", "rate_limited",
    "limit_reached", "conflict", "unknown_job", "unknown_result", "unknown_stream",
    "unknown_model", "unknown_session", "upload_refused", "model_error", "out_of_memory",
    "worker_lost", "worker_stalled", "store_unavailable", "disk_full", "shutting_down",
    "internal",
]  # fmt: skip
RETRYABLE: frozenset[ErrorCode] = frozenset(
    {
        "rate_limited", "limit_reached", "worker_lost", "worker_stalled", "store_unavailable",
        "disk_full", "shutting_down",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """What a text field allows."""

    longest: int
    pattern: str = ""
    """A regular expression that the whole text must match; empty allows anything."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a number field allows, both ends included."""

    low: float
    high: float


Id = Annotated[str, Text(64, r"[0-9A-Za-z_.-]{1,64}")]
"""Made by the client: a job, a session or a request id."""
MaybeId = Annotated[str, Text(64, r"[0-9A-Za-z_.-]{0,64}")]
Sha256 = Annotated[str, Text(64, r"[0-9a-f]{64}")]
MaybeSha256 = Annotated[str, Text(64, r"([0-9a-f]{64})?")]
Short = Annotated[str, Text(200)]
Long = Annotated[str, Text(4000)]
Count = Annotated[int, Range(0, SAFE_INTEGER)]
Seconds = Annotated[float, Range(0, 1e12)]
Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A named run of frames, as ``FrameTag``."""

    name: Short
    start: Count
    stop: Count
    loop: bool
    direction: Literal["forward", "reverse", "pingpong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultInfo:
    """What a finished job made: one PNG sheet, frames row by row in ``columns`` columns."""

    result: Sha256
    media: Short
    size: Count
    """Bytes."""
    width: Count
    """Of one frame, in pixels."""
    height: Count
    num_frames: Count
    columns: Count
    fps: Seconds
    durations: tuple[Seconds, ...] = ()
    """Seconds per frame; empty means ``1 / fps`` each, or more than 512: the PNG tells then."""
    tags: tuple[Tag, ...] = ()
    pivot: tuple[float, ...] = (0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """All that is known of a job; what its stored events add up to."""

    job: Id
    seq: Count
    """Of its latest event."""
    state: JobStateName
    client: Short
    priority: Priority
    model: Short
    request: Object
    retry_of: MaybeId = ""
    first_seq: Count = 0
    """Of the event that queued it, which orders jobs by age; 0 where an older server stored it."""
    queued_at: Seconds = 0.0
    """Seconds since 1970, UTC; for people only: clocks jump."""
    changed_at: Seconds = 0.0
    favourite: bool = False
    code: Short = ""
    """An error code when ``failed``."""
    message: Long = ""
    result: ResultInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """A model that the server can run."""

    model: Short
    """sha256 of its ``model.json``, or a world's name."""
    name: Short
    version: Short
    licence: Short
    loaded: bool
    resident: Count = 0
    """Bytes of memory of the process that holds it; 0 when not loaded."""


RECORDS: tuple[type, ...] = (Tag, ResultInfo, JobRecord, ModelInfo)
"""Objects inside messages; each has a schema of its own."""
