"""Godot 4: SpriteFrames, AnimationLibrary, their scenes, and the sheet with import settings."""

from __future__ import annotations

from exporters.godot_library import animation_library, player_scene
from exporters.godot_text import node_name, number, quoted, texture_blocks, texture_ids
from exporters.options import SheetOptions
from exporters.png import normal_names, page_files, page_names
from exporters.provenance import GODOT_PROPERTY, metadata_text
from exporters.spritesheet import SpriteSheet, build_sheet, play_order
from toolkit.clip import Clip, FrameTag

_IMPORT = """\
[remap]

importer="texture"
type="CompressedTexture2D"

[deps]

source_file="res://{file}"

[params]

compress/mode=0
compress/normal_map={normal_map}
mipmaps/generate=false
process/fix_alpha_border=false
detect_3d/compress_to=0
"""
"""Lossless and untouched: the default ``fix_alpha_border`` recolours faint pixels.

Godot fills in everything else, the uid too, when it imports.
"""
_IS_NORMAL_MAP, _IS_NO_NORMAL_MAP = 1, 2


def export_godot(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """The files of ``godot_files``, by file name."""
    return godot_files(build_sheet(clip, options=options), name)


def export_godot_lit(
    clip: Clip, normals: Clip, name: str, options: SheetOptions
) -> dict[str, bytes]:
    """The same with a normal map ``NAME_n.png`` beside every page, for 2D lights."""
    return godot_files(build_sheet(clip, options=options, normals=normals.frames), name)


def godot_files(sheet: SpriteSheet, name: str) -> dict[str, bytes]:
    """The Godot files of a sheet; paths in them are relative, so any project folder will do.

    ``NAME.tres`` and ``NAME.tscn`` are SpriteFrames and an AnimatedSprite2D that plays them;
    ``NAME_library.tres`` and ``NAME_player.tscn`` an AnimationLibrary and a Sprite2D with an
    AnimationPlayer. The pages come with ``.import`` files that leave their pixels alone.
    """
    settings = dict.fromkeys(page_names(sheet, name), _IS_NO_NORMAL_MAP)
    settings |= dict.fromkeys(normal_names(sheet, name), _IS_NORMAL_MAP)
    return {
        f"{name}.tres": sprite_frames(sheet, name).encode(),
        f"{name}.tscn": scene(sheet, name).encode(),
        f"{name}_library.tres": animation_library(sheet, name).encode(),
        f"{name}_player.tscn": player_scene(sheet, name).encode(),
        **{
            f"{page}.import": _IMPORT.format(file=page, normal_map=normal_map).encode()
            for page, normal_map in settings.items()
        },
        **page_files(sheet, name),
    }


def sprite_frames(sheet: SpriteSheet, name: str) -> str:
    """The text of a SpriteFrames resource with one animation per tag.

    ``speed`` is the clip's fps and each frame's ``duration`` a multiple of ``1 / speed``. Godot
    knows no direction, so reverse and ping-pong become the order of the frames. As metadata come
    ``playreel_pivot`` and, for each animation a list in order of play, ``playreel_hit_boxes``,
    both in pixels of a frame; a frame of nothing has a box without size.
    """
    ids = texture_ids(sheet)
    blocks = ['[gd_resource type="SpriteFrames" format=3]\n']
    blocks += texture_blocks(sheet, name, frozenset(ids))
    animations = ", ".join(_animation(sheet, tag, ids) for tag in sheet.tags)
    blocks.append(f"[resource]\nanimations = [{animations}]")
    if sheet.metadata:
        blocks.append(f"{GODOT_PROPERTY} = {quoted(metadata_text(sheet.metadata))}")
    boxes = ", ".join(_hit_boxes(sheet, tag) for tag in sheet.tags)
    blocks.append(f"{GODOT_PROPERTY}_hit_boxes = {{{boxes}}}")
    x, y = sheet.pivot_pixel
    blocks.append(f"{GODOT_PROPERTY}_pivot = Vector2({x}, {y})")
    return "\n".join(blocks) + "\n"


def scene(sheet: SpriteSheet, name: str) -> str:
    """The text of a scene: one AnimatedSprite2D whose origin is the pivot, nearest filtered."""
    x, y = sheet.pivot_pixel
    first = quoted(sheet.tags[0].name)
    return (
        "[gd_scene format=3]\n\n"
        f'[ext_resource type="SpriteFrames" path={quoted(f"{name}.tres")} id="frames"]\n\n'
        f'[node name={quoted(node_name(name))} type="AnimatedSprite2D"]\n'
        "texture_filter = 1\n"
        'sprite_frames = ExtResource("frames")\n'
        f"animation = &{first}\n"
        f"autoplay = {first}\n"
        "centered = false\n"
        f"offset = Vector2({-x}, {-y})\n"
    )


def _animation(sheet: SpriteSheet, tag: FrameTag, ids: tuple[str, ...]) -> str:
    entries = ", ".join(
        f'{{\n"duration": {number(sheet.frames[index].duration * sheet.fps)},\n'
        f'"texture": SubResource("{ids[index]}")\n}}'
        for index in play_order(tag)
    )
    return (
        f'{{\n"frames": [{entries}],\n'
        f'"loop": {"true" if tag.loop else "false"},\n'
        f'"name": &{quoted(tag.name)},\n'
        f'"speed": {number(sheet.fps)}\n}}'
    )


def _hit_boxes(sheet: SpriteSheet, tag: FrameTag) -> str:
    boxes = (sheet.frames[index].hit_box or (0, 0, 0, 0) for index in play_order(tag))
    rects = ", ".join(f"Rect2({', '.join(map(str, box))})" for box in boxes)
    return f"&{quoted(tag.name)}: [{rects}]"
