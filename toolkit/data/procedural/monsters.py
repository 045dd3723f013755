"""Bodies of slimes, spiders, mushroom monsters and golems."""

from __future__ import annotations

import math

from toolkit.data.procedural.anatomy import add_eyes, add_horns, add_spots, add_wings
from toolkit.data.procedural.gaits import Gait
from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.rig import Frame, Rig, Vec, add


def add_slime(rig: Rig, gait: Gait, feature: str) -> None:
    """A slime; it melts into a puddle when it dies."""
    tall = max(gait.squash * (1 - 0.82 * gait.fall), 0.12)
    wide = (1 / math.sqrt(tall)) if not gait.fall else 1 + 0.34 * gait.fall
    rx, ry = 19 * wide, 15.5 * tall
    body = Frame((0.0, ry * 0.86, 0.0)).rotated(pitch=gait.pitch * 0.5)
    if feature == "wings":
        add_wings(rig, Part.ACCENT, body.moved(0, ry * 0.4, -4), 24, 24 + 20 * math.sin(gait.cycle))
    rig.ball(Part.MAIN, body, rx, ry * 1.06, rx * 0.95)
    rig.ball(Part.MAIN, Frame((0.0, 3.6 * tall + 1.2, 0.0)), rx * 1.12, 4.4 * tall + 0.8, rx * 1.05)
    rig.ball(Part.MAIN, Frame((0.0, ry * 0.42, 0.0)), rx * 1.06, ry * 0.44, rx)
    if feature == "spots":
        add_spots(rig, Part.SPOT, body, (rx * 0.93, ry * 0.93, rx * 0.9), 3.4 * min(tall, 1))
    if feature == "horns":
        add_horns(rig, Part.ACCENT, body.moved(0, -1, 0), rx * 0.5, ry * 0.75, 10)
    if tall > 0.4:
        add_eyes(rig, body, 6.8, 0.5, rx * 0.86, tall=6, shut=gait.blink, turned=0.3)
        wide_mouth = 4 + int(3 * gait.bite)
        rig.stamp(
            Part.DETAIL,
            body.at(0, -5.5, rx * 0.9),
            body.z,
            wide_mouth,
            1 + int(4 * gait.bite),
            depth=5,
        )
    rig.stamp(
        Part.SPARK,
        body.at(-rx * 0.45, ry * 0.62, rx * 0.5),
        (0, 1, 0),
        4,
        2,
        depth=9,
        facing=-2,
        tone=2,
    )


def add_spider(rig: Rig, gait: Gait, feature: str) -> None:
    """A spider on eight jointed legs; it rears to attack."""
    head = Frame((0.0, 12.0, 9.0)).rotated(pitch=gait.pitch * 0.5)
    abdomen = Frame((0.0, 15.0 + 1.2 * gait.squash, -9.0))
    curl = 1 - 0.5 * gait.fall
    for side in (1, -1):
        for k in range(4):
            step = gait.cycle + (k + (side > 0)) % 2 * math.pi
            lift = 3.0 * gait.swing * max(math.sin(step), 0)
            reach = 3.4 * gait.swing * math.cos(step)
            fan = 13 - 8.5 * k
            root = (side * 4.2, 12.0, 6.0 - 2.8 * k)
            knee = (
                side * 14.5 * curl,
                21.5 + lift - 1.2 * abs(k - 1.5),
                5 + fan * 0.62 + reach * 0.5,
            )
            raised = 10 * gait.bite if k == 0 else 0
            foot = (side * 22.0 * curl, lift + raised + 1.2, 4 + fan + reach + raised * 0.5)
            rig.limb(Part.MAIN, root, knee, 2.2, 1.8)
            rig.limb(Part.MAIN, knee, foot, 1.8, 0.9)
    rig.ball(Part.MAIN, abdomen, 11.5, 10.5, 12)
    if feature == "spots":
        add_spots(rig, Part.SPOT, abdomen, (10.8, 9.8, 11.3), 2.6)
    elif feature == "stripes":
        for z in (-6, 0, 6):
            wide = 10.8 * math.sqrt(1 - (z / 12) ** 2)
            band = Frame(abdomen.at(0, 0, z - 1.1), abdomen.x, abdomen.z, abdomen.y)
            rig.cone(Part.SPOT, band, 2.2, wide * 1.1, wide * 1.1, flat=0.95)
    rig.ball(Part.MAIN, head, 8.6, 7.4, 7.6)
    for side in (1, -1):
        rig.limb(
            Part.WHITE,
            head.at(side * 2.6, -4, 6),
            head.at(side * 2.0, -8.5, 7.5 + 2 * gait.bite),
            1.6,
            0.4,
        )
        rig.stamp(
            Part.LIT_EYE,
            head.at(side * 1.8, 4.4, 5.6),
            head.turn(side * 0.2, 0.4, 0.9),
            2,
            2,
            depth=4,
        )
    add_eyes(rig, head, 4.4, 0.6, 6.6, tall=4, shut=gait.blink)


def add_mushroom(rig: Rig, gait: Gait, feature: str) -> None:
    """A walking mushroom with a spotted cap."""
    bob = 1.5 * (gait.squash - 1) * 10
    lean = Frame().rotated(
        pitch=gait.pitch, roll=7 * gait.swing * math.sin(gait.cycle) * (gait.swing > 0.5)
    )
    swing = 26 * gait.swing
    for side in (1, -1):
        angle = math.radians(swing * math.sin(gait.cycle + (0 if side > 0 else math.pi)))
        foot: Vec = (side * 4.8, 2.6 + 2.5 * max(math.sin(angle), 0), 6 * math.sin(angle))
        rig.limb(Part.BELLY, foot, add(foot, (0, 0, 3)), 3.6, 3.0)
        hand = lean.at(
            side * 14, 13 + 9 * gait.bite + 2 * math.sin(gait.cycle + side), 4 + 9 * gait.bite
        )
        rig.limb(Part.BELLY, lean.at(side * 7.5, 15, 1), hand, 2.6, 3.0)
    rig.limb(Part.BELLY, lean.at(0, 9, 0), lean.at(0, 20 + bob, 0), 9.6, 8.2)
    cap = lean.moved(0, 25 + bob, 0)
    rig.ball(Part.MAIN, cap, 20.5, 17, 20, clip=(0, -1, 0, 0.12))
    rig.cone(Part.FUR, cap.moved(0, -2.4, 0), 1.2, 17, 19.6, tone=0)
    spots = Part.SPOT if feature == "spots" else Part.WHITE
    for k in range(9):
        y, angle = (0.9, 0.55, 0.5, 0.55, 0.5, 0.15, 0.12, 0.15, 0.12)[k], k * 1.62
        ring = math.sqrt(1 - y * y)
        place = cap.moved(19.2 * ring * math.sin(angle), 15.8 * y, 18.8 * ring * math.cos(angle))
        rig.ball(spots, place, 3.8, 3.4, 3.8)
    add_eyes(rig, lean.moved(0, 15, 0), 3.9, 0, 8.6, tall=5, shut=gait.blink)
    rig.stamp(
        Part.DETAIL,
        lean.at(0, 10, 9.2),
        lean.z,
        3 + int(2 * gait.bite),
        1 + int(3 * gait.bite),
        depth=5,
    )


def add_golem(rig: Rig, gait: Gait, feature: str) -> None:
    """A golem of stone blocks with a rune on its chest."""
    swing = 30 * gait.swing
    stomp = gait.squash
    torso = Frame((0.0, 26.0 * stomp, 0.0)).rotated(
        pitch=6 + gait.pitch, roll=4 * gait.swing * math.sin(gait.cycle)
    )
    for side in (1, -1):
        angle = swing * math.sin(gait.cycle + (0 if side > 0 else math.pi))
        s, c = math.sin(math.radians(angle)), math.cos(math.radians(angle))
        foot = (side * 7.4, max(12.5 - 9 * c, 4.0) - 0.4, 9 * s)
        rig.limb(Part.MAIN, (side * 6.2, 14, 0), foot, 4.8, 5.0)
        rig.box(
            Part.MAIN, Frame((foot[0], 3.4 + max(foot[1] - 4, 0), foot[2] + 1.2)), 5.4, 3.4, 6.4
        )
        reach = math.radians(-angle * 0.7 + 18 + 70 * gait.bite)
        shoulder = torso.at(side * 14.5, 5.5, 0)
        elbow = add(shoulder, torso.turn(side * 3.4, -7.5 * math.cos(reach), 7.5 * math.sin(reach)))
        fist = add(
            elbow, torso.turn(side * -0.5, -8 * math.cos(reach + 0.5), 8 * math.sin(reach + 0.5))
        )
        rig.box(
            Part.MAIN,
            Frame(shoulder, torso.x, torso.y, torso.z).rotated(roll=side * 12),
            5.8,
            5.4,
            6,
        )
        rig.limb(Part.MAIN, shoulder, elbow, 4, 4.4)
        rig.box(Part.MAIN, Frame(fist, torso.x, torso.y, torso.z).rotated(pitch=-20), 5.6, 6.2, 5.8)
    rig.box(Part.MAIN, torso, 12.5, 9.2, 8.2)
    rig.box(Part.MAIN, torso.moved(0, -9.5, 0), 8.5, 4.4, 6.4)
    rune = Part.SPOT if feature != "none" else Part.FIRE
    for x, y in ((0, 3), (0, -3), (-3, 0), (3, 0)):
        rig.stamp(rune, torso.at(x, y, 8.4), torso.z, 2, 3, facing=0.2, depth=4)
    head = torso.moved(0, 13.5, 2.5)
    rig.box(Part.MAIN, head, 7.4, 6, 6.6)
    rig.box(Part.MAIN, head.moved(0, 3.2, 1), 8, 2, 7)
    for side in (1, -1):
        point = head.at(side * 3.4, -0.6, 7)
        rig.stamp(Part.DETAIL, point, head.z, 5, 3, facing=0.1, depth=4)
        if not gait.blink:
            rig.stamp(Part.SKIN_TWO, point, head.z, 3, 2, facing=0.1, depth=4, tone=1)
    if feature == "horns":
        add_horns(rig, Part.ACCENT, head, 6, 4, 10)
    if feature == "spots":
        for x, y, z in (
            (-9, 6, 8),
            (8, -5, 8),
            (-6, -7, 8),
            (9, 7, 8),
            (5, 4, -8),
            (-7, -2, -8),
            (12.5, 0, 3),
            (-12.5, 2, -3),
        ):
            rig.ball(Part.SPOT, torso.moved(x, y, z), 2.8, 2.6, 2.4)
