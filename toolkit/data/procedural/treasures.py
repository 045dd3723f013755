"""Shapes of coins, gems, keys, hearts, crystal balls, crowns and chests."""

from __future__ import annotations

import math
from itertools import pairwise

from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.rig import Frame, Rig, Vec

CENTER = 26.0
"""Height of an item's middle."""


def _face_on(frame: Frame) -> Frame:
    """The frame with its y axis turned to the front, for discs that stand upright."""
    return Frame(frame.origin, frame.x, frame.z, (-frame.y[0], -frame.y[1], -frame.y[2]))


def add_coin(rig: Rig, phase: float, motion: str) -> None:
    """A coin with a raised rim and sign."""
    disc = _face_on(Frame((0.0, CENTER, 0.0)))
    rig.cone(Part.TRIM, disc.moved(0, -2.4, 0), 4.8, 19.5, 19.5)
    rig.cone(Part.MAIN, disc.moved(0, -2.8, 0), 5.6, 16, 16)
    for side in (1, -1):
        rig.limb(Part.TRIM, (-0.0, CENTER - 7, side * 3.0), (0.0, CENTER + 7, side * 3.0), 2.6, 2.6)
        rig.limb(Part.TRIM, (-4, CENTER - 7, side * 3.0), (4, CENTER - 7, side * 3.0), 1.6, 1.6)
        rig.limb(Part.TRIM, (-4, CENTER + 7, side * 3.0), (4, CENTER + 7, side * 3.0), 1.6, 1.6)


def add_gem(rig: Rig, phase: float, motion: str) -> None:
    """A cut gem of seven sides."""
    rig.cone(Part.MAIN, Frame((0.0, 4.0, 0.0)), 24, 0.5, 19, facets=7)
    rig.cone(Part.MAIN, Frame((0.0, 28.0, 0.0)), 9, 19, 11.5, facets=7)
    rig.cone(Part.TRIM, Frame((0.0, 27.0, 0.0)), 1.6, 19.3, 19.3)


def _ring(rig: Rig, part: int, center: Vec, radius: float, thick: float, count: int = 14) -> None:
    points = [
        (
            center[0] + radius * math.cos(2 * math.pi * k / count),
            center[1] + radius * math.sin(2 * math.pi * k / count),
            center[2],
        )
        for k in range(count + 1)
    ]
    for a, b in pairwise(points):
        rig.limb(part, a, b, thick, thick)


def add_key(rig: Rig, phase: float, motion: str) -> None:
    """A key with a ring and two teeth."""
    _ring(rig, Part.MAIN, (0.0, 40.0, 0.0), 8.5, 3.2)
    rig.limb(Part.MAIN, (0, 30, 0), (0, 4, 0), 2.8, 2.8)
    rig.limb(Part.TRIM, (0, 30, 0), (0, 27, 0), 4.2, 4.2)
    rig.limb(Part.MAIN, (0, 5.5, 0), (9, 5.5, 0), 2.6, 2.6)
    rig.limb(Part.MAIN, (0, 13.5, 0), (7, 13.5, 0), 2.4, 2.4)
    rig.limb(Part.TRIM, (0, 40, 2.6), (0, 40, -2.6), 1.6, 1.6)


def add_heart(rig: Rig, phase: float, motion: str) -> None:
    """A heart that beats."""
    beat = 1 + 0.07 * math.sin(4 * math.pi * phase) * (motion != "spinning")
    for side in (1, -1):
        rig.limb(Part.MAIN, (side * 9 * beat, 33 * beat, 0), (side * 1.2, 9, 0), 11 * beat, 2.2)
        rig.limb(Part.MAIN, (side * 8 * beat, 30 * beat, 0), (0, 16, 0), 11 * beat, 6)
    rig.stamp(Part.SPARK, (-11, 37 * beat, 9), (0, 0, 1), 5, 3, facing=0.1, depth=12, tone=4)
    rig.stamp(Part.SPARK, (-15, 32 * beat, 8), (0, 0, 1), 2, 3, facing=0.1, depth=12, tone=4)


def add_crystal(rig: Rig, phase: float, motion: str) -> None:
    """A crystal ball with lights that circle inside."""
    rig.cone(Part.TRIM, Frame((0.0, 0.0, 0.0)), 5, 15, 12)
    rig.cone(Part.TRIM, Frame((0.0, 5.0, 0.0)), 7, 7, 11)
    rig.ball(Part.MAIN, Frame((0.0, 28.0, 0.0)), 18.5, 18.5, 18.5)
    for k in range(5):
        angle = 2 * math.pi * (phase + k / 5)
        point = (8 * math.cos(angle), 27 + 8 * math.sin(2 * angle + k), 14.0)
        rig.stamp(Part.SPOT, point, (0, 0, 1), 2 + k % 2, 2, tone=1 + k % 2, facing=-2, depth=30)
    rig.stamp(Part.SPARK, (-8, 36, 14), (0, 0, 1), 5, 4, facing=-2, depth=30, tone=4)


def add_crown(rig: Rig, phase: float, motion: str) -> None:
    """A crown of six points with jewels."""
    rig.cone(Part.MAIN, Frame((0.0, 8.0, 0.0)), 12, 17, 18.6)
    rig.cone(Part.TRIM, Frame((0.0, 7.0, 0.0)), 4, 18, 18.2)
    rig.cone(Part.DARK, Frame((0.0, 19.9, 0.0)), 0.5, 17.6, 17, tone=0)
    for k in range(6):
        out = Frame().rotated(yaw=60 * k)
        base = Frame(out.at(0, 18.5, 17.4), out.x, out.y, out.z).rotated(pitch=6)
        rig.cone(Part.MAIN, base, 16, 9.4, 0.6, flat=0.16)
        rig.ball(Part.TRIM, base.moved(0, 16.5, 0), 2.8, 2.8, 2.8)
        rig.stamp(Part.SPARK, out.at(0, 16, 19), out.z, 3, 3, facing=0.35, tone=2)


def add_chest(rig: Rig, phase: float, motion: str) -> None:
    """A chest whose lid opens on gold."""
    opened = min(max((phase - 0.15) / 0.6, 0), 1) if motion == "opening" else 0.0
    opened = opened * opened * (3 - 2 * opened)
    rig.box(Part.MAIN, Frame((0.0, 10.0, 0.0)), 20, 10, 13)
    for x in (-18.5, 0, 18.5):
        rig.box(Part.TRIM, Frame((float(x), 10.0, 0.0)), 2.4, 10.3, 13.4)
    rig.box(Part.TRIM, Frame((0.0, 1.6, 0.0)), 20.3, 1.7, 13.3)
    if opened > 0.05:
        rig.box(Part.DARK, Frame((0.0, 19.9, 0.0)), 18, 0.6, 11.4)
        for k in range(9):
            rig.ball(
                Part.GOLD,
                Frame((-14.0 + 3.5 * k, 20.5 + 2 * math.sin(k * 2.1), 4 * math.cos(k * 1.7))),
                4.2,
                3.4,
                4,
            )
    hinge = Frame((0.0, 20.0, -13.0)).rotated(pitch=-104 * opened)
    barrel = hinge.moved(0, 0, 13)
    side = Frame(barrel.at(-20, 0, 0), barrel.z, barrel.x, barrel.y)
    rig.cone(Part.MAIN, side, 40, 13, 13, flat=0.86)
    for x in (-18.5, 0, 18.5):
        band = Frame(barrel.at(x - 2.4, 0, 0), barrel.z, barrel.x, barrel.y)
        rig.cone(Part.TRIM, band, 4.8, 13.5, 13.5, flat=0.88)
    rig.box(Part.GOLD, barrel.moved(0, -0.5, 13.2), 3.4, 4.2, 1.6)
    rig.stamp(Part.DETAIL, barrel.at(0, -1, 15), barrel.z, 2, 3, facing=0.2)
