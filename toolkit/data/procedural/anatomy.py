"""Pieces that creatures share: eyes, wings, horns, legs, tails."""

from __future__ import annotations

import math

from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.rig import Frame, Rig, Vec, add, blend


def add_eyes(
    rig: Rig, head: Frame, x: float, y: float, z: float, *, tall: int = 4, shut: bool = False,
    turned: float = 0.4,
) -> None:  # fmt: skip
    """Two eyes with pupils at ``(+-x, y, z)``; ``turned`` is how far they look to the sides."""
    for side in (1, -1):
        point, normal = head.at(side * x, y, z), head.turn(side * turned, 0.1, 1 - turned)
        if shut:
            rig.stamp(Part.EYE, point, normal, 4, 1, facing=0.1, depth=5)
            continue
        rig.stamp(Part.LIT_EYE, point, normal, 4, tall, facing=0.1, depth=5)
        rig.stamp(Part.EYE, point, normal, 2, tall - 1, facing=0.1, depth=5)
        rig.stamp(Part.SPARK, point, normal, 1, 1, shift=(-0.5, -1), facing=0.1, depth=5, tone=2)


def add_horns(rig: Rig, part: int, head: Frame, x: float, y: float, length: float) -> None:
    """Two horns that bend up."""
    for side in (1, -1):
        root, bend = (
            head.at(side * x, y, 0),
            head.at(side * (x + length * 0.5), y + length * 0.35, 0),
        )
        rig.limb(part, root, bend, length * 0.26, length * 0.2)
        rig.limb(part, bend, head.at(side * (x + length * 0.6), y + length, 0), length * 0.2, 0.5)


def add_wings(
    rig: Rig, part: int, back: Frame, span: float, flap: float, *, feathered: bool = False,
    chord: float = 0.42,
) -> None:  # fmt: skip
    """Two wings; ``flap`` is their angle in degrees, positive up; skin or feathers."""
    for side in (1, -1):
        inner = back.rotated(roll=side * flap, yaw=side * -10)
        outer = inner.moved(side * span * 0.46, 0, 0).rotated(roll=side * (flap * 0.35 - 14))
        wrist, tip = outer.origin, outer.at(side * span * 0.54, 0, -span * 0.1)
        rig.limb(part, inner.origin, wrist, span * 0.06, span * 0.055)
        rig.limb(part, wrist, tip, span * 0.055, span * 0.02)
        depth = span * chord
        rig.ball(
            part, inner.moved(side * span * 0.25, 0, -depth * 0.45), span * 0.3, 1.1, depth * 0.62
        )
        rig.ball(
            part, outer.moved(side * span * 0.16, 0, -depth * 0.4), span * 0.27, 1.0, depth * 0.56
        )
        count = 4 if feathered else 3
        for k in range(count):
            share = k / (count - 1)
            root = blend(wrist, tip, 0.1 + 0.45 * share)
            end = outer.at(
                side * span * (0.02 + 0.48 * share), -0.5, -depth * (1.25 - 0.55 * share)
            )
            rig.limb(part, root, end, span * (0.09 if feathered else 0.05), span * 0.02)


def add_leg(
    rig: Rig, part: int, hip: Vec, length: float, thick: float, angle: float, *, bend: float = 24,
    foot: int = 0,
) -> None:  # fmt: skip
    """A two-part leg that swings ``angle`` degrees ahead, its foot kept on or above the ground."""
    high, low = math.radians(angle + bend * 0.5), math.radians(angle - bend * 0.6)
    half = length / 2
    knee = add(hip, (0.0, -half * math.cos(high), half * math.sin(high)))
    end = add(knee, (0.0, -half * math.cos(low), half * math.sin(low)))
    end = (end[0], max(end[1], thick * 0.8), end[2])
    rig.limb(part, hip, knee, thick * 1.25, thick)
    rig.limb(part, knee, end, thick, thick * 0.9)
    rig.limb(foot or part, end, add(end, (0.0, 0.0, thick * 1.1)), thick * 0.95, thick * 0.8)


def add_chain(rig: Rig, part: int, points: list[Vec], thick: float, thin: float) -> None:
    """A tapering tube through ``points``: tails, necks, snakes."""
    count = len(points) - 1
    for k in range(count):
        a = thick + (thin - thick) * k / count
        b = thick + (thin - thick) * (k + 1) / count
        rig.limb(part, points[k], points[k + 1], a, b)


def add_spots(rig: Rig, part: int, center: Frame, radii: Vec, size: float) -> None:
    """Round spots over an ellipsoid."""
    rx, ry, rz = radii
    for k in range(11):
        y = 0.85 - 1.35 * k / 10
        ring, angle = math.sqrt(1 - y * y), k * 2.4
        place = center.moved(rx * ring * math.sin(angle), ry * y, rz * ring * math.cos(angle))
        grow = size * (0.75 + 0.25 * (k % 3))
        rig.ball(part, place, grow, grow, grow)


def flame_breath(rig: Rig, mouth: Frame, strength: float) -> None:
    """Fire that bursts ahead of a mouth."""
    for k in range(6):
        reach = strength * (3 + 4.2 * k)
        place = mouth.moved(0.8 * math.sin(k * 2.1), 1.2 * math.sin(k * 1.3 + 6 * strength), reach)
        radius = strength * (1.8 + 1.05 * k)
        rig.ball(Part.FIRE, place, radius, radius, radius, tone=0 if k % 2 else 1)
        rig.ball(Part.GLOW, place.moved(0, 0.8, 1), *(radius * 0.5,) * 3, tone=1)
