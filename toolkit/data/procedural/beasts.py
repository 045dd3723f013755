"""Bodies of wolves, dragons and snakes."""

from __future__ import annotations

import math

from toolkit.data.procedural.anatomy import (
    add_chain,
    add_eyes,
    add_horns,
    add_leg,
    add_spots,
    add_wings,
    flame_breath,
)  # fmt: skip
from toolkit.data.procedural.gaits import Gait
from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.rig import Frame, Rig, Vec, add


def add_wolf(rig: Rig, gait: Gait, feature: str) -> None:
    """A wolf that trots; it bites with an open jaw."""
    swing = 36 * gait.swing
    chest = Frame((0.0, 19.0, 8.0)).rotated(pitch=gait.pitch * 0.6)
    rig.limb(Part.MAIN, (0, 18, -11), (0, 19.5, 8), 6.8, 8.4)
    rig.ball(Part.BELLY, Frame((0.0, 16.0, 10.0)), 5.6, 7, 5.2)
    for side in (1, -1):
        angle = swing * math.sin(gait.cycle + (0 if side > 0 else math.pi))
        add_leg(rig, Part.MAIN, (side * 4.6, 15, 8), 15, 2.7, angle, bend=10)
        add_leg(rig, Part.MAIN, (side * 4.6, 15, -11), 15, 3.0, -angle, bend=40)
    tail = 14 * math.sin(gait.cycle)
    add_chain(
        rig, Part.MAIN, [(0, 20, -16), (tail * 0.2, 23, -22), (tail * 0.4, 28, -26)], 3.6, 3.2
    )
    rig.limb(Part.BELLY, (tail * 0.4, 28, -26), (tail * 0.5, 32, -27.5), 3.2, 0.6)
    if feature == "stripes":
        for z in (-12, -6, 0):
            rig.limb(Part.SPOT, (-4.5, 23.6, z), (4.5, 23.6, z), 2.2, 2.2)
            for side in (1, -1):
                rig.limb(Part.SPOT, (side * 4.5, 23.6, z), (side * 6.6, 17, z), 2.2, 1.2)
    head = chest.moved(0, 9, 8)
    rig.limb(Part.MAIN, chest.origin, head.origin, 7.2, 6)
    rig.ball(Part.MAIN, head, 8.4, 7.8, 7.8)
    rig.limb(Part.MAIN, head.at(0, -2.2, 4), head.at(0, -3, 12.5), 4.6, 2.9)
    jaw = head.moved(0, -4, 4).rotated(pitch=34 * gait.bite)
    rig.limb(Part.BELLY, jaw.origin, jaw.at(0, -1, 7.6), 3.0, 2.0)
    rig.stamp(Part.DETAIL, head.at(0, -2, 15), head.turn(0, 0.3, 1), 3, 2, facing=0, depth=5)
    for side in (1, -1):
        rig.cone(
            Part.MAIN,
            head.moved(side * 5, 4.5, -1).rotated(roll=side * -10),
            9.5,
            3.8,
            0.4,
            flat=0.6,
        )
        rig.limb(
            Part.WHITE, head.at(side * 1.8, -4.4, 10.5), head.at(side * 1.8, -7.5, 10.5), 0.9, 0.3
        )
    add_eyes(rig, head, 4.2, 1.4, 6.6, tall=3, shut=gait.blink)
    if feature == "horns":
        add_horns(rig, Part.ACCENT, head, 3, 6, 9)


def add_dragon(rig: Rig, gait: Gait, feature: str) -> None:
    """A winged dragon that breathes fire when it attacks."""
    swing = 28 * gait.swing if gait.lift < 7 else 6.0
    flap = 34 * math.sin(gait.cycle) * (1 if gait.lift > 7 else 0.3) + 24
    wings = Part.ACCENT if feature == "wings" else Part.BELLY
    back = Frame((0.0, 23.0, -2.0)).rotated(pitch=-14)
    add_wings(rig, wings, back, 25, flap, chord=0.5)
    rig.ball(Part.MAIN, Frame((0.0, 16.0, -3.0)).rotated(pitch=-12), 9.4, 10.5, 12.5)
    rig.ball(Part.BELLY, Frame((0.0, 14.0, 2.4)).rotated(pitch=-12), 7.2, 9.6, 9.2)
    for side in (1, -1):
        angle = swing * math.sin(gait.cycle + (0 if side > 0 else math.pi))
        add_leg(rig, Part.MAIN, (side * 6.5, 12, 4), 12, 3.0, angle, bend=14)
        add_leg(rig, Part.MAIN, (side * 7, 12, -9), 12.5, 3.8, -angle, bend=44)
    sway = 4 * math.sin(gait.cycle)
    tail: list[Vec] = [(0, 13, -13), (sway * 0.5, 7, -20), (sway, 5, -26), (sway * 1.8, 8, -31)]
    add_chain(rig, Part.MAIN, tail, 6, 1.6)
    rig.cone(Part.ACCENT, Frame(tail[-1]).rotated(pitch=-60), 6, 3.2, 0.4, flat=0.5)
    lunge = gait.bite * 5
    neck: list[Vec] = [(0, 21, 5), (0, 28, 9 + lunge * 0.4), (0, 34, 10 + lunge)]
    add_chain(rig, Part.MAIN, neck, 7, 5.4)
    for k, z in enumerate((-10, -4, 2)):
        rig.cone(Part.ACCENT, Frame((0.0, 24.0 + 0.8 * k, float(z))), 5.5, 2.4, 0.3, flat=1.2)
    head = Frame(neck[-1]).rotated(pitch=gait.pitch * 0.5 + 6).moved(0, 2.6, 2)
    rig.ball(Part.MAIN, head, 8.2, 7.2, 8)
    rig.limb(Part.MAIN, head.at(0, -1.4, 5), head.at(0, -2.4, 13), 5, 3.8)
    jaw = head.moved(0, -4, 4).rotated(pitch=30 * gait.bite)
    rig.limb(Part.BELLY, jaw.origin, jaw.at(0, -1, 8), 3.4, 2.4)
    for side in (1, -1):
        rig.stamp(
            Part.DETAIL,
            head.at(side * 1.8, -0.6, 16),
            head.turn(side * 0.4, 0.4, 0.8),
            1,
            1,
            facing=0,
            depth=6,
        )
    add_eyes(rig, head, 4.6, 2.4, 6.2, tall=4, shut=gait.blink)
    add_horns(
        rig,
        Part.ACCENT if feature == "horns" else Part.FUR,
        head.moved(0, 0, -3),
        3.8,
        5,
        9 if feature == "horns" else 7,
    )
    if feature == "spots":
        add_spots(rig, Part.SPOT, Frame((0.0, 16.0, -3.0)), (9, 10, 12), 2.6)
    if gait.bite > 0.35:
        flame_breath(rig, head.moved(0, -4, 13), gait.bite)


def add_snake(rig: Rig, gait: Gait, feature: str) -> None:
    """A cobra: wide bends on the ground, the hooded head raised."""
    wave, strike, limp = gait.cycle, gait.bite, gait.fall
    points: list[Vec] = []
    for k in range(20):
        share = k / 19
        wide = 15 * (1 - share) ** 0.6 * (1 - 0.35 * limp)
        x = wide * math.sin(share * 11.5 - wave * max(gait.swing, 0.25))
        z = -20 + 25 * share + 13 * strike * share**3
        points.append((x, 3.9 + 1.2 * share, z))
    base = points[-1]
    for k in range(1, 8):
        share = k / 7
        rise = 21 * share * (1 - 0.85 * limp) * (1 - 0.3 * strike)
        bow = -5.5 * math.sin(share * math.pi) * (1 - strike) + 7 * strike * share
        sway = 1.5 * math.sin(wave) * share
        points.append((base[0] + sway, base[1] + rise, base[2] + bow + 3.5 * limp * k))
    add_chain(rig, Part.MAIN, points[:12], 1.2, 4.4)
    add_chain(rig, Part.MAIN, points[11:], 4.6, 4.8)
    if feature in ("stripes", "spots"):
        for k in range(2, 20, 2):
            a = add(points[k], (0.0, 2.0, 0.0))
            reach = 2.0 if feature == "stripes" else 0.1
            rig.limb(Part.SPOT, add(a, (-reach, 0, 0)), add(a, (reach, 0, 0)), 2.6, 2.6)
    head = Frame(points[-1]).rotated(pitch=gait.pitch).moved(0, 2.5, 2)
    hood = head.moved(0, -6.5, -2.5)
    rig.ball(Part.MAIN, hood, 10 * (1 - 0.5 * limp), 8.5, 2.6)
    rig.ball(Part.BELLY, hood.moved(0, -0.5, 1.6), 6.4 * (1 - 0.5 * limp), 7.4, 2.2)
    for side in (1, -1):
        rig.ball(Part.BELLY, hood.moved(side * 4.2, 1, -1.4), 2.6, 3.0, 1.8)
    rig.ball(Part.MAIN, head, 7.6, 5.8, 8)
    rig.ball(Part.MAIN, head.moved(0, -1, 4), 5.6, 4.4, 6.4)
    jaw = head.moved(0, -2.5, 1).rotated(pitch=36 * strike)
    rig.ball(Part.BELLY, jaw.moved(0, -1, 4), 5, 2.2, 6)
    flick = 2 + 4 * max(math.sin(2 * wave), 0) + 3 * strike
    tongue = head.at(0, -2.2, 9 + flick)
    rig.limb(Part.MOUTH, head.at(0, -2.2, 8), tongue, 0.8, 0.7)
    for side in (1, -1):
        rig.limb(Part.MOUTH, tongue, add(tongue, head.turn(side * 2, 0, 2)), 0.7, 0.4)
    add_eyes(rig, head, 4.8, 2.2, 5, tall=3, shut=gait.blink)
