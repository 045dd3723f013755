"""What reading a zip file raises that is damaged, encrypted or packed in an unknown way."""

from __future__ import annotations

import zipfile
import zlib

DAMAGED_ZIP: tuple[type[Exception], ...] = (
    EOFError, KeyError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""Of ``zipfile`` and of ``numpy.load``; its NotImplementedError is a RuntimeError."""
