"""Effects as distance fields in the screen plane: fire, light, magic, water."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.bursts import (
    explosion_field,
    fireball_field,
    flame_field,
    shockwave_field,
    splash_field,
)
from toolkit.data.procedural.fields import X, Y
from toolkit.data.procedural.labels import EffectLabels
from toolkit.data.procedural.magic import (
    lightning_field,
    magic_circle_field,
    portal_field,
    sparkle_field,
)
from toolkit.data.procedural.palettes import Part, color_table, glowing, rgb
from toolkit.data.procedural.rig import Frame, Rig
from toolkit.data.procedural.scene import Buffers, Scene, phases
from toolkit.data.procedural.views import view_matrix

LOOPING_MOTIONS = frozenset(
    {"burning", "flickering", "flying right", "flying left", "swirling", "glowing"}
)
SIZES = {"small": 0.62, "medium": 0.88, "big": 1.12}
TONE_STEPS = (3, 0, 1, 2, 4)
"""Tones from the rim of a light to its core."""


def effect_buffers(labels: EffectLabels, num_frames: int) -> Buffers:
    """Part and tone of an effect clip, uint8 ``[F, 64, 64]`` each."""
    moments = phases(num_frames, loop=labels.motion in LOOPING_MOTIONS)
    size = SIZES[labels.size]
    if labels.effect == "smoke puff":
        return _smoke(moments, size, fading=labels.motion == "fading")
    low = labels.effect in ("flame", "splash", "lightning bolt", "magic circle", "shockwave")
    middle = 0.0 if low else 26.0
    x, y = X / size, (Y - middle) / size
    if labels.motion == "flying left":
        x = -x
    heat = np.stack([_FIELDS[labels.effect](x, y, phase, labels.motion) for phase in moments])
    return _banded(heat)


def _banded(heat: NDArray[np.float64]) -> Buffers:
    """Heat above 0 to five tones: rim below 0.15, then 0.42, 0.7, 0.98 and the core."""
    level = np.digitize(heat, (0.15, 0.42, 0.7, 0.98))
    tone = np.array(TONE_STEPS, np.uint8)[level]
    part = np.where(heat > 0, int(Part.GLOW_MAIN), 0).astype(np.uint8)
    part[:, [0, -1]] = 0
    part[:, :, [0, -1]] = 0
    return part, np.where(part > 0, tone, 0).astype(np.uint8)


def effect_colors(labels: EffectLabels) -> NDArray[np.uint8]:
    """The colour table of an effect."""
    return color_table(
        {
            int(Part.GLOW_MAIN): glowing(labels.color),
            int(Part.MAIN): rgb(labels.color),
            int(Part.GLOW): rgb("glow"),
        }
    )


_FIELDS = {
    "flame": flame_field, "explosion": explosion_field,
    "fireball": fireball_field, "lightning bolt": lightning_field,
    "magic circle": magic_circle_field, "portal": portal_field,
    "sparkle": sparkle_field, "splash": splash_field,
    "shockwave": shockwave_field,
}  # fmt: skip


def _smoke(moments: list[float], size: float, *, fading: bool) -> Buffers:
    """Round clouds that roll outwards; when they fade they come apart and shrink to nothing."""
    scene = Scene()
    for phase in moments:
        _puffs(scene.rig, phase, fading=fading)
        scene.end_frame(view_matrix("down", scale=size, lift=24 - 20 * size))
    return scene.render()


def _puffs(rig: Rig, phase: float, *, fading: bool) -> None:
    grown = 1 - (1 - phase) ** 2 if not fading else 0.75 + 0.25 * phase
    for k in range(9):
        angle = k * 2.39996
        reach = (4 + 14 * grown) * (0.35 + 0.65 * ((k * 4) % 9) / 8)
        radius = (5 + 5 * grown) * (0.7 + 0.4 * ((k * 5) % 7) / 6)
        if fading:
            radius *= max(1 - phase * (0.75 + 0.03 * k), 0)
            reach *= 1 + 0.35 * phase
        if radius < 1.2:
            continue
        lift = 24 + 10 * phase + reach * 0.75 * math.sin(angle)
        place = Frame((reach * math.cos(angle), lift, 3.0 * math.sin(k * 1.7)))
        rig.ball(Part.MAIN, place, radius, radius, radius)
