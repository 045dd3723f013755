"""Bodies of bats and birds."""

from __future__ import annotations

import math

from toolkit.data.procedural.anatomy import (
    add_eyes,
    add_horns,
    add_leg,
    add_wings,
)
from toolkit.data.procedural.gaits import Gait
from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.rig import Frame, Rig, Vec, add


def add_bat(rig: Rig, gait: Gait, feature: str) -> None:
    """A bat with scalloped wings."""
    body = Frame((0.0, 15.0, 0.0)).rotated(pitch=gait.pitch)
    flap = 6 + 46 * max(gait.swing, 0.3) * math.sin(
        gait.cycle if gait.swing > 0.9 else 2 * gait.cycle
    )
    flap = flap if not gait.fall else -50 * gait.fall
    wings = Part.ACCENT if feature == "wings" else Part.MAIN
    _upright_wings(rig, wings, body.moved(0, 2, -2), 25, flap)
    rig.ball(Part.MAIN, body, 10.6, 10.8, 10)
    rig.ball(Part.FUR, body.moved(0, -5, 3.6), 6, 5.6, 6)
    for side in (1, -1):
        rig.cone(
            Part.MAIN,
            body.moved(side * 5.4, 5.5, 0).rotated(roll=side * -14),
            10.5,
            4.2,
            0.4,
            flat=0.6,
        )
        rig.limb(
            Part.WHITE,
            body.at(side * 2.2, -3.2, 8.6),
            body.at(side * 2.2, -6.6 - gait.bite, 8.6),
            1.2,
            0.3,
        )
        rig.limb(Part.MAIN, body.at(side * 2.8, -9, 1), body.at(side * 3, -13, 2), 1.5, 1.0)
    rig.stamp(Part.MOUTH, body.at(0, -3.2, 9), body.z, 5, 1 + int(3 * gait.bite), tone=0)
    add_eyes(rig, body, 3.9, 2, 8, tall=4, shut=gait.blink)
    if feature == "horns":
        add_horns(rig, Part.ACCENT, body, 2.5, 8.5, 9)


def _upright_wings(rig: Rig, part: int, back: Frame, span: float, flap: float) -> None:
    """Bat wings: skin that hangs in scallops below three fingers."""
    for side in (1, -1):
        arm = back.rotated(roll=side * (flap * 0.6 + 14))
        wrist = arm.at(side * span * 0.46, 0, 0)
        hand = Frame(wrist, arm.x, arm.y, arm.z).rotated(roll=side * (flap * 0.5 - 20))
        tip = hand.at(side * span * 0.56, 0, -2)
        rig.limb(part, arm.origin, wrist, 2.2, 1.7)
        rig.limb(part, wrist, tip, 1.7, 0.6)
        sheets: tuple[tuple[Vec, float], ...] = (
            (hand.at(side * span * 0.36, -span * 0.3, -1), 4.4),
            (hand.at(side * span * 0.04, -span * 0.46, -1), 4.8),
            (arm.at(side * span * 0.12, -span * 0.42, 0), 4.6),
        )
        for end, wide in sheets:
            rig.limb(part, wrist, end, 1.2, 0.6)
            middle = Frame(
                ((wrist[0] + end[0]) / 2, (wrist[1] + end[1]) / 2, (wrist[2] + end[2]) / 2),
                arm.x,
                arm.y,
                arm.z,
            )
            rig.ball(part, middle, wide, span * 0.2, 1.0, bias=-0.3)


def add_bird(rig: Rig, gait: Gait, feature: str) -> None:
    """A bird that walks, flaps when airborne and pecks."""
    airborne = gait.lift > 7
    body = Frame((0.0, 17.0, -1.0)).rotated(pitch=gait.pitch + (10 if airborne else -18))
    rig.ball(Part.MAIN, body, 9.6, 9.6, 12.5)
    rig.ball(Part.BELLY, body.moved(0, -2.4, 3.6), 7.8, 7.6, 9.4)
    wings = Part.ACCENT if feature == "wings" else Part.MAIN
    if airborne or gait.bite > 0.2:
        flap = 44 * math.sin(gait.cycle) + 8
        add_wings(rig, wings, body.moved(0, 4, 0), 25, flap, feathered=True, chord=0.44)
    else:
        for side in (1, -1):
            lift = 2 * math.sin(gait.cycle) * gait.swing
            rig.limb(wings, body.at(side * 8.4, 2 + lift, 2), body.at(side * 8.8, 0, -12), 5.6, 1.4)
            rig.limb(wings, body.at(side * 8.8, -1 + lift, 0), body.at(side * 9, -3, -9), 4.0, 1.2)
    for x in (-3, 0, 3):
        rig.limb(wings, body.at(x * 0.5, 1, -10), body.at(x * 1.6, 1.5, -20), 3.0, 2.2)
    if feature == "stripes":
        for z in (-6, -1):
            rig.limb(Part.SPOT, body.at(-5, 8, z), body.at(5, 8, z), 2.0, 2.0)
    head = body.rotated(pitch=18 if not airborne else -6).moved(0, 11, 7 + 3 * gait.bite)
    rig.ball(Part.MAIN, head, 8.2, 8, 8)
    rig.cone(
        Part.GOLD, Frame(head.at(0, -1, 6), head.x, head.z, head.y), 9 + 2 * gait.bite, 3.4, 0.4
    )
    crest = Part.ACCENT if feature == "none" else Part.MAIN
    rig.limb(crest, head.at(0, 6, -2), head.at(0, 12, -7), 3, 0.8)
    add_eyes(rig, head, 4.6, 1.6, 6.2, tall=4, shut=gait.blink)
    if not gait.fall:
        for side in (1, -1):
            angle = 34 * gait.swing * math.sin(gait.cycle + (0 if side > 0 else math.pi))
            hip = (side * 3.8, 9.5, 0.0)
            if airborne:
                rig.limb(Part.GOLD, hip, add(hip, (0, -3, -6)), 1.4, 1.2)
            else:
                add_leg(rig, Part.GOLD, hip, 9.5, 1.3, angle, bend=16)
