"""Heat of fire, explosions, water and shock waves at each pixel, by moment."""

from __future__ import annotations

import math

import numpy as np

from toolkit.data.procedural.fields import Field, blob, segment


def explosion_field(x: Field, y: Field, phase: float, motion: str) -> Field:
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
        spark = blob(
            x, y, reach * math.cos(angle), reach * math.sin(angle), 2.8 * (1 - phase) + 0.3
        )
        heat = np.maximum(heat, 1.2 * spark - 0.35)
    return heat


def splash_field(x: Field, y: Field, phase: float, motion: str) -> Field:
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
            near = segment(x, y, (cx, cy), top)
            heat = np.maximum(heat, 0.85 - 0.3 * math.sin(angle) - near / 3.0)
        drop = cy + (84 * phase - 84 * phase * phase) * (0.8 + 0.5 * ((k * 7) % 5) / 4)
        if drop > 3:
            spot = np.hypot(x - cx * (1.1 + 0.35 * phase), y - drop)
            heat = np.maximum(heat, 1.15 - spot / (2.9 - 1.2 * phase))
    return np.where(y > -3, heat, -1)


def shockwave_field(x: Field, y: Field, phase: float, motion: str) -> Field:
    """Two rings that race along the ground."""
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


def flame_field(x: Field, y: Field, phase: float, motion: str) -> Field:
    """A fire whose tongues rise in a loop."""
    heat = 1.3 * blob(x / 1.25, y, 0, 8, 9)
    strength = 6 if motion == "flickering" else 3
    for k in range(6):
        rise = (phase + k / 6) % 1
        sway = strength * math.sin(2 * math.pi * (phase + k / 3)) * rise
        radius = 9.5 * (1 - rise) ** 0.7 + 1.0
        heat = np.maximum(heat, 1.25 * (1 - 0.45 * rise) * blob(x, y, sway, 8 + 38 * rise, radius))
        heat = heat + 0.22 * (1 - rise) * blob(x, y, sway, 8 + 38 * rise, radius)
    pulse = 1 + 0.12 * math.sin(2 * math.pi * phase) * (motion == "flickering")
    return np.where(y > 0, heat * pulse - 0.36, -1)


def fireball_field(x: Field, y: Field, phase: float, motion: str) -> Field:
    """A ball of fire flying right, its tail streaming in a loop."""
    heat = 1.7 * blob(x, y, 9, 0, 10)
    for k in range(7):
        back = (phase + k / 7) % 1
        sway = 3.5 * math.sin(2 * math.pi * (2 * phase + k * 0.37)) * back
        heat = np.maximum(
            heat, 1.5 * (1 - 0.6 * back) * blob(x, y, 8 - 36 * back, sway, 9 * (1 - back) + 1.5)
        )
    return heat - 0.36
