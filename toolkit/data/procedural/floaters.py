"""Bodies of what hovers without wings: ghosts, floating eyes, fish."""

from __future__ import annotations

import math

from toolkit.data.procedural.anatomy import (
    add_horns,
    add_spots,
    add_wings,
)
from toolkit.data.procedural.gaits import Gait
from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.rig import Frame, Rig, add


def add_ghost(rig: Rig, gait: Gait, feature: str) -> None:
    """A ghost in a ragged sheet; it shrinks to nothing when it dies."""
    shrink = 1 - 0.72 * gait.fall
    body = Frame((0.0, 22.0 - 6 * gait.fall, 0.0)).rotated(pitch=gait.pitch * 0.8)
    r = 13.5 * shrink
    rig.ball(Part.MAIN, body.moved(0, 6 * shrink, 0), r, 13.5 * shrink, r * 0.9)
    rig.cone(Part.MAIN, body.moved(0, -14 * shrink, -1), 20 * shrink, r * 0.92, r, flat=0.9)
    for k in range(7):
        angle = 2 * math.pi * k / 7
        drift = 2.6 * math.sin(gait.cycle + k * 1.9)
        top = body.at(r * 0.68 * math.cos(angle), -13 * shrink, r * 0.62 * math.sin(angle))
        end = body.at(
            r * 0.78 * math.cos(angle) + drift * 0.4,
            (-19 + drift) * shrink,
            r * 0.7 * math.sin(angle) - 2,
        )
        rig.limb(Part.MAIN, top, end, 4.4 * shrink, 1.8 * shrink)
    reach = 5 + 9 * gait.bite
    for side in (1, -1):
        hand = body.at(side * (r - 0.5), 3 * math.sin(gait.cycle + side) + 6 * gait.bite, reach + 7)
        rig.limb(Part.MAIN, body.at(side * r * 0.8, 1, 2), hand, 4.0 * shrink, 2.6 * shrink)
    face = body.moved(0, 7 * shrink, 0)
    for side in (1, -1):
        point, normal = face.at(side * 4.8 * shrink, 1, r * 0.84), face.turn(side * 0.36, 0.1, 0.9)
        if feature == "eyes":
            rig.stamp(Part.DETAIL, point, normal, 5, 6, depth=5)
            rig.stamp(Part.LIT_EYE, point, normal, 3, 4, depth=5, tone=1)
        else:
            rig.stamp(Part.DETAIL, point, normal, 4, 2 if gait.blink else 6, depth=5)
            rig.stamp(Part.SPARK, point, normal, 1, 1, shift=(0, -1), depth=5, tone=2)
    rig.stamp(
        Part.DETAIL,
        face.at(0, -6 * shrink, r * 0.88),
        face.z,
        3 + int(2 * gait.bite),
        2 + int(4 * gait.bite),
        depth=5,
    )
    if feature == "horns":
        add_horns(rig, Part.ACCENT, body.moved(0, 6, 0), r * 0.5, 10, 10)


def add_eyeball(rig: Rig, gait: Gait, feature: str) -> None:
    """A floating eye with lids and tentacles; its gaze wanders."""
    look = Frame((0.0, 20.0, 0.0)).rotated(
        pitch=gait.pitch, yaw=9 * math.sin(gait.cycle) * (gait.bite < 0.1)
    )
    if feature == "wings":
        add_wings(
            rig,
            Part.ACCENT,
            look.moved(0, 4, -8),
            24,
            18 + 30 * math.sin(2 * gait.cycle),
            chord=0.5,
        )
    for k in range(6):
        angle = math.pi * (k + 0.5) / 6 + math.pi
        drift = 3 * math.sin(gait.cycle + k * 1.3)
        root = look.at(9 * math.cos(angle), -9, 7 * math.sin(angle) + 3)
        middle = add(root, (3 * math.cos(angle) + drift * 0.3, -7, -1))
        rig.limb(Part.MAIN, root, middle, 3.2, 2.4)
        rig.limb(Part.MAIN, middle, add(middle, (drift, -7, -2 * math.sin(angle))), 2.4, 0.8)
    rig.ball(Part.WHITE, look, 16, 16, 16)
    lids = 0.48 - (0.9 if gait.blink else 0.0) - 0.3 * gait.bite
    rig.ball(Part.MAIN, look, 17.6, 17.6, 17.6, clip=(0, -0.06, 1, 0.5))
    rig.ball(Part.MAIN, look, 17.3, 17.3, 17.3, clip=(0, -1, 0.1, -max(min(lids, 0.6), -0.2)))
    rig.ball(Part.SKIN_TWO, look, 16.3, 16.3, 16.3, clip=(0, 0, -1, -0.8), tone=0)
    rig.ball(Part.DETAIL, look, 16.6, 16.6, 16.6, clip=(0, 0, -1, -0.94), tone=1)
    rig.stamp(Part.SPARK, look.at(-2.6, 3.2, 16.4), look.z, 2, 2, facing=0.1, depth=7, tone=2)
    if feature == "horns":
        add_horns(rig, Part.ACCENT, look, 8, 13, 11)
    else:
        for side in (1, 0, -1):
            root = look.at(side * 8, 15 - 2.5 * abs(side), -2)
            rig.limb(
                Part.MAIN,
                root,
                add(root, (side * 3 + math.sin(gait.cycle + side), 5.5, 0)),
                2.2,
                1.6,
            )


def add_fish(rig: Rig, gait: Gait, feature: str) -> None:
    """A fish whose tail beats with the cycle."""
    sway = 18 * math.sin(gait.cycle) * max(gait.swing, 0.5)
    body = Frame((0.0, 16.0, 0.0)).rotated(yaw=sway * 0.35, pitch=gait.pitch)
    rig.ball(Part.MAIN, body.moved(0, 0, 3), 7.4, 11.5, 14)
    rig.ball(Part.BELLY, body.moved(0, -3.6, 4), 6.4, 8.4, 11.5)
    peduncle = body.moved(0, 0, -9).rotated(yaw=-sway)
    rig.limb(Part.MAIN, body.at(0, 0, -4), peduncle.at(0, 0, -5), 6.5, 2.6)
    tail = peduncle.moved(0, 0, -5).rotated(yaw=-sway)
    for end in (1, -1):
        rig.limb(Part.ACCENT, tail.origin, tail.at(0, end * 8.5, -9), 2.2, 2.4)
        rig.limb(Part.ACCENT, tail.origin, tail.at(0, end * 4, -7), 2.2, 2.6)
    rig.cone(Part.ACCENT, body.moved(0, 8.5, -1).rotated(pitch=-24), 9, 7.5, 2.4, flat=1.2)
    fin = 24 * math.sin(2 * gait.cycle)
    for side in (1, -1):
        root = body.at(side * 6.6, -2, 4)
        end = body.at(side * 12, -6 + fin * 0.12, -2)
        rig.limb(Part.ACCENT, root, end, 2.4, 3.2)
    if feature == "stripes":
        for z in (-4, 2, 8):
            wide = math.sqrt(max(1 - ((z - 3) / 14) ** 2, 0))
            band = Frame(body.at(0, 0, z), body.x, body.z, body.y)
            rig.cone(Part.SPOT, band.moved(0, -1.2, 0), 2.4, 7.6 * wide, 7.6 * wide, flat=1.56)
    if feature == "spots":
        add_spots(rig, Part.SPOT, body.moved(0, 0, 2), (7, 11, 13), 2.2)
    mouth = 2 + int(3 * gait.bite)
    rig.stamp(Part.DETAIL, body.at(0, -1.5, 16.5), body.z, 3, mouth, facing=0.05, depth=6)
    for side in (1, -1):
        point, normal = body.at(side * 6.2, 3.2, 10.5), body.turn(side, 0.1, 0.6)
        if gait.blink:
            rig.stamp(Part.EYE, point, normal, 4, 1, facing=0.2, depth=4)
            continue
        rig.stamp(Part.LIT_EYE, point, normal, 4, 4, facing=0.2, depth=4, tone=1)
        rig.stamp(Part.EYE, point, normal, 2, 3, facing=0.2, depth=4)
        rig.stamp(Part.SPARK, point, normal, 1, 1, shift=(-1, -1), facing=0.2, depth=4, tone=2)
