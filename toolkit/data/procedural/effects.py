"""Effects as distance fields in the screen plane: fire, light, magic, water."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.labels import EffectLabels
from toolkit.data.procedural.palettes import Part, color_table, glowing, rgb
from toolkit.data.procedural.rig import Frame, Rig
from toolkit.data.procedural.scene import Buffers, Scene, phases
from toolkit.data.procedural.views import view_matrix

Field = NDArray[np.float64]
LOOPING_MOTIONS = frozenset(
    {"burning", "flickering", "flying right", "flying left", "swirling", "glowing"}
)
SIZES = {"small": 0.62, "medium": 0.88, "big": 1.12}
TONE_STEPS = (3, 0, 1, 2, 4)
"""Tones from the rim of a light to its core."""
X: Field = np.arange(64)[None, :] + 0.5 - 32.0 + np.zeros((64, 1))
"""Pixels right of the middle, f64 ``[64, 64]``."""
Y: Field = 58.0 - (np.arange(64)[:, None] + 0.5) + np.zeros((1, 64))
"""Pixels above the ground."""


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


def _blob(x: Field, y: Field, cx: float, cy: float, radius: float) -> Field:
    """A hill of height 1 that reaches 0 at about twice ``radius``."""
    return np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (radius * radius) * 1.1)


def _flame(x: Field, y: Field, phase: float, motion: str) -> Field:
    heat = 1.3 * _blob(x / 1.25, y, 0, 8, 9)
    strength = 6 if motion == "flickering" else 3
    for k in range(6):
        rise = (phase + k / 6) % 1
        sway = strength * math.sin(2 * math.pi * (phase + k / 3)) * rise
        radius = 9.5 * (1 - rise) ** 0.7 + 1.0
        heat = np.maximum(heat, 1.25 * (1 - 0.45 * rise) * _blob(x, y, sway, 8 + 38 * rise, radius))
        heat = heat + 0.22 * (1 - rise) * _blob(x, y, sway, 8 + 38 * rise, radius)
    pulse = 1 + 0.12 * math.sin(2 * math.pi * phase) * (motion == "flickering")
    return np.where(y > 0, heat * pulse - 0.36, -1)


def _explosion(x: Field, y: Field, phase: float, motion: str) -> Field:
    """Balls of fire that burst outwards, cool from white to the rim's colour and come apart."""
    grown = 1 - (1 - phase) ** 2.4
    cold = max(phase - 0.3, 0) / 0.7
    heat = 1.5 - 2.1 * phase - 1.3 * (np.hypot(x, y) / (8 + 14 * grown)) ** 2
    for k in range(13):
        angle, far = 2 * math.pi * k / 13, (0.55, 1.0, 0.75, 0.4, 0.9)[(k * 2) % 5]
        reach = (2 + 19 * grown) * far
        cooled = 1 - cold * (0.35 + 0.4 * ((k * 4) % 7) / 6)
        radius = (4.5 + 8 * grown) * (1.2 - 0.45 * far) * cooled
        near = np.hypot(x - reach * math.cos(angle), y - reach * math.sin(angle) - 5 * phase)
        lit = 1.55 - 1.15 * phase - 0.2 * far - 1.3 * (near / radius) ** 2
        heat = np.maximum(heat, lit)
    for k in range(8):
        angle = k * 0.7854 + 0.3
        reach = 10 + 22 * grown
        spark = _blob(
            x, y, reach * math.cos(angle), reach * math.sin(angle), 2.8 * (1 - phase) + 0.3
        )
        heat = np.maximum(heat, 1.2 * spark - 0.35)
    return heat


def _fireball(x: Field, y: Field, phase: float, motion: str) -> Field:
    heat = 1.7 * _blob(x, y, 9, 0, 10)
    for k in range(7):
        back = (phase + k / 7) % 1
        sway = 3.5 * math.sin(2 * math.pi * (2 * phase + k * 0.37)) * back
        heat = np.maximum(
            heat, 1.5 * (1 - 0.6 * back) * _blob(x, y, 8 - 36 * back, sway, 9 * (1 - back) + 1.5)
        )
    return heat - 0.36


def _segment(x: Field, y: Field, a: tuple[float, float], b: tuple[float, float]) -> Field:
    """Distance to the segment from ``a`` to ``b``."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy + 1e-9), 0, 1)
    return np.hypot(x - a[0] - along * dx, y - a[1] - along * dy)


def _bolt_points(turn: float) -> list[tuple[float, float]]:
    """A zigzag from the sky to the ground that shifts with ``turn``."""
    xs = (-4, 6, -7, 5, -5, 3, 0)
    return [
        (x + 4.5 * math.sin(2 * math.pi * (turn * (1 + k % 3) + k * 0.29)) * (k < 6), 52 - 8.4 * k)
        for k, x in enumerate(xs)
    ]


def _lightning(x: Field, y: Field, phase: float, motion: str) -> Field:
    points = _bolt_points(phase)
    striking = motion == "striking"
    shown = 6 if not striking else min(1 + int(phase * 14), 6)
    fade = (
        max(0.0, (phase - 0.55) / 0.45) if striking else 0.25 * (1 + math.sin(4 * math.pi * phase))
    )
    width = (3.8 if not striking else 4.6) * (1 - 0.62 * fade)
    near = np.full_like(x, 99.0)
    for k in range(shown):
        near = np.minimum(near, _segment(x, y, points[k], points[k + 1]) * (1 + 0.06 * k))
    for k in (2, 4):
        if shown > k:
            a = points[k]
            side = 1 if k == 2 else -1
            b = (a[0] + side * 11, a[1] - 9)
            near = np.minimum(near, _segment(x, y, a, b) * 1.9)
    heat = 1.25 * (1 - near / width)
    if shown == 6:
        burst = 7 + 5 * (1 - abs(2 * fade - 0.6)) if striking else 6.5
        heat = np.maximum(heat, 1.2 * (1 - np.hypot(x / burst, (y - 1.5) / (burst * 0.4))))
    return np.where(y > -1, heat, -1)


def _magic_circle(x: Field, y: Field, phase: float, motion: str) -> Field:
    px, py = x, (y - 13) / 0.5
    radius, angle = np.hypot(px, py), np.arctan2(py, px)
    turn = 2 * math.pi * phase * (1 / 3 if motion == "swirling" else 0)
    glow = 0.82 + (0.3 * math.sin(2 * math.pi * phase) if motion == "glowing" else 0.1)
    heat = np.maximum(1 - np.abs(radius - 27) / 2.4, 1 - np.abs(radius - 15.5) / 1.8)
    corners = [
        (25 * math.cos(turn + k * 2.0944), 25 * math.sin(turn + k * 2.0944)) for k in range(3)
    ]
    for flip in (1, -1):
        for k in range(3):
            a, b = corners[k], corners[(k + 1) % 3]
            near = _segment(px, py, (a[0] * flip, a[1] * flip), (b[0] * flip, b[1] * flip))
            heat = np.maximum(heat, 0.85 - near / 2.2)
    runes = np.cos(9 * (angle + turn)) > 0.55
    heat = np.maximum(heat, np.where(runes, 0.9 - np.abs(radius - 21) / 3, -1))
    for k in range(7):
        rise = (phase + k / 7) % 1
        a = k * 2.4
        heat = np.maximum(
            heat,
            1.2 * (1 - rise) * _blob(x, y, 20 * math.cos(a), 13 + 9 * math.sin(a) + 26 * rise, 1.8)
            - 0.3,
        )
    return heat * glow


def _portal(x: Field, y: Field, phase: float, motion: str) -> Field:
    grown = 1.0 if motion == "swirling" else min(0.12 + phase * 1.1, 1.0)
    px, py = x / (0.72 * grown), y / grown
    radius, angle = np.hypot(px, py), np.arctan2(py, px)
    swirl = np.sin(
        3 * angle + radius * 0.42 - 2 * math.pi * phase * (1 if motion == "swirling" else 2)
    )
    disc = 0.45 + 0.36 * swirl - radius / 90
    ring = 1.15 - np.abs(radius - 24) / 3.6
    inside = np.maximum(disc, ring)
    return np.where(radius < 24, np.maximum(inside, 0.05), ring)


def _sparkle(x: Field, y: Field, phase: float, motion: str) -> Field:
    heat = np.full_like(x, -1.0)
    spots = ((0, 0, 19), (-16, 13, 10), (15, 11, 11), (13, -14, 12), (-14, -13, 9))
    for k, (cx, cy, reach) in enumerate(spots):
        beat = 0.5 + 0.5 * math.sin(2 * math.pi * (phase + k * 0.23))
        size = reach * (0.3 + 0.7 * beat)
        if motion == "fading":
            size = (
                reach
                * max(1.05 - phase * (0.85 + 0.12 * k), 0)
                * (1 + 0.3 * math.sin(9 * phase + k))
            )
        dx, dy = np.abs(x - cx), np.abs(y - cy)
        star = 1.15 - (np.sqrt(dx) + np.sqrt(dy)) ** 2 / max(size, 0.6)
        heat = np.maximum(heat, star if size > 1.2 else -1)
    return heat


def _splash(x: Field, y: Field, phase: float, motion: str) -> Field:
    """A crown of water: a ring that spreads, a wall that rises and falls, drops that fly off."""
    grown = 1 - (1 - phase) ** 1.8
    ring = np.hypot(x, (y - 7) / 0.4)
    radius = 7 + 19 * grown
    heat = (0.95 - 0.5 * phase) - np.abs(ring - radius) / (4.4 - 2.6 * phase)
    heat = np.maximum(heat, 0.6 - 1.3 * phase - (ring / 13) ** 2 * 0.3)
    wall = 30 * phase * max(1 - phase * 1.25, 0) * 2.2
    for k in range(13):
        angle = 2 * math.pi * k / 13
        cx, cy = radius * 0.8 * math.cos(angle), 7 + radius * 0.3 * math.sin(angle)
        tall = wall * (0.75 + 0.35 * ((k * 5) % 4) / 3)
        top = (cx * 1.25, cy + tall)
        if tall > 1:
            near = _segment(x, y, (cx, cy), top)
            heat = np.maximum(heat, 0.85 - 0.3 * math.sin(angle) - near / 3.0)
        drop = cy + (84 * phase - 84 * phase * phase) * (0.8 + 0.5 * ((k * 7) % 5) / 4)
        if drop > 3:
            spot = np.hypot(x - cx * (1.1 + 0.35 * phase), y - drop)
            heat = np.maximum(heat, 1.15 - spot / (2.9 - 1.2 * phase))
    return np.where(y > -3, heat, -1)


def _shockwave(x: Field, y: Field, phase: float, motion: str) -> Field:
    grown = 1 - (1 - phase) ** 2
    radius, angle = np.hypot(x, (y - 15) / 0.52), np.arctan2((y - 15) / 0.52, x)
    width = 5.5 * (1 - 0.72 * phase)
    wave = 6 + 24 * grown
    heat = 1.15 - np.abs(radius - wave) / width
    heat = np.maximum(heat, 0.85 - np.abs(radius - wave * 0.62) / (width * 0.5))
    rays = np.where(np.cos(8 * angle) > 0.9, 0.8 - np.abs(radius - wave * 1.0) / (width * 1.6), -1)
    heat = np.maximum(heat, rays)
    if phase < 0.3:
        heat = np.maximum(heat, 1.3 - radius / (12 - 24 * phase))
    return heat - (0.55 * phase if motion == "fading" else 0.12 * phase)


_FIELDS = {
    "flame": _flame, "explosion": _explosion, "fireball": _fireball, "lightning bolt": _lightning,
    "magic circle": _magic_circle, "portal": _portal, "sparkle": _sparkle, "splash": _splash,
    "shockwave": _shockwave,
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
