"""One run at a time in an output folder; the system frees the lock however a process ends."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from toolkit.errors import OutputError


@contextmanager
def only_run(path: Path) -> Generator[None]:
    """Hold the lock file while the block runs.

    Raises:
        OutputError: another process holds it, or the system refuses to make it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; choose another output folder."
        ) from error
    with file:
        if not _taken(file):
            raise OutputError(
                f"another batch is running in {path.parent.parent}; wait for it to end, "
                "or choose another output folder."
            )
        yield


if sys.platform == "win32":

    def _taken(file: IO[bytes]) -> bool:
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _taken(file: IO[bytes]) -> bool:
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
