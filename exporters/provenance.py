"""The metadata inside exported files: what may be written, and how to read it back."""

from __future__ import annotations

import html
import io
import json
import plistlib
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, cast
from xml.parsers.expat import ExpatError

from toolkit.errors import BadRequest

PREFIX = "playreel:"
"""Stands before every key in a PNG."""
XMP_ATTRIBUTE = "playreel:metadata"
GODOT_PROPERTY = "metadata/playreel"
_ASEPRITE = b"\xe0\xa5"
_PNG = b"\x89PNG\r\n\x1a\n"
_MAX_KEY = 79 - len(PREFIX)
_MAX_TEXT = 64 * 2**20
"""Bytes that a compressed PNG text may unfold to."""


def checked_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """The metadata sorted by key, once it is sure that every format can hold it.

    Raises:
        BadRequest: a key is not 1 to 70 printable ASCII characters, or a value cannot be
            written as UTF-8 or holds a NUL.
    """
    for key, value in metadata.items():
        if not re.fullmatch(rf"[!-~]{{1,{_MAX_KEY}}}", key):
            raise BadRequest(
                f"metadata key is {key!r}; use 1 to {_MAX_KEY} ASCII letters, digits and signs."
            )
        if "\0" in value or value.encode("utf-8", "replace").decode() != value:
            raise BadRequest(f"metadata {key!r} holds a NUL or half a character; take it out.")
    return dict(sorted(metadata.items()))


def metadata_text(metadata: Mapping[str, str]) -> str:
    """The metadata as one line of ASCII JSON, for formats with a single comment field."""
    return json.dumps(checked_metadata(metadata), separators=(",", ":"))


def read_metadata(content: bytes) -> dict[str, str]:
    """The metadata that an exported file carries.

    Pictures, JSON, ``.tres``, property lists, ``.aseprite``, ``.glb`` and episodes can carry some.

    Raises:
        BadRequest: the file is none of these, is damaged, or carries no Playreel metadata.
    """
    try:
        found = _found(content)
    except (
        ValueError, struct.error, zlib.error, IndexError, RecursionError, ExpatError, KeyError,
        zipfile.BadZipFile, EOFError, RuntimeError,
    ) as error:  # fmt: skip
        raise BadRequest(f"the file is damaged: {error}; take the exported original.") from error
    if not found:
        raise BadRequest(
            "the file carries no Playreel metadata; take a PNG, APNG, GIF, WebP, JSON, .tres, "
            ".plist, .aseprite, .glb or .npz as Playreel exported it, not one that another "
            "program saved."
        )
    return found


def _found(content: bytes) -> dict[str, str]:
    if content.startswith(_PNG):
        return dict(_png_texts(content))
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _from_json(_gif_comment(content))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _from_xmp(_webp_chunk(content, b"XMP "))
    if content[4:6] == _ASEPRITE:
        return _from_json(_aseprite_user_data(content))
    if content.startswith(b"glTF"):
        return _glb_metadata(content)
    if content.startswith(b"PK"):
        return _episode_metadata(content)
    return _from_text(content.decode("utf-8-sig"))


def _from_text(text: str) -> dict[str, str]:
    if text.startswith("<?xml"):
        return _from_section(plistlib.loads(text.encode()), "metadata")
    if not text.lstrip().startswith("{"):
        property_line = rf'^{GODOT_PROPERTY} = ("(?:[^"\\]|\\.)*")'
        line = re.search(property_line, text, re.MULTILINE | re.DOTALL)
        return _from_json(json.loads(line[1], strict=False)) if line else {}
    return _from_section(json.loads(text), "meta")


def _from_section(document: Any, name: str) -> dict[str, str]:
    """Ours among what a document says about itself."""
    about: Any = cast(dict[str, Any], document).get(name) if isinstance(document, dict) else None
    return _strings(cast(dict[str, Any], about).get("playreel")) if isinstance(about, dict) else {}


def _glb_metadata(content: bytes) -> dict[str, str]:
    """What the document of a GLB, its first chunk, keeps beside its version."""
    (length,) = struct.unpack_from("<I", content, 12)
    document: Any = json.loads(content[20 : 20 + length])
    if not isinstance(document, dict):
        return {}
    return _from_section(cast(dict[str, Any], document).get("asset"), "extras")


def _episode_metadata(content: bytes) -> dict[str, str]:
    """What the card of an episode says, read without NumPy, which Blender's copy of this lacks."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        card = archive.read("card.npy")
    (length,) = struct.unpack_from("<H", card, 8)
    document: Any = json.loads(card[10 + length :])
    if not isinstance(document, dict):
        return {}
    return _strings(cast(dict[str, Any], document).get("metadata"))


def _from_json(text: str) -> dict[str, str]:
    return _strings(json.loads(text)) if text.startswith("{") else {}


def _strings(values: Any) -> dict[str, str]:
    """The entries of a JSON object that are strings; nothing for anything else."""
    if not isinstance(values, dict):
        return {}
    entries = cast(dict[str, Any], values)
    return {key: value for key, value in entries.items() if isinstance(value, str)}


def _png_texts(content: bytes) -> Iterator[tuple[str, str]]:
    for kind, data in _png_chunks(content):
        keyword, _, rest = data.partition(b"\0")
        key = keyword.decode("latin-1")
        if not key.startswith(PREFIX):
            continue
        if kind == b"tEXt":
            yield key.removeprefix(PREFIX), rest.decode("latin-1")
        elif kind == b"iTXt":
            compressed, text = rest[0], rest[2:].split(b"\0", 2)[2]
            yield key.removeprefix(PREFIX), (_inflate(text) if compressed else text).decode()
        elif kind == b"zTXt":
            yield key.removeprefix(PREFIX), _inflate(rest[1:]).decode("latin-1")


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(_PNG)
    while position < len(content):
        size, kind = struct.unpack_from(">I4s", content, position)
        yield kind, content[position + 8 : position + 8 + size]
        position += 12 + size


def _inflate(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(data, _MAX_TEXT)
    if unpacker.unconsumed_tail:
        raise ValueError(f"a text unfolds to more than {_MAX_TEXT} bytes")
    return text


def _gif_comment(content: bytes) -> str:
    """The first comment that is JSON, found block by block."""
    flags = content[10]
    position = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    while content[position] == 0x21:
        label, position = content[position + 1], position + 2
        data, position = _gif_blocks(content, position)
        if label == 0xFE and data.startswith(b"{"):
            return data.decode()
    return ""


def _gif_blocks(content: bytes, position: int) -> tuple[bytes, int]:
    """The joined sub-blocks from there, and the position behind them."""
    parts: list[bytes] = []
    while size := content[position]:
        parts.append(content[position + 1 : position + 1 + size])
        position += 1 + size
    return b"".join(parts), position + 1


def _webp_chunk(content: bytes, wanted: bytes) -> bytes:
    position = 12
    while position + 8 <= len(content):
        kind, size = struct.unpack_from("<4sI", content, position)
        if kind == wanted:
            return content[position + 8 : position + 8 + size]
        position += 8 + size + size % 2
    return b""


def _from_xmp(packet: bytes) -> dict[str, str]:
    attribute = re.search(rf'{XMP_ATTRIBUTE}="([^"]*)"', packet.decode())
    return _from_json(html.unescape(attribute[1])) if attribute else {}


def _aseprite_user_data(content: bytes) -> str:
    """The first user data of the first frame that is JSON."""
    (count,) = struct.unpack_from("<I", content, 140)
    position = 144
    for _ in range(count):
        size, kind = struct.unpack_from("<IH", content, position)
        if size < 6:
            raise ValueError("a chunk is shorter than its head")
        if kind == 0x2020 and content[position + 12 : position + 13] == b"{":
            (length,) = struct.unpack_from("<H", content, position + 10)
            return content[position + 12 : position + 12 + length].decode()
        position += size
    return ""
