"""Things to pick up: turning, bobbing, glowing, opening, burning, shaking and more."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.gear import (
    add_bomb,
    add_flag,
    add_potion,
    add_scroll,
    add_shield,
    add_sword,
    add_torch,
)
from toolkit.data.procedural.labels import ItemLabels
from toolkit.data.procedural.palettes import Part, color_table, glowing, rgb
from toolkit.data.procedural.rig import Rig
from toolkit.data.procedural.scene import Buffers, Scene, phases
from toolkit.data.procedural.treasures import (
    CENTER,
    add_chest,
    add_coin,
    add_crown,
    add_crystal,
    add_gem,
    add_heart,
    add_key,
)
from toolkit.data.procedural.views import toppled, view_matrix

SPIN = {"gem": 2 * 360 / 7, "crown": 120.0}
"""Degrees turned over a loop by items that look the same again before a full turn."""
TURN = {"chest": 24.0, "crown": 0.0, "sword": 0.0, "flag": 0.0}
"""Degrees an item at rest is turned; others stand at 12."""


def item_buffers(labels: ItemLabels, num_frames: int) -> Buffers:
    """Part and tone of an item clip, uint8 ``[F, 64, 64]`` each."""
    scene = Scene()
    for phase in phases(num_frames, loop=labels.motion != "opening"):
        _ITEMS[labels.item](scene.rig, phase, labels.motion)
        flash = labels.motion == "blinking" and 0.25 <= phase < 0.5
        if labels.motion == "glowing":
            _add_rays(scene.rig, phase)
        scene.end_frame(_camera(labels, phase), flash=flash)
    part, tone = scene.render()
    if labels.motion == "glowing":
        tone = _brightened(part, tone)
    return part, tone


def _camera(labels: ItemLabels, phase: float) -> NDArray[np.float64]:
    """How the item is seen at a moment of its motion."""
    turn, wave = TURN.get(labels.item, 12.0), math.sin(2 * math.pi * phase)
    match labels.motion:
        case "spinning":
            return view_matrix("down", turn=turn + SPIN.get(labels.item, 360.0) * phase)
        case "bobbing":
            return view_matrix("down", lift=5 * wave, turn=turn + 8 * wave)
        case "glowing":
            return view_matrix("down", scale=1 + 0.05 * wave, turn=turn)
        case "bouncing":
            return view_matrix("down", lift=11 * math.sin(math.pi * phase) - 4, turn=turn)
        case "pulsing":
            return view_matrix("down", scale=0.92 + 0.12 * wave, turn=turn)
        case "swaying":
            view = view_matrix("down", turn=turn)
            return toppled(view, 18 * wave, middle=CENTER, thickness=CENTER, side=1)
        case "shaking":
            view = view_matrix("down", turn=turn)
            view[0, 3] += 3 * math.sin(4 * math.pi * phase)
            return view
        case _:
            return view_matrix("down", turn=turn)


def _brightened(part: NDArray[np.uint8], tone: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Body tones raised one step over the bright half of the loop."""
    raised = np.array([1, 2, 4, 3, 4], np.uint8)[tone]
    bright = np.arange(len(part)) < len(part) / 2
    return np.where(bright[:, None, None] & (part < 32), raised, tone).astype(np.uint8)


def item_colors(labels: ItemLabels) -> NDArray[np.uint8]:
    """The colour table of an item."""
    parts = {
        Part.MAIN: rgb(labels.color), Part.TRIM: rgb(labels.trim), Part.WOOD: rgb("wood"),
        Part.WHITE: rgb("white"), Part.STRAW: rgb("straw"), Part.FUR: rgb("bone"),
        Part.GLASS: rgb("white"), Part.DARK: rgb("black"), Part.GOLD: rgb("gold"),
        Part.METAL: rgb("iron"), Part.DETAIL: rgb("ink"), Part.SPARK: rgb("glow"),
        Part.GLOW: rgb("glow"), Part.GLOW_MAIN: glowing(labels.color), Part.FIRE: glowing("orange"),
        Part.SPOT: glowing(labels.color),
    }  # fmt: skip
    return color_table({int(part): ramp for part, ramp in parts.items()})


def _add_rays(rig: Rig, phase: float) -> None:
    """Short rays around the item that come and go."""
    strength = 0.5 + 0.5 * math.sin(2 * math.pi * phase)
    if strength < 0.12:
        return
    for k in range(8):
        angle = 2 * math.pi * (k + 0.5) / 8
        start, stop = 23.5, 24.5 + 4.5 * strength
        a = (start * math.cos(angle), CENTER + start * math.sin(angle), 0.0)
        b = (stop * math.cos(angle), CENTER + stop * math.sin(angle), 0.0)
        rig.limb(Part.GLOW, a, b, 0.9, 0.6, tone=2)


_ITEMS: dict[str, Callable[[Rig, float, str], None]] = {
    "coin": add_coin, "gem": add_gem, "potion": add_potion,
    "key": add_key, "heart": add_heart, "chest": add_chest,
    "torch": add_torch, "flag": add_flag, "crystal ball": add_crystal,
    "bomb": add_bomb, "scroll": add_scroll,
    "crown": add_crown, "sword": add_sword, "shield": add_shield,
}  # fmt: skip
