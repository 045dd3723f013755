"""Whether a mesh file holds everything, or names files that must lie beside it."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

LINES = {
    ".obj": re.compile(rb"^[ \t]*mtllib[ \t]+([^\r\n]+)", re.MULTILINE),
    ".ply": re.compile(rb"^comment[ \t]+TextureFile[ \t]+([^\r\n]+)", re.MULTILINE),
}


def first_reference(name: str, content: bytes) -> str:
    """The first file that a mesh needs besides itself, or empty; damaged files need none."""
    suffix = PurePath(name).suffix.lower()
    if suffix in (".glb", ".gltf"):
        return next(_uris(content), "")
    found = LINES[suffix].search(content) if suffix in LINES else None
    return found[1].strip().decode("utf-8", "replace") if found else ""


def _uris(content: bytes) -> Iterator[str]:
    """Addresses of buffers and pictures in a glTF that are not in the file itself."""
    try:
        document: Any = json.loads(_document(content))
        for part in ("buffers", "images"):
            for entry in document.get(part, ()):
                if not str(entry.get("uri", "data:")).startswith("data:"):
                    yield str(entry["uri"])
    except (ValueError, AttributeError, TypeError, RecursionError, struct.error):
        return


def _document(content: bytes) -> bytes:
    """The JSON of a .gltf, or of a .glb."""
    if not content.startswith(b"glTF"):
        return content
    size = struct.unpack_from("<I", content, 12)[0]
    return content[20 : 20 + size]
