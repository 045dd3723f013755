"""Files by the hash of their content: results and uploads, within a quota of bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Set
from contextlib import suppress
from pathlib import Path

from toolkit.errors import StoreUnavailable
from toolkit.server.store import Store
from toolkit.wire.refused import Refused

SHA256 = re.compile(r"[0-9a-f]{64}")
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Write = Callable[[Path, bytes], None]


def write_new(path: Path, content: bytes) -> None:
    """A new file, on disk when this returns, readable by the user alone.

    Raises:
        OSError: it is there already, or the system refuses.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


class Blobs:
    """One shelf of files, each named by the sha256 of its content.

    ``kept()`` names those that must not be cleaned up. When a new file would exceed ``quota``
    bytes, the oldest others go first.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        shelf: str,
        *,
        quota: int,
        kept: Callable[[], Set[str]],
        write: Write = write_new,
    ) -> None:
        self.folder = folder
        self.quota = quota
        self._store, self._shelf, self._kept, self._write = store, shelf, kept, write
        self._unlisted: dict[str, int] = {}
        """Files that could not be listed yet, and their bytes."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._clear_leftovers()

    def put(self, content: bytes) -> str:
        """The hash under which the content can be read from now on.

        Where the shelf's list cannot be written, ``flush`` writes it later.

        Raises:
            Refused: ``disk_full`` when quota or disk have no room for it.
            StoreUnavailable: the shelf's list cannot be read.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.has(sha256):
            self._make_room(len(content))
            self._place(self.path(sha256), content)
        self._unlisted[sha256] = len(content)
        self.flush()
        return sha256

    def flush(self) -> None:
        """List the files that could not be listed; those that still cannot be wait on."""
        with suppress(StoreUnavailable):
            for sha256, size in list(self._unlisted.items()):
                self._store.add_blob(self._shelf, sha256, size)
                del self._unlisted[sha256]

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """The content of a file, or a part of it.

        Raises:
            Refused: ``unknown_result``: no such file, or what stands there is no plain file.
        """
        try:
            descriptor = os.open(self.path(sha256), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except OSError as error:
            raise self._gone(sha256) from error
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
                raise self._gone(sha256)
            file.seek(start)
            return file.read(found.st_size if length is None else length)

    def size(self, sha256: str) -> int:
        """Bytes of a file.

        Raises:
            Refused: as ``read``.
        """
        try:
            found = self.path(sha256).lstat()
        except OSError as error:
            raise self._gone(sha256) from error
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise self._gone(sha256)
        return found.st_size

    def has(self, sha256: str) -> bool:
        """Whether the file is there."""
        try:
            self.size(sha256)
        except Refused:
            return False
        return True

    def path(self, sha256: str) -> Path:
        """Where a file of that hash stands.

        Raises:
            Refused: ``unknown_result`` when this is no hash; so no name leads out of the folder.
        """
        if not SHA256.fullmatch(sha256):
            raise self._gone(sha256)
        return self.folder / sha256

    def used(self) -> int:
        """Bytes on the shelf."""
        return sum(size for _, size in self._store.blobs(self._shelf))

    def _gone(self, sha256: str) -> Refused:
        return Refused(
            "unknown_result", f"there is no file {sha256!r:.70}; it was never made or is gone."
        )

    def _make_room(self, size: int) -> None:
        blobs = self._store.blobs(self._shelf)
        over = sum(taken for _, taken in blobs) + size - self.quota
        kept = self._kept()
        for sha256, taken in blobs:
            if over <= 0:
                return
            if sha256 not in kept:
                self.drop(sha256)
                over -= taken
        if over > 0:
            raise Refused(
                "disk_full",
                f"{size} bytes do not fit in the quota of {self.quota}; "
                "unmark favourites or start the server with a larger --quota.",
            )

    def drop(self, sha256: str) -> None:
        """Take a file away."""
        with suppress(FileNotFoundError):
            self.path(sha256).unlink()
        self._store.drop_blob(self._shelf, sha256)

    def _place(self, path: Path, content: bytes) -> None:
        temporary = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            self._write(temporary, content)
            temporary.replace(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            reason = "the disk is full" if error.errno in FULL else error.strerror or str(error)
            raise Refused(
                "disk_full", f"cannot write to {self.folder}: {reason}; free some space."
            ) from error

    def _clear_leftovers(self) -> None:
        """Remove what a crash left half-written, list no file that is gone and every other."""
        for path in self.folder.glob(".*.part"):
            path.unlink(missing_ok=True)
        listed = {sha256 for sha256, _ in self._store.blobs(self._shelf)}
        for sha256 in listed:
            if not self.has(sha256):
                self._store.drop_blob(self._shelf, sha256)
        for path in sorted(self.folder.iterdir()):
            if path.name not in listed and self.has(path.name):
                self._unlisted[path.name] = self.size(path.name)
        self.flush()
