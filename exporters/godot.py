"""Godot 4: SpriteFrames, the sheet with its import settings, and an AnimatedSprite2D scene."""

from __future__ import annotations

import json

from exporters.options import SheetOptions
from exporters.png import page_files, page_names
from exporters.provenance import GODOT_PROPERTY, metadata_text
from exporters.spritesheet import SheetFrame, SpriteSheet, build_sheet, play_order
from toolkit.clip import Clip, FrameTag

_IMPORT = """\
[remap]

importer="texture"
type="CompressedTexture2D"

[deps]

source_file="res://{file}"

[params]

compress/mode=0
mipmaps/generate=false
process/fix_alpha_border=false
detect_3d/compress_to=0
"""
"""Lossless and untouched: the default ``fix_alpha_border`` recolours faint pixels.

Godot fills in everything else, the uid too, when it imports.
"""


def export_godot(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.tres``, ``NAME.tscn``, the pages and their ``.import`` files, by file name."""
    return godot_files(build_sheet(clip, options=options), name)


def godot_files(sheet: SpriteSheet, name: str) -> dict[str, bytes]:
    """The Godot files of a sheet; paths in them are relative, so any project folder will do."""
    pages = page_names(sheet, name)
    return {
        f"{name}.tres": sprite_frames(sheet, name).encode(),
        f"{name}.tscn": scene(sheet, name).encode(),
        **{f"{page}.import": _IMPORT.format(file=page).encode() for page in pages},
        **page_files(sheet, name),
    }


def sprite_frames(sheet: SpriteSheet, name: str) -> str:
    """The text of a SpriteFrames resource with one animation per tag.

    ``speed`` is the clip's fps and each frame's ``duration`` a multiple of ``1 / speed``. Godot
    knows no direction, so reverse and ping-pong become the order of the frames.
    """
    ids = _texture_ids(sheet)
    blocks = ['[gd_resource type="SpriteFrames" format=3]\n']
    blocks += [
        f'[ext_resource type="Texture2D" path={_quoted(page)} id="page_{number}"]\n'
        for number, page in enumerate(page_names(sheet, name))
    ]
    blocks += [_atlas_texture(key, frame) for frame, key in _first_uses(sheet, ids).items()]
    animations = ", ".join(_animation(sheet, tag, ids) for tag in sheet.tags)
    blocks.append(f"[resource]\nanimations = [{animations}]")
    if sheet.metadata:
        blocks.append(f"{GODOT_PROPERTY} = {_quoted(metadata_text(sheet.metadata))}")
    return "\n".join(blocks) + "\n"


def scene(sheet: SpriteSheet, name: str) -> str:
    """The text of a scene: one AnimatedSprite2D whose origin is the pivot, nearest filtered."""
    x, y = sheet.pivot_pixel
    first = _quoted(sheet.tags[0].name)
    return (
        "[gd_scene format=3]\n\n"
        f'[ext_resource type="SpriteFrames" path={_quoted(f"{name}.tres")} id="frames"]\n\n'
        f'[node name={_quoted(_node_name(name))} type="AnimatedSprite2D"]\n'
        "texture_filter = 1\n"
        'sprite_frames = ExtResource("frames")\n'
        f"animation = &{first}\n"
        f"autoplay = {first}\n"
        "centered = false\n"
        f"offset = Vector2({-x}, {-y})\n"
    )


def _texture_ids(sheet: SpriteSheet) -> tuple[str, ...]:
    """The sub-resource id of each frame; frames that look and lie alike share one."""
    seen: dict[tuple[object, ...], str] = {}
    return tuple(
        seen.setdefault((frame.page, frame.region, frame.offset), f"frame_{index}")
        for index, frame in enumerate(sheet.frames)
    )


def _first_uses(sheet: SpriteSheet, ids: tuple[str, ...]) -> dict[SheetFrame, str]:
    return {
        frame: key
        for index, (frame, key) in enumerate(zip(sheet.frames, ids, strict=True))
        if key == f"frame_{index}"
    }


def _atlas_texture(key: str, frame: SheetFrame) -> str:
    """One AtlasTexture; ``margin`` puts back what trimming took, so its size is the frame's."""
    x, y, w, h = frame.region
    left, top = frame.offset
    margin = f"margin = Rect2({left}, {top}, {frame.size[0] - w}, {frame.size[1] - h})\n"
    return (
        f'[sub_resource type="AtlasTexture" id="{key}"]\n'
        f'atlas = ExtResource("page_{frame.page}")\n'
        f"region = Rect2({x}, {y}, {w}, {h})\n"
        f"{margin if frame.trimmed else ''}"
        "filter_clip = true\n"
    )


def _animation(sheet: SpriteSheet, tag: FrameTag, ids: tuple[str, ...]) -> str:
    entries = ", ".join(
        f'{{\n"duration": {_number(sheet.frames[index].duration * sheet.fps)},\n'
        f'"texture": SubResource("{ids[index]}")\n}}'
        for index in play_order(tag)
    )
    return (
        f'{{\n"frames": [{entries}],\n'
        f'"loop": {"true" if tag.loop else "false"},\n'
        f'"name": &{_quoted(tag.name)},\n'
        f'"speed": {_number(sheet.fps)}\n}}'
    )


def _number(value: float) -> str:
    """A float as Godot writes it: ``1.0``, never ``1`` or ``0.9999999999999999``."""
    return repr(float(f"{value:.9g}"))


def _quoted(text: str) -> str:
    """A Godot string literal; the escapes of JSON are a subset of Godot's."""
    return json.dumps(text, ensure_ascii=False)


def _node_name(name: str) -> str:
    words = name.replace("-", "_").split("_")
    return "".join(word[:1].upper() + word[1:] for word in words)
