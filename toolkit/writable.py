"""Whether a folder can be written to, found out before the work that would be lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from toolkit.errors import OutputError


def require_writable(folder: Path) -> None:
    """Return when files can be made in the folder, or where it would be made; leaves no trace.

    Raises:
        OutputError: a file stands in the way, or the system refuses; the message says which.
    """
    try:
        nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not nearest.is_dir():
            raise OutputError(
                f"cannot write to {folder}: {nearest} is a file; choose another folder."
            )
        with tempfile.TemporaryFile(dir=nearest) as probe:
            probe.write(b"playreel")
    except OSError as error:
        raise OutputError(
            f"cannot write to {folder}: {error.strerror or error}; choose another folder."
        ) from error
