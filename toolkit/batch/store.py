"""Where cache entries lie: a folder here, or through ``remote_store`` any storage by its URL."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from toolkit.errors import OutputError

PART = ".part"


class Store(Protocol):
    """Named contents; each is there whole or not at all."""

    def read(self, name: str) -> bytes | None:
        """The content, or ``None``."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is such a content."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Store the content in one step; a content of that name is replaced."""
        ...

    def remove(self, name: str) -> None:
        """Take the content away, if it is there."""
        ...

    def names(self) -> Iterator[str]:
        """Every name, in no order."""
        ...


class FolderStore:
    """Contents as files of a folder, which is made when the first one is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes | None:
        """The content, or ``None``."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _refused(self.folder / name, error) from error

    def has(self, name: str) -> bool:
        """Whether there is such a content."""
        return (self.folder / name).is_file()

    def write(self, name: str, content: bytes) -> None:
        """Store the content in one step.

        Raises:
            OutputError: the system refuses.
        """
        path = self.folder / name
        temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(content)
            os.replace(temporary, path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise _refused(path, error) from error

    def remove(self, name: str) -> None:
        """Take the content away, if it is there."""
        (self.folder / name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every name, in no order; what a killed process left half-written is none."""
        for path in self.folder.rglob("*"):
            if path.is_file() and path.suffix != PART:
                yield path.relative_to(self.folder).as_posix()

    def remove_parts(self) -> int:
        """Take away what killed processes left half-written; how many files that were."""
        parts = [path for path in self.folder.rglob(f"*{PART}") if path.is_file()]
        for path in parts:
            path.unlink(missing_ok=True)
        return len(parts)


def _refused(path: Path, error: OSError) -> OutputError:
    reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
    return OutputError(f"cannot use the cache file {path}: {reason}; choose another --cache.")
