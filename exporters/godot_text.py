"""The text of Godot's resource files: numbers, strings, and the textures of a sheet."""

from __future__ import annotations

import json

from exporters.png import normal_names, page_names
from exporters.spritesheet import SheetFrame, SpriteSheet


def number(value: float) -> str:
    """A float as Godot writes it: ``1.0``, never ``1`` or ``0.9999999999999999``."""
    return repr(float(f"{value:.9g}"))


def quoted(text: str) -> str:
    """A Godot string literal; the escapes of JSON are a subset of Godot's."""
    return json.dumps(text, ensure_ascii=False)


def node_name(name: str) -> str:
    """A file stem as a node's name: ``red-knight_2`` is ``RedKnight2``."""
    words = name.replace("-", "_").split("_")
    return "".join(word[:1].upper() + word[1:] for word in words)


def texture_ids(sheet: SpriteSheet) -> tuple[str, ...]:
    """The sub-resource id of each frame; frames that look and lie alike share one."""
    seen: dict[tuple[object, ...], str] = {}
    return tuple(
        seen.setdefault((frame.page, frame.region, frame.offset), f"frame_{index}")
        for index, frame in enumerate(sheet.frames)
    )


def texture_blocks(sheet: SpriteSheet, name: str, ids: frozenset[str]) -> list[str]:
    """Blocks of the textures with these ids, and above them of the pages they are cut from.

    Paths are relative to the file. A page with a normal map is a CanvasTexture of both, which 2D
    lights shade.
    """
    frames = {key: sheet.frames[int(key.removeprefix("frame_"))] for key in ids}
    pages = sorted({frame.page for frame in frames.values()})
    images, maps = page_names(sheet, name), normal_names(sheet, name)
    return [
        *[_external("page", page, images[page]) for page in pages],
        *[_external("map", page, maps[page]) for page in pages if maps],
        *[_lit_texture(page) for page in pages if maps],
        *[
            _atlas_texture(sheet, key, frames[key])
            for key in dict.fromkeys(texture_ids(sheet))
            if key in frames
        ],
    ]


def _external(kind: str, page: int, file: str) -> str:
    return f'[ext_resource type="Texture2D" path={quoted(file)} id="{kind}_{page}"]\n'


def _lit_texture(page: int) -> str:
    return (
        f'[sub_resource type="CanvasTexture" id="lit_{page}"]\n'
        f'diffuse_texture = ExtResource("page_{page}")\n'
        f'normal_texture = ExtResource("map_{page}")\n'
    )


def _atlas_texture(sheet: SpriteSheet, key: str, frame: SheetFrame) -> str:
    """One AtlasTexture; ``margin`` puts back what trimming took, so its size is the frame's."""
    x, y, w, h = frame.region
    left, top = frame.offset
    atlas = (
        f'SubResource("lit_{frame.page}")'
        if sheet.normals
        else (f'ExtResource("page_{frame.page}")')
    )
    margin = f"margin = Rect2({left}, {top}, {frame.size[0] - w}, {frame.size[1] - h})\n"
    return (
        f'[sub_resource type="AtlasTexture" id="{key}"]\n'
        f"atlas = {atlas}\n"
        f"region = Rect2({x}, {y}, {w}, {h})\n"
        f"{margin if frame.trimmed else ''}"
        "filter_clip = true\n"
    )
