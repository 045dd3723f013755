"""Cache entries as bytes that carry their own hash: clips, exported files, outcomes."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest

MAGIC = b"PLAYREEL1\n"
HASH_BYTES = 32
LENGTH_BYTES = 4


class DamagedEntry(Exception):
    """The bytes are not what was once stored."""


def encode_entry(header: Mapping[str, Any], payload: bytes = b"") -> bytes:
    """The header as JSON and the payload, behind the hash of both."""
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    body = len(text).to_bytes(LENGTH_BYTES, "little") + text + payload
    return MAGIC + hashlib.sha256(body).digest() + body


def decode_entry(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and payload of what ``encode_entry`` made.

    Raises:
        DamagedEntry: the hash is wrong, or these are other bytes altogether.
    """
    start = len(MAGIC) + HASH_BYTES
    body = content[start:]
    if not content.startswith(MAGIC):
        raise DamagedEntry("it is no cache entry")
    if hashlib.sha256(body).digest() != content[len(MAGIC) : start]:
        raise DamagedEntry("its hash is wrong")
    length = int.from_bytes(body[:LENGTH_BYTES], "little")
    header: Any = json.loads(body[LENGTH_BYTES : LENGTH_BYTES + length])
    return header, body[LENGTH_BYTES + length :]


def encode_clip(clip: Clip) -> bytes:
    """The whole clip; equal clips give equal bytes."""
    header = {
        "shape": clip.frames.shape,
        "fps": clip.fps,
        "durations": clip.durations,
        "pivot": clip.pivot,
        "tags": [asdict(tag) for tag in clip.tags],
        "metadata": dict(clip.metadata),
    }
    return encode_entry(header, zlib.compress(clip.frames.tobytes(), 6))


def decode_clip(content: bytes) -> Clip:
    """The clip that ``encode_clip`` stored, exactly.

    Raises:
        DamagedEntry: the bytes are no such clip.
    """
    header, payload = decode_entry(content)
    try:
        pixels = np.frombuffer(zlib.decompress(payload), np.uint8).reshape(header["shape"])
        return Clip(
            frames=pixels,
            fps=header["fps"],
            durations=tuple(header["durations"]),
            pivot=(header["pivot"][0], header["pivot"][1]),
            tags=tuple(FrameTag(**tag) for tag in header["tags"]),
            metadata=header["metadata"],
        )
    except (KeyError, TypeError, ValueError, zlib.error, BadRequest) as error:
        raise DamagedEntry(f"it holds no clip: {error!r}") from error


def encode_files(files: Mapping[str, bytes]) -> bytes:
    """Files by name, in their order."""
    sizes = [[name, len(content)] for name, content in files.items()]
    return encode_entry({"files": sizes}, b"".join(files.values()))


def decode_files(content: bytes) -> dict[str, bytes]:
    """The files that ``encode_files`` stored.

    Raises:
        DamagedEntry: the bytes are no such files.
    """
    header, payload = decode_entry(content)
    files: dict[str, bytes] = {}
    start = 0
    try:
        for name, size in header["files"]:
            files[str(name)] = payload[start : start + size]
            start += size
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedEntry(f"it holds no files: {error!r}") from error
    if start != len(payload):
        raise DamagedEntry("its files have other sizes")
    return files
