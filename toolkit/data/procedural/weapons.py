"""What figures hold: blades, shafts, bows and shields, and the arc a swing leaves behind."""

from __future__ import annotations

from itertools import pairwise

from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.poses import Pose
from toolkit.data.procedural.rig import Frame, Rig, Vec, add, blend, frame_along, unit
from toolkit.data.procedural.skeleton import Skeleton

REACH = {
    "sword": 20.0, "axe": 16.0, "spear": 21.0, "bow": 0.0, "staff": 17.0, "dagger": 10.0,
    "hammer": 15.0, "none": 2.0,
}  # fmt: skip
"""Pixels from the hand to the weapon's tip."""


def add_weapon(rig: Rig, name: str, bones: Skeleton, pose: Pose, phase: float) -> None:
    """Put the weapon in the figure's hand; a bow goes to the left hand."""
    if name == "bow":
        _bow(rig, bones, pose, phase)
    elif name != "none":
        grip = frame_along(bones.right_arm.end, bones.weapon)
        _BUILDERS[name](rig, grip)


def add_trail(rig: Rig, tips: list[Vec], strength: float) -> None:
    """The pale crescent behind a swing; ``tips`` run from now backwards."""
    for step, (a, b) in enumerate(pairwise(tips)):
        size = 3.4 * strength * (1 - step / len(tips))
        if size > 0.5:
            rig.limb(Part.TRAIL, a, b, size, size * 0.85, tone=2 if step < 3 else 1)


def add_shield(rig: Rig, bones: Skeleton) -> None:
    """A round shield on the left arm, its face turned out and ahead."""
    arm = bones.left_arm
    center = add(blend(arm.joint, arm.end, 0.7), bones.torso.turn(0.25, 0, 1), 2.6)
    face = frame_along(center, bones.torso.turn(0.45, 0.05, 0.9), bones.torso.y)
    rig.cone(Part.METAL, face.moved(0, -1, 0), 1.6, 7.6, 7.6, flat=1.0)
    rig.ball(Part.SHIELD, face.moved(0, 0.6, 0), 6.4, 1.8, 6.4)
    rig.ball(Part.GOLD, face.moved(0, 1.9, 0), 2.0, 1.2, 2.0)


def _sword(rig: Rig, grip: Frame) -> None:
    rig.limb(Part.WOOD, grip.at(0, -3, 0), grip.at(0, 2, 0), 1.1, 1.1)
    rig.limb(Part.GOLD, grip.at(-3.2, 2.4, 0), grip.at(3.2, 2.4, 0), 1.2, 1.2)
    rig.limb(Part.GOLD, grip.at(0, 2.4, -2.6), grip.at(0, 2.4, 2.6), 1.1, 1.1)
    rig.limb(Part.METAL, grip.at(0, 3, 0), grip.at(0, 18, 0), 1.9, 1.7)
    rig.limb(Part.METAL, grip.at(0, 18, 0), grip.at(0, 21, 0), 1.7, 0.4)


def _dagger(rig: Rig, grip: Frame) -> None:
    rig.limb(Part.WOOD, grip.at(0, -2, 0), grip.at(0, 1.5, 0), 1.0, 1.0)
    rig.limb(Part.GOLD, grip.at(-2, 1.8, 0), grip.at(2, 1.8, 0), 0.9, 0.9)
    rig.limb(Part.METAL, grip.at(0, 2, 0), grip.at(0, 12, 0), 1.8, 0.4)


def _axe(rig: Rig, grip: Frame) -> None:
    rig.limb(Part.WOOD, grip.at(0, -5, 0), grip.at(0, 16, 0), 1.2, 1.2)
    head = grip.moved(0, 11.5, 0).rotated(yaw=38)
    for side, reach in ((1, 7.0), (-1, 4.6)):
        blade = Frame(head.origin, head.y, head.turn(0, 0, side), head.x)
        rig.cone(Part.METAL, blade, reach, 2.2, 6.8 if side > 0 else 4.6, flat=0.24)
    rig.ball(Part.GOLD, head, 2.2, 2.4, 2.2)


def _hammer(rig: Rig, grip: Frame) -> None:
    rig.limb(Part.WOOD, grip.at(0, -4, 0), grip.at(0, 12, 0), 1.2, 1.2)
    head = grip.moved(0, 14, 0).rotated(yaw=30)
    rig.box(Part.METAL, head, 4.0, 3.8, 7.0)
    for side in (1, -1):
        rig.box(Part.GOLD, head.moved(0, 0, side * 3.6), 4.4, 4.2, 1.1)


def _spear(rig: Rig, grip: Frame) -> None:
    rig.limb(Part.WOOD, grip.at(0, -13, 0), grip.at(0, 14, 0), 1.1, 1.1)
    rig.limb(Part.MAIN, grip.at(0, 12, 0), grip.at(0, 14, 0), 1.8, 1.6)
    rig.limb(Part.METAL, grip.at(0, 15, 0), grip.at(0, 21, 0), 2.4, 0.4)


def _staff(rig: Rig, grip: Frame) -> None:
    rig.limb(Part.WOOD, grip.at(0, -14, 0), grip.at(0, 14, 0), 1.1, 1.3)
    rig.limb(Part.GOLD, grip.at(0, 13, 0), grip.at(0, 14.5, 0), 2.0, 2.4)
    rig.ball(Part.GLASS, grip.moved(0, 17.5, 0), 3.3, 3.3, 3.3)


def _bow(rig: Rig, bones: Skeleton, pose: Pose, phase: float) -> None:
    hand = bones.left_arm.end
    ahead = unit(add(add(hand, bones.left_arm.root, -1.0), bones.torso.z, 2.0))
    side = bones.torso.x
    across = unit(
        (
            ahead[1] * side[2] - ahead[2] * side[1],
            ahead[2] * side[0] - ahead[0] * side[2],
            ahead[0] * side[1] - ahead[1] * side[0],
        )
    )
    bend = 2.5 * pose.draw
    tips: list[Vec] = []
    for end in (1, -1):
        middle = add(add(hand, across, end * (6 - bend * 0.3)), ahead, 0.6)
        tip = add(add(hand, across, end * (11 - bend * 0.5)), ahead, -3.5 - bend)
        rig.limb(Part.WOOD, hand, middle, 1.4, 1.2)
        rig.limb(Part.WOOD, middle, tip, 1.2, 0.8)
        tips.append(tip)
    nock = bones.right_arm.end if pose.draw > 0.25 else blend(tips[0], tips[1], 0.5)
    for tip in tips:
        rig.limb(Part.WHITE, tip, nock, 0.42, 0.42)
    if pose.draw > 0.2:
        _arrow(rig, nock, ahead)
    elif pose.trail > 0.5:
        _arrow(rig, add(hand, ahead, 4 + 110 * (phase - 0.58)), ahead)


def _arrow(rig: Rig, nock: Vec, ahead: Vec) -> None:
    rig.limb(Part.WOOD, nock, add(nock, ahead, 14), 0.7, 0.7)
    rig.limb(Part.METAL, add(nock, ahead, 14), add(nock, ahead, 17), 1.6, 0.3)
    rig.limb(Part.WHITE, nock, add(nock, ahead, 2.5), 1.2, 1.0)


_BUILDERS = {
    "sword": _sword, "dagger": _dagger, "axe": _axe, "hammer": _hammer, "spear": _spear,
    "staff": _staff,
}  # fmt: skip
