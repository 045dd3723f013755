"""Heat of lightning, magic circles, portals and sparkles at each pixel, by moment."""

from __future__ import annotations

import math

import numpy as np

from toolkit.data.procedural.fields import Field, blob, segment


def _bolt_points(turn: float) -> list[tuple[float, float]]:
    """A zigzag from the sky to the ground that shifts with ``turn``."""
    xs = (-4, 6, -7, 5, -5, 3, 0)
    return [
        (x + 4.5 * math.sin(2 * math.pi * (turn * (1 + k % 3) + k * 0.29)) * (k < 6), 52 - 8.4 * k)
        for k, x in enumerate(xs)
    ]


def lightning_field(x: Field, y: Field, phase: float, motion: str) -> Field:
    """A forked bolt that jumps about, or strikes down once and fades."""
    points = _bolt_points(phase)
    striking = motion == "striking"
    shown = 6 if not striking else min(1 + int(phase * 14), 6)
    fade = (
        max(0.0, (phase - 0.55) / 0.45) if striking else 0.25 * (1 + math.sin(4 * math.pi * phase))
    )
    width = (3.8 if not striking else 4.6) * (1 - 0.62 * fade)
    near = np.full_like(x, 99.0)
    for k in range(shown):
        near = np.minimum(near, segment(x, y, points[k], points[k + 1]) * (1 + 0.06 * k))
    for k in (2, 4):
        if shown > k:
            a = points[k]
            side = 1 if k == 2 else -1
            b = (a[0] + side * 11, a[1] - 9)
            near = np.minimum(near, segment(x, y, a, b) * 1.9)
    heat = 1.25 * (1 - near / width)
    if shown == 6:
        burst = 7 + 5 * (1 - abs(2 * fade - 0.6)) if striking else 6.5
        heat = np.maximum(heat, 1.2 * (1 - np.hypot(x / burst, (y - 1.5) / (burst * 0.4))))
    return np.where(y > -1, heat, -1)


def magic_circle_field(x: Field, y: Field, phase: float, motion: str) -> Field:
    """Rings, a six-pointed star and runes on the ground, with rising motes."""
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
            near = segment(px, py, (a[0] * flip, a[1] * flip), (b[0] * flip, b[1] * flip))
            heat = np.maximum(heat, 0.85 - near / 2.2)
    runes = np.cos(9 * (angle + turn)) > 0.55
    heat = np.maximum(heat, np.where(runes, 0.9 - np.abs(radius - 21) / 3, -1))
    for k in range(7):
        rise = (phase + k / 7) % 1
        a = k * 2.4
        heat = np.maximum(
            heat,
            1.2 * (1 - rise) * blob(x, y, 20 * math.cos(a), 13 + 9 * math.sin(a) + 26 * rise, 1.8)
            - 0.3,
        )
    return heat * glow


def portal_field(x: Field, y: Field, phase: float, motion: str) -> Field:
    """An upright oval with turning spiral arms."""
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


def sparkle_field(x: Field, y: Field, phase: float, motion: str) -> Field:
    """Five four-pointed stars that twinkle out of step, or fade away."""
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
