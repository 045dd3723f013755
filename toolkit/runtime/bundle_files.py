"""A bundle's files, read whole and held against the hashes that its card promised."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from toolkit.errors import ModelMismatch, ModelNotFound

SHA256 = re.compile(r"[0-9a-f]{64}")
EXTERNAL_KEY = b"location"
"""Without this key in its bytes, an ONNX file cannot point at weights outside itself."""


def read_file(path: Path, *, missing: str) -> bytes:
    """The bytes of a bundle's file; ``missing`` says what to do when there is none.

    Raises:
        ModelNotFound: it is missing, or cannot be read.
    """
    if not path.is_file():
        raise ModelNotFound(f"{path} is missing; {missing}.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelNotFound(
            f"{path} cannot be read: {error.strerror or error}; check who may read the bundle."
        ) from error


def require_hash(path: Path, content: bytes, wanted: str, *, otherwise: str) -> None:
    """Return when the content is what the card promised; ``otherwise`` says what to do.

    Raises:
        ModelMismatch: it is not.
    """
    found = hashlib.sha256(content).hexdigest()
    if found != wanted:
        raise ModelMismatch(
            f"{path} has hash {found[:12]} instead of {wanted[:12]}; "
            f"it is damaged or was changed, {otherwise}."
        )
