"""Every limit of the server in one place; ``hello_ok`` tells clients all of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from toolkit.messages import MAX_IMAGE_BYTES
from toolkit.wire.codec import MAX_TEXT
from toolkit.wire.fields import MOST_FRAME

MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one server allows; bytes, seconds, or counts."""

    max_message: int = MAX_TEXT
    max_frame: int = MOST_FRAME
    max_connections: int = 256
    connections_per_second: float = 50.0
    messages_per_second: float = 400.0
    message_burst: int = 800
    max_queued: int = 256
    max_queued_per_client: int = 32
    max_streams_per_connection: int = 8
    max_upload: int = MAX_IMAGE_BYTES
    upload_quota: int = 512 * MIB
    result_quota: int = 4096 * MIB
    max_outbox: int = 4 * MIB
    """Control text waiting for a client that does not read; beyond it the connection ends."""
    max_sessions: int = 8
    max_snapshots: int = 64
    """Per session."""
    worker_memory: int = 6144 * MIB
    stall_seconds: float = 180.0
    """A worker that says nothing for so long is killed."""
    cancel_seconds: float = 0.5
    """A worker that does not stop within this is killed."""
    least_free_disk: int = 64 * MIB

    def to_dict(self) -> dict[str, int | float]:
        """The limits by name, ready for JSON."""
        return asdict(self)
