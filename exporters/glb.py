"""A flip-book as GLB: a quad a frame, and animations that show one quad after the other."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exporters.animated import milliseconds
from exporters.options import SheetOptions
from exporters.png import encode_png
from exporters.provenance import checked_metadata
from exporters.spritesheet import SheetFrame, SpriteSheet, build_sheet, play_order
from toolkit.clip import Clip, FrameTag

PIXEL = 0.01
"""Metres; what a pixel is in Godot's Sprite3D, and in Unity's sprites."""
_SHOWN, _HIDDEN = 1.0, 1e-5
"""Scales; 0 has no rotation, which Godot's importer complains about, and this fills no pixel."""
_FLOAT, _SHORT = 5126, 5123
_VERTICES, _INDICES = 34962, 34963
_NEAREST, _CLAMPED = 9728, 33071
_SHAPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Buffer:
    """The binary part while it grows, and what glTF says about its pieces."""

    pieces: list[bytes] = field(default_factory=list[bytes])
    views: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    accessors: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def view(self, content: bytes, **about: int) -> int:
        """The number of the view of these bytes, which start at a multiple of four."""
        start = sum(map(len, self.pieces))
        self.pieces.append(content + bytes(-len(content) % 4))
        self.views.append({"buffer": 0, "byteOffset": start, "byteLength": len(content), **about})
        return len(self.views) - 1

    def accessor(self, values: NDArray[Any], *, limits: bool = False, **about: int) -> int:
        """The number of the accessor of f32 or u16 values ``[N, components]``."""
        entry: dict[str, Any] = {
            "bufferView": self.view(
                values.astype(values.dtype.newbyteorder("<")).tobytes(), **about
            ),
            "componentType": _FLOAT if values.dtype == np.float32 else _SHORT,
            "count": len(values),
            "type": _SHAPES[values.shape[1]],
        }
        if limits:
            entry |= {"min": values.min(0).tolist(), "max": values.max(0).tolist()}
        self.accessors.append(entry)
        return len(self.accessors) - 1


def export_glb(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.glb``: unlit quads of 1 cm a pixel around the pivot, seen from +z, y up.

    Each frame is a node ``NAME_0``, ``NAME_1``, ... whose quad holds its trimmed picture; each
    tag is an animation that scales them to 1 and next to 0 in steps. glTF cannot say whether one
    loops: ``extras.loop`` of the animation does. Times are whole milliseconds.
    """
    sheet = build_sheet(clip, options=options)
    buffer = _Buffer()
    indices = buffer.accessor(np.array([[0], [1], [2], [0], [2], [3]], np.uint16), target=_INDICES)
    children = list(range(1, len(sheet.frames) + 1))
    document = {
        "asset": _asset(sheet),
        "extensionsUsed": ["KHR_materials_unlit"],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": name, "children": children}, *_nodes(sheet, name)],
        "meshes": [_mesh(buffer, sheet, frame, indices) for frame in sheet.frames],
        **_look(buffer, sheet),
        "animations": [_animation(buffer, sheet, tag) for tag in sheet.tags],
    }
    return {f"{name}.glb": _joined(document, buffer)}


def _asset(sheet: SpriteSheet) -> dict[str, Any]:
    about: dict[str, Any] = {"version": "2.0", "generator": "Playreel"}
    return about | {"extras": {"playreel": checked_metadata(sheet.metadata)}}


def _nodes(sheet: SpriteSheet, name: str) -> list[dict[str, Any]]:
    """A node a frame; what the first tag starts with is there before anything plays."""
    shown = play_order(sheet.tags[0])[0]
    return [
        {"name": f"{name}_{index}", "mesh": index, "scale": [_scale(index == shown)] * 3}
        for index in range(len(sheet.frames))
    ]


def _scale(shown: bool) -> float:
    return _SHOWN if shown else _HIDDEN


def _mesh(buffer: _Buffer, sheet: SpriteSheet, frame: SheetFrame, indices: int) -> dict[str, Any]:
    """The quad of the frame's region, from its bottom left against the clock."""
    x, y, width, height = frame.region
    left = frame.offset[0] - sheet.pivot[0] * frame.size[0]
    top = sheet.pivot[1] * frame.size[1] - frame.offset[1]
    rows, columns = sheet.pages[frame.page].shape[:2]
    corners = np.array([[0, 1], [1, 1], [1, 0], [0, 0]])
    flat = (corners * (width, -height) + (left, top)) * PIXEL
    places = np.column_stack([flat, np.zeros(4)]).astype(np.float32)
    texture = ((corners * (width, height) + (x, y)) / (columns, rows)).astype(np.float32)
    attributes = {
        "POSITION": buffer.accessor(places, limits=True, target=_VERTICES),
        "TEXCOORD_0": buffer.accessor(texture, target=_VERTICES),
    }
    primitive = {"attributes": attributes, "indices": indices, "material": frame.page}
    return {"primitives": [primitive]}


def _look(buffer: _Buffer, sheet: SpriteSheet) -> dict[str, Any]:
    """A material a page, which keeps pixels sharp and is not lit."""
    pages = range(len(sheet.pages))
    images = [buffer.view(encode_png(page, {})) for page in sheet.pages]
    sampler = {"magFilter": _NEAREST, "minFilter": _NEAREST, "wrapS": _CLAMPED, "wrapT": _CLAMPED}
    return {
        "materials": [_material(sheet.pages[page], page) for page in pages],
        "textures": [{"source": page, "sampler": 0} for page in pages],
        "samplers": [sampler],
        "images": [{"bufferView": view, "mimeType": "image/png"} for view in images],
    }


def _material(page: NDArray[np.uint8], number: int) -> dict[str, Any]:
    """Cut out where alpha is all or nothing, because that needs no sorting; else blended."""
    hard = bool(((page[..., 3] == 0) | (page[..., 3] == 255)).all())
    texture = {"index": number}
    return {
        "name": f"page_{number}",
        **({"alphaMode": "MASK", "alphaCutoff": 0.5} if hard else {"alphaMode": "BLEND"}),
        "doubleSided": True,
        "pbrMetallicRoughness": {"baseColorTexture": texture, "metallicFactor": 0},
        "extensions": {"KHR_materials_unlit": {}},
    }


def _animation(buffer: _Buffer, sheet: SpriteSheet, tag: FrameTag) -> dict[str, Any]:
    """One round of the tag: a track a frame, so that nothing of another tag stays in sight.

    The last key stands where the round ends; a loop is back at its first frame there.
    """
    order = play_order(tag)
    ends = milliseconds([sheet.frames[index].duration for index in order])
    shown = [*order, order[0] if tag.loop else order[-1]]
    samplers = [
        _track(buffer, [0, *ends], [_scale(index == frame) for index in shown])
        for frame in range(len(sheet.frames))
    ]
    channels = [
        {"sampler": frame, "target": {"node": frame + 1, "path": "scale"}}
        for frame in range(len(sheet.frames))
    ]
    extras = {"loop": tag.loop}
    return {"name": tag.name, "channels": channels, "samplers": samplers, "extras": extras}


def _track(buffer: _Buffer, times: Sequence[int], scales: Sequence[float]) -> dict[str, Any]:
    """Keys where the scale changes, and the first and the last."""
    inner = [index + 1 for index, (a, b) in enumerate(pairwise(scales)) if a != b]
    keys = sorted({0, *inner, len(scales) - 1})
    seconds = np.array([[times[key] / 1000] for key in keys], np.float32)
    sizes = np.array([[scales[key]] * 3 for key in keys], np.float32)
    return {
        "input": buffer.accessor(seconds, limits=True),
        "output": buffer.accessor(sizes),
        "interpolation": "STEP",
    }


def _joined(document: dict[str, Any], buffer: _Buffer) -> bytes:
    binary = b"".join(buffer.pieces)
    views = {"bufferViews": buffer.views, "accessors": buffer.accessors}
    whole = document | views | {"buffers": [{"byteLength": len(binary)}]}
    text = json.dumps(whole, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    chunks += struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
