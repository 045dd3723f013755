"""Cache entries in any storage that fsspec knows: s3, gs, a shared folder, memory."""

# fsspec ships no annotations
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from toolkit.batch.store import FolderStore, Store
from toolkit.errors import BadRequest, OutputError


def open_store(place: str) -> Store:
    """The store in a folder, or behind a URL such as ``s3://bucket/playreel``.

    Raises:
        BadRequest: the URL needs a library that is not installed, or makes no sense.
    """
    if "://" not in place:
        return FolderStore(Path(place))
    if place.startswith("file://"):
        return FolderStore(Path(place.removeprefix("file://")))
    try:
        filesystem, root = import_module("fsspec.core").url_to_fs(place)
    except ModuleNotFoundError as error:
        raise BadRequest(
            f"cache {place} needs {error.name}; pip install 'playreel[cluster]'."
        ) from error
    except (ImportError, ValueError) as error:
        raise BadRequest(f"cache is {place}; {error}. Give a folder or another URL.") from error
    return RemoteStore(filesystem, root)


class RemoteStore:
    """Contents as objects below a root; an object appears once it is complete."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self.filesystem = filesystem
        self.root = root.rstrip("/")

    def read(self, name: str) -> bytes | None:
        """The content, or ``None``."""
        try:
            return self.filesystem.cat_file(self._path(name))
        except FileNotFoundError:
            return None
        except Exception as error:  # each storage raises its own unrelated exception types
            raise self._refused(error) from error

    def has(self, name: str) -> bool:
        """Whether there is such a content."""
        try:
            return bool(self.filesystem.isfile(self._path(name)))
        except Exception as error:  # each storage raises its own unrelated exception types
            raise self._refused(error) from error

    def write(self, name: str, content: bytes) -> None:
        """Store the content in one step.

        Raises:
            OutputError: the storage refuses.
        """
        path = self._path(name)
        try:
            self.filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
            self.filesystem.pipe_file(path, content)
        except Exception as error:  # each storage raises its own unrelated exception types
            raise self._refused(error) from error

    def remove(self, name: str) -> None:
        """Take the content away, if it is there."""
        if self.has(name):
            self.filesystem.rm_file(self._path(name))

    def names(self) -> Iterator[str]:
        """Every name, in no order."""
        try:
            found = self.filesystem.find(self.root)
        except FileNotFoundError:
            return
        except Exception as error:  # each storage raises its own unrelated exception types
            raise self._refused(error) from error
        for path in found:
            yield str(path)[len(self.root) :].lstrip("/")

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _refused(self, error: Exception) -> OutputError:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        return OutputError(f"the cache at {self.root} does not answer: {reason}.")
