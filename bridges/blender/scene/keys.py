"""Keyframes that jump: one value from its frame until the next."""

from __future__ import annotations

from collections.abc import Sequence

import bpy

from ..sheets.timeline import Timeline


def key_steps(
    owner: bpy.types.ID, path: str, values: Sequence[float], line: Timeline, start: int,
    *, index: int = -1,
) -> None:  # fmt: skip
    """Key a property so that it has ``values[i]`` while the i-th shown frame is due.

    Clips that loop repeat for ever, before and after their first round too.
    """
    for value, frame in zip(values, line.starts, strict=True):
        _key(owner, path, value, start + frame, index)
    _key(owner, path, values[0] if line.loop else values[-1], start + line.length, index)
    curve = next(
        curve
        for curve in curves_of(owner)
        if curve.data_path == path and (index < 0 or curve.array_index == index)
    )
    for point in curve.keyframe_points:
        point.interpolation = "CONSTANT"
    if line.loop:
        curve.modifiers.new("CYCLES")


def curves_of(owner: bpy.types.ID) -> list[bpy.types.FCurve]:
    """The curves of something's action, in old actions and in layered ones (Blender 4.4)."""
    action = owner.animation_data.action
    if hasattr(action, "fcurves"):
        return list(action.fcurves)
    return [
        curve
        for layer in action.layers
        for strip in layer.strips
        for bag in strip.channelbags
        for curve in bag.fcurves
    ]


def _key(owner: bpy.types.ID, path: str, value: float, frame: int, index: int) -> None:
    holder, _, name = path.rpartition(".")
    target = owner.path_resolve(holder) if holder else owner
    if index < 0:
        setattr(target, name, int(value))
    else:
        getattr(target, name)[index] = value
    owner.keyframe_insert(data_path=path, index=index, frame=frame)
