"""Names, output paths and seeds of assets."""

from __future__ import annotations

import hashlib
import re

from exporters import file_stem
from toolkit.batch.nodes import Place, problem

MAX_PARTS = 8


def asset_path(text: str, place: Place) -> str:
    """Where the files of an asset lie below the output folder: plain names between slashes.

    Each part becomes a name that every system takes, as ``file_stem`` makes it.

    Raises:
        ManifestError: the path is empty, leaves the folder, or is more than 8 deep.
    """
    parts = text.split("/")
    leaves = any(part.strip() in ("", ".", "..") for part in parts)
    if leaves or re.search(r"[\\:\0]", text):
        raise problem(
            place,
            f"path is {text!r:.60} and leaves the output folder; "
            "write plain names between slashes, as in enemies/slime.",
        )
    if len(parts) > MAX_PARTS:
        raise problem(place, f"path {text!r:.60} has {len(parts)} parts; at most {MAX_PARTS}.")
    return "/".join(file_stem(part) for part in parts)


def asset_seed(name: str) -> int:
    """The seed of an asset that names none: always the same, another for each name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) >> 1


def retry_seed(seed: int, attempt: int) -> int:
    """The seed of an attempt; the first, number 0, has the asset's own."""
    if attempt == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}:{attempt}".encode()).digest()[:4]) >> 1
