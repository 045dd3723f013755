"""Aseprite's own file: layer, cels, tags, pivot and hit box, as Aseprite opens and saves it.

Layout: https://github.com/aseprite/aseprite/blob/main/docs/ase-file-specs.md
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

import numpy as np

from exporters.film_limits import ASEPRITE
from exporters.options import SheetOptions
from exporters.provenance import metadata_text
from exporters.spritesheet import Box, box_around, distinct_tags, hit_box, visible
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest

_LAYER, _CEL, _COLOURS, _TAGS, _USER_DATA, _SLICE = 0x2004, 0x2005, 0x2007, 0x2018, 0x2020, 0x2022
_DIRECTIONS = ("forward", "reverse", "pingpong")
_LARGEST = 65535


def export_aseprite_binary(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.aseprite``: one layer, a cel a frame, equal cels linked; times in milliseconds.

    The clip's metadata is the user data of the layer, the pivot and the hit box are slices.

    Raises:
        BadRequest: more frames, pixels, metadata or time of a frame than the file can count.
    """
    return {f"{name}.aseprite": aseprite_bytes(clip)}


def aseprite_bytes(clip: Clip) -> bytes:
    """The clip as the bytes of one ``.aseprite`` file."""
    _check_limits(clip)
    cels = _cels(clip)
    frames = [
        _frame(_document(clip) + cel if index == 0 else cel, stay)
        for index, (cel, stay) in enumerate(zip(cels, _milliseconds(clip), strict=True))
    ]
    body = b"".join(frames)
    return _header(clip, 128 + len(body)) + body


def _check_limits(clip: Clip) -> None:
    ASEPRITE.check_size(clip)
    for what, count in (
        ("frames", clip.num_frames),
        ("bytes of metadata", len(metadata_text(clip.metadata))),
    ):
        if count > _LARGEST:
            raise BadRequest(
                f"the clip has {count} {what}; an .aseprite file holds at most {_LARGEST}: "
                "export it as png_sequence."
            )


def _header(clip: Clip, size: int) -> bytes:
    """RGBA, with layer opacity in use, square pixels and no colours of a palette."""
    canvas = (clip.num_frames, clip.width, clip.height, 32)
    return struct.pack(
        "<IHHHHHIHIIB3xHBBhhHH84x", size, 0xA5E0, *canvas, 1, 100, 0, 0, 0, 0, 1, 1, 0, 0, 16, 16
    )


def _milliseconds(clip: Clip) -> list[int]:
    stays = [max(1, round(seconds * 1000)) for seconds in clip.frame_seconds]
    ASEPRITE.check_stays(stays, range(clip.num_frames))
    return stays


def _frame(chunks: Iterable[bytes], milliseconds: int) -> bytes:
    parts = list(chunks)
    body = b"".join(parts)
    counted = struct.pack("<HH2xI", min(len(parts), 0xFFFF), milliseconds, len(parts))
    return struct.pack("<IH", len(body) + 16, 0xF1FA) + counted + body


def _document(clip: Clip) -> list[bytes]:
    """What the first frame says of the whole file."""
    chunks = [
        _chunk(_COLOURS, struct.pack("<HHI8x", 1, 0, 0)),
        _chunk(_LAYER, struct.pack("<HHHHHHB3x", 3, 0, 0, 0, 0, 0, 255) + _text("Layer")),
    ]
    if clip.metadata:
        text = _text(metadata_text(clip.metadata))
        chunks.append(_chunk(_USER_DATA, struct.pack("<I", 1) + text))
    tags = distinct_tags(clip.tags_or_whole)
    body = struct.pack("<H8x", len(tags)) + b"".join(_tag(tag) for tag in tags)
    return [*chunks, _chunk(_TAGS, body), _pivot_slice(clip), *_hit_box_slice(clip)]


def _tag(tag: FrameTag) -> bytes:
    """``repeat`` counts passes, and a ping-pong round takes two; 0 means for ever."""
    repeat = 0 if tag.loop else 2 if tag.direction == "pingpong" else 1
    direction = _DIRECTIONS.index(tag.direction)
    return struct.pack("<HHBH6x4x", tag.start, tag.stop - 1, direction, repeat) + _text(tag.name)


def _pivot_slice(clip: Clip) -> bytes:
    x, y = (int(np.floor(share * side + 0.5))
            for share, side in zip(clip.pivot, (clip.width, clip.height), strict=True))  # fmt: skip
    key = struct.pack("<IiiIIii", 0, 0, 0, clip.width, clip.height, x, y)
    return _chunk(_SLICE, struct.pack("<III", 1, 2, 0) + _text("pivot") + key)


def _hit_box_slice(clip: Clip) -> list[bytes]:
    """A slice that follows what is at least half opaque; 0 pixels wide where nothing is."""
    boxes = [hit_box(frame) or (0, 0, 0, 0) for frame in clip.frames]
    if not any(box[2] for box in boxes):
        return []
    keys = b"".join(struct.pack("<IiiII", index, *box) for index, box in enumerate(boxes))
    return [_chunk(_SLICE, struct.pack("<III", len(boxes), 0, 0) + _text("hit_box") + keys)]


def _cels(clip: Clip) -> list[list[bytes]]:
    """For each frame its cel, a link to an equal one before it, or nothing when it is empty."""
    firsts: dict[tuple[Box, bytes], int] = {}
    cels: list[list[bytes]] = []
    for index, frame in enumerate(visible(clip.frames)):
        box = box_around(frame[..., 3] > 0)
        if box is None:
            cels.append([])
            continue
        x, y, w, h = box
        pixels = frame[y : y + h, x : x + w].tobytes()
        first = firsts.setdefault((box, pixels), index)
        if first < index:
            cels.append([_cel(box, 1, struct.pack("<H", first))])
        else:
            cels.append([_cel(box, 2, struct.pack("<HH", w, h) + zlib.compress(pixels, 9))])
    return cels


def _cel(box: Box, kind: int, content: bytes) -> bytes:
    return _chunk(_CEL, struct.pack("<HhhBHh5x", 0, *box[:2], 255, kind, 0) + content)


def _chunk(kind: int, content: bytes) -> bytes:
    return struct.pack("<IH", len(content) + 6, kind) + content


def _text(text: str) -> bytes:
    content = text.encode()[:_LARGEST]
    return struct.pack("<H", len(content)) + content
