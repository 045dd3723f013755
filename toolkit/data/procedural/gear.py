"""Shapes of potions, torches, flags, bombs, scrolls, swords and shields."""

from __future__ import annotations

import math
from itertools import pairwise

from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.rig import Frame, Rig, Vec
from toolkit.data.procedural.treasures import CENTER


def _flames(rig: Rig, base: Vec, size: float, phase: float, part: int) -> None:
    """A fire: a steady heart and tongues that rise and thin out in a loop."""
    heart = Frame(base)
    rig.ball(part, heart, size, size * 1.05, size * 0.8, tone=0)
    rig.ball(part, heart.moved(0, -size * 0.1, 2), size * 0.74, size * 0.8, size * 0.8, tone=1)
    rig.ball(
        Part.GLOW, heart.moved(0, -size * 0.28, 4), size * 0.45, size * 0.5, size * 0.7, tone=1
    )
    for k in range(4):
        rise = (phase + k / 4) % 1
        sway = size * 0.4 * math.sin(2 * math.pi * (phase + k * 0.5)) * rise
        radius = size * (0.86 - 0.72 * rise)
        place = Frame((base[0] + sway, base[1] + size * 2.2 * rise, base[2] - 1))
        rig.ball(part, place, radius, radius * 1.35, radius * 0.8, tone=0)
        rig.ball(
            part,
            place.moved(0, -radius * 0.3, 2),
            radius * 0.62,
            radius * 0.9,
            radius * 0.8,
            tone=1,
        )


def add_potion(rig: Rig, phase: float, motion: str) -> None:
    """A round bottle, two thirds full, with rising bubbles."""
    body = Frame((0.0, 19.0, 0.0))
    rig.ball(Part.MAIN, body, 17, 16, 17, clip=(0, 1, 0, 0.35))
    rig.cone(Part.MAIN, body.moved(0, 5.4, 0), 0.6, 15.9, 15.6, tone=2)
    rig.ball(Part.GLASS, body, 17.2, 16.2, 17.2, clip=(0, -1, 0, -0.36))
    rig.cone(Part.GLASS, body.moved(0, 14, 0), 9, 6, 5)
    rig.cone(Part.TRIM, body.moved(0, 21, 0), 3, 7, 7)
    rig.cone(Part.WOOD, body.moved(0, 23, 0), 6, 4.4, 5)
    rig.stamp(Part.SPARK, body.at(-9, 3, 12), (0, 0, 1), 3, 5, facing=-2, depth=20, tone=4)
    for k in range(3):
        rise = (phase + k / 3) % 1
        rig.stamp(
            Part.SPOT,
            body.at(5 * math.sin(k * 2.3), -10 + 14 * rise, 13),
            (0, 0, 1),
            2,
            2,
            tone=2,
            facing=-2,
            depth=25,
        )


def add_torch(rig: Rig, phase: float, motion: str) -> None:
    """A burning torch; its fire has the main colour."""
    rig.limb(Part.WOOD, (0, 2, 0), (0, 24, 0), 2.6, 3.8)
    rig.cone(Part.TRIM, Frame((0.0, 22.0, 0.0)), 6, 5, 8)
    rig.limb(Part.TRIM, (0, 10, 0), (0, 11, 0), 4.0, 4.0)
    _flames(rig, (0.0, 31.0, 0.0), 9.0, phase, Part.GLOW_MAIN)


def add_flag(rig: Rig, phase: float, motion: str) -> None:
    """A flag whose cloth waves in a loop."""
    rig.limb(Part.WOOD, (-17, 0, 0), (-17, 50, 0), 1.7, 1.5)
    rig.ball(Part.TRIM, Frame((-17.0, 52.0, 0.0)), 2.8, 2.8, 2.8)
    strips = 12
    for k in range(strips):
        share = (k + 0.5) / strips
        angle = 2 * math.pi * (phase - 1.15 * share)
        depth, slope = 5.0 * share * math.sin(angle), 62 * share * math.cos(angle)
        droop = 1.6 * share * math.sin(angle + 0.8)
        place = Frame((-15.5 + 36 * share, 36 + droop, depth)).rotated(yaw=slope)
        rig.box(Part.MAIN, place, 2.2, 12.5, 0.7)
        rig.box(Part.TRIM, place, 2.25, 2.2, 0.95)


def add_bomb(rig: Rig, phase: float, motion: str) -> None:
    """A bomb; its fuse sparks when it burns."""
    rig.ball(Part.MAIN, Frame((0.0, 19.0, 0.0)), 18, 18, 18)
    rig.cone(Part.TRIM, Frame((0.0, 34.5, 0.0)).rotated(roll=-14), 5, 6.4, 6.4)
    fuse: list[Vec] = [(1.5, 39, 0), (4, 44, 0), (9, 47, 0), (12, 46, 0)]
    for a, b in pairwise(fuse):
        rig.limb(Part.STRAW, a, b, 1.4, 1.4)
    if motion == "burning":
        rig.ball(Part.FIRE, Frame((12.0, 46.5, 1.0)), 3.6, 3.6, 3.6, tone=1)
        for k in range(6):
            angle = 2 * math.pi * (k / 6 + phase * 0.5)
            reach = 5 + 3 * math.sin(2 * math.pi * (phase + k / 3))
            tip = (12 + reach * math.cos(angle), 46.5 + reach * math.sin(angle), 1.0)
            rig.limb(Part.FIRE, (12, 46.5, 1), tip, 1.4, 0.5, tone=2)


def add_scroll(rig: Rig, phase: float, motion: str) -> None:
    """A scroll that unrolls when it opens."""
    opened = 0.15 + 0.85 * min(max((phase - 0.1) / 0.75, 0), 1) if motion == "opening" else 1.0
    half = 2 + 17 * opened
    rig.box(Part.FUR, Frame((0.0, CENTER, 0.0)), 13, half, 0.8)
    for k in range(5):
        y = CENTER + 11 - 5.4 * k
        if abs(y - CENTER) < half - 3:
            width = (16, 18, 14, 18, 10)[k]
            rig.stamp(Part.DETAIL, (-0.5, y, 1.0), (0, 0, 1), width, 1, facing=0.3)
    for end in (1, -1):
        y = CENTER + end * half
        rig.limb(Part.FUR, (-13, y, 1.5), (13, y, 1.5), 4.2, 4.2)
        rig.limb(Part.MAIN, (-17, y, 1.5), (-14, y, 1.5), 3.4, 4.8)
        rig.limb(Part.MAIN, (14, y, 1.5), (17, y, 1.5), 4.8, 3.4)
        rig.limb(Part.MAIN, (-12.5, y, 2.4), (12.5, y, 2.4), 4.4, 4.4)
    if opened > 0.7:
        rig.ball(Part.TRIM, Frame((5.0, CENTER - half + 8, 1.0)), 3.6, 3.6, 1.4)


def add_sword(rig: Rig, phase: float, motion: str) -> None:
    """A sword, upright when it spins, else slanted."""
    grip = Frame((0.0, CENTER, 0.0)).rotated(roll=0 if motion == "spinning" else -38)
    rig.limb(Part.MAIN, grip.at(0, -10, 0), grip.at(0, 19, 0), 3.2, 2.8)
    rig.limb(Part.MAIN, grip.at(0, 19, 0), grip.at(0, 26, 0), 2.8, 0.5)
    rig.limb(Part.SPOT, grip.at(0, -8, 2.2), grip.at(0, 20, 2.0), 0.9, 0.9, tone=1)
    rig.limb(Part.TRIM, grip.at(-8.5, -11, 0), grip.at(8.5, -11, 0), 2.5, 2.5)
    rig.limb(Part.WOOD, grip.at(0, -13, 0), grip.at(0, -20, 0), 2.0, 2.0)
    rig.ball(Part.TRIM, grip.moved(0, -22.5, 0), 3.2, 3.2, 3.2)


def add_shield(rig: Rig, phase: float, motion: str) -> None:
    """A heater shield with a cross."""
    for part, grow, deep in ((Part.TRIM, 0.0, 0.2), (Part.MAIN, -3.4, 0.3)):
        wide = 19.5 + grow
        low = Frame((0.0, 2.0 - grow * 1.5, 0.0))
        rig.cone(part, low, 11, 0.8, wide * 0.62, flat=deep)
        rig.cone(part, low.moved(0, 11, 0), 12, wide * 0.62, wide * 0.97, flat=deep)
        rig.cone(part, low.moved(0, 23, 0), 21 + grow * 2.4, wide * 0.97, wide, flat=deep)
    rig.limb(Part.TRIM, (0, 10, 4.6), (0, 40, 4.6), 2.0, 2.0)
    rig.limb(Part.TRIM, (-12, 29, 3.6), (12, 29, 3.6), 2.0, 2.0)
    rig.limb(Part.WOOD, (0, 16, -4), (0, 36, -4), 2.2, 2.2)
