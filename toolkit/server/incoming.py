"""Files that clients send: how much memory they may take on their way, and where they go."""

from __future__ import annotations

from toolkit.server.blobs import Blobs
from toolkit.server.limits import MIB, Limits
from toolkit.wire.refused import Refused

MOST_UPLOADING = 256 * MIB


class Incoming:
    """The uploads of all connections, on their way to one shelf."""

    def __init__(self, shelf: Blobs, limits: Limits) -> None:
        self._shelf, self._limits = shelf, limits
        self._uploading = 0

    def has(self, sha256: str) -> bool:
        """Whether a picture or mesh is there already."""
        return self._shelf.has(sha256)

    def reserve(self, size: int) -> None:
        """Make sure that there is memory for an upload of that size; raises ``Refused``."""
        if size > self._limits.max_upload:
            raise Refused(
                "limit_reached", f"the upload has {size} bytes; at most {self._limits.max_upload}."
            )
        if self._uploading + size > MOST_UPLOADING:
            raise Refused("rate_limited", "too much is being uploaded; try again in a moment.")
        self._uploading += size

    def release(self, size: int) -> None:
        """The upload of that size is stored or given up."""
        self._uploading -= size

    def keep(self, content: bytes) -> None:
        """Store a picture or mesh."""
        self._shelf.put(content)
