"""A clip in the sequencer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ..sheets.timeline import Timeline
from .files import scene_path


def image_strip(name: str, line: Timeline, files: list[Path], scene: bpy.types.Scene) -> Any:
    """A new strip that holds each frame as long as the clip does, over what lies below it."""
    editor = scene.sequence_editor or scene.sequence_editor_create()
    # an empty collection is false, and Blender 5 has no ``sequences``
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    start = scene.frame_current
    channel = free_channel(list(strips), start, start + line.length)
    held = line.held
    first = files[held[0]]
    strip = strips.new_image(
        name=name, filepath=scene_path(first), channel=channel, frame_start=start
    )
    strip.directory = str(Path(scene_path(first)).parent) + "/"
    for index in held[1:]:
        strip.elements.append(files[index].name)
    strip.blend_type = "ALPHA_OVER"
    strip.colorspace_settings.name = "sRGB"
    return strip


def free_channel(strips: list[Any], start: int, stop: int) -> int:
    """The lowest channel with nothing between these frames."""
    taken = {
        strip.channel
        for strip in strips
        if strip.frame_final_start < stop and strip.frame_final_end > start
    }
    return next(channel for channel in range(1, 129) if channel not in taken)
