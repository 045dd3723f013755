"""What compressed files hold, as bytes that do not depend on who compressed them."""

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageSequence


def unpacked(name: str, content: bytes) -> bytes:
    """The content of an exported file that every platform has in common.

    That is all of it, but for what zlib and libwebp make of pixels: in its place stand the
    pixels. Films are left out.
    """
    match Path(name).suffix:
        case ".png":
            return _png(content)
        case ".apng" | ".webp":
            return _animation(content)
        case ".aseprite":
            return _aseprite(content)
        case ".glb":
            return _glb(content)
        case ".npz":
            return _npz(content)
        case _:
            return content


def _png(content: bytes) -> bytes:
    """Every chunk in order, with the pixels in place of the packed ones."""
    parts: list[bytes] = []
    at = 8
    while at < len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        parts.append(kind + (b"" if kind == b"IDAT" else content[at + 8 : at + 8 + size]))
        at += 12 + size
    kept = [part for part, last in zip(parts, [b"", *parts], strict=False) if part != last]
    return b"".join([*kept, np.asarray(Image.open(io.BytesIO(content))).tobytes()])


def _animation(content: bytes) -> bytes:
    """Milliseconds and pixels of each picture, and whether it loops."""
    parts: list[bytes] = []
    with Image.open(io.BytesIO(content)) as image:
        parts.append(str(image.info.get("loop")).encode())
        for frame in ImageSequence.Iterator(image):
            pixels = np.asarray(frame.convert("RGBA")).copy()
            pixels[pixels[..., 3] == 0] = 0
            parts += [str(frame.info["duration"]).encode(), pixels.tobytes()]
    return b"".join(parts)


def _aseprite(content: bytes) -> bytes:
    """Every chunk in order; a packed cel's pixels unpacked."""
    parts = [content[4:128]]
    at = 128
    while at < len(content):
        size, _, _, stay, count = struct.unpack_from("<IHHH2xI", content, at)
        parts.append(struct.pack("<HI", stay, count))
        end, at = at + size, at + 16
        while at < end:
            length, kind = struct.unpack_from("<IH", content, at)
            chunk = content[at + 4 : at + length]
            packed = kind == 0x2005 and chunk[9:11] == b"\2\0"
            parts.append(chunk[:22] + zlib.decompress(chunk[22:]) if packed else chunk)
            at += length
    return b"".join(parts)


def _glb(content: bytes) -> bytes:
    """The document without the places of its parts, and the parts, pictures unpacked."""
    (length,) = struct.unpack_from("<I", content, 12)
    document: dict[str, Any] = json.loads(content[20 : 20 + length])
    body = content[28 + length :]
    parts: list[bytes] = []
    for view in document.pop("bufferViews"):
        start = view.get("byteOffset", 0)
        part = body[start : start + view["byteLength"]]
        parts.append(_png(part) if part.startswith(b"\x89PNG") else part)
    document.pop("buffers")
    return json.dumps(document, sort_keys=True).encode() + b"".join(parts)


def _npz(content: bytes) -> bytes:
    """Name and values of each array."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return b"".join(name.encode() + arrays[name].tobytes() for name in arrays.files)
