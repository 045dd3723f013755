"""Godot 4: AnimationLibrary with RESET, and a Sprite2D scene with the AnimationPlayer for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from exporters.godot_text import node_name, number, quoted, texture_blocks, texture_ids
from exporters.provenance import GODOT_PROPERTY, metadata_text
from exporters.spritesheet import SpriteSheet, distinct_tags, play_order
from toolkit.clip import FrameTag

RESET = FrameTag(name="RESET", start=0, stop=1, loop=False)
RESET_SECONDS = 0.001
"""Godot's own length for RESET."""


def animation_library(sheet: SpriteSheet, name: str) -> str:
    """The text of an AnimationLibrary: RESET, then one animation per tag.

    Each has one track that sets the ``texture`` of the node that the player animates. RESET
    holds the first frame, to which Godot returns the node when it saves a scene.
    """
    ids = texture_ids(sheet)
    tags = library_tags(sheet)
    blocks = ['[gd_resource type="AnimationLibrary" format=3]\n']
    blocks += texture_blocks(sheet, name, frozenset(ids))
    blocks.append(_animation(sheet, RESET, [play_order(sheet.tags[0])[0]], ids, "animation_reset"))
    blocks += [
        _animation(sheet, tag, play_order(tag), ids, f"animation_{index}")
        for index, tag in enumerate(tags)
    ]
    entries = ['&"RESET": SubResource("animation_reset")']
    entries += [
        f'&{quoted(tag.name)}: SubResource("animation_{index}")' for index, tag in enumerate(tags)
    ]
    blocks.append("[resource]\n_data = {\n" + ",\n".join(entries) + "\n}")
    if sheet.metadata:
        blocks.append(f"{GODOT_PROPERTY} = {quoted(metadata_text(sheet.metadata))}")
    return "\n".join(blocks) + "\n"


def library_tags(sheet: SpriteSheet) -> tuple[FrameTag, ...]:
    """The tags under names that a library takes: without ``/ : , [``, and none is ``RESET``."""
    renamed = [replace(tag, name=re.sub(r"[/:,\[]", "_", tag.name)) for tag in sheet.tags]
    return distinct_tags([RESET, *renamed])[1:]


def player_scene(sheet: SpriteSheet, name: str) -> str:
    """The text of a scene: a Sprite2D whose origin is the pivot, and its AnimationPlayer."""
    x, y = sheet.pivot_pixel
    first = texture_ids(sheet)[play_order(sheet.tags[0])[0]]
    library = f'[ext_resource type="AnimationLibrary" path={quoted(f"{name}_library.tres")}'
    return "\n".join(
        [
            "[gd_scene format=3]\n",
            f'{library} id="library"]\n',
            *texture_blocks(sheet, name, frozenset([first])),
            f'[node name={quoted(node_name(name))} type="Sprite2D"]\n'
            "texture_filter = 1\n"
            f'texture = SubResource("{first}")\n'
            "centered = false\n"
            f"offset = Vector2({-x}, {-y})\n",
            '[node name="AnimationPlayer" type="AnimationPlayer" parent="."]\n'
            'libraries = {\n&"": ExtResource("library")\n}\n'
            f"autoplay = {quoted(library_tags(sheet)[0].name)}\n",
        ]
    )


def _animation(
    sheet: SpriteSheet, tag: FrameTag, order: Sequence[int], ids: tuple[str, ...], key: str
) -> str:
    """One Animation whose discrete track shows each frame from its own time on."""
    seconds = [sheet.frames[index].duration for index in order]
    length = RESET_SECONDS if tag is RESET else sum(seconds)
    starts = [sum(seconds[:index]) for index in range(len(seconds))]
    values = ", ".join(f'SubResource("{ids[index]}")' for index in order)
    return (
        f'[sub_resource type="Animation" id="{key}"]\n'
        f"resource_name = {quoted(tag.name)}\n"
        f"length = {number(length)}\n"
        f"{'loop_mode = 1' + chr(10) if tag.loop else ''}"
        f"step = {number(1 / sheet.fps)}\n"
        'tracks/0/type = "value"\n'
        "tracks/0/imported = false\n"
        "tracks/0/enabled = true\n"
        'tracks/0/path = NodePath(".:texture")\n'
        "tracks/0/interp = 0\n"
        "tracks/0/loop_wrap = true\n"
        "tracks/0/keys = {\n"
        f'"times": PackedFloat32Array({", ".join(number(start) for start in starts)}),\n'
        f'"transitions": PackedFloat32Array({", ".join("1" for _ in order)}),\n'
        '"update": 1,\n'
        f'"values": [{values}]\n'
        "}\n"
    )
