"""Heads: skull, hair, eyes, ears and what tells a race by its face."""

from __future__ import annotations

from toolkit.data.procedural.cloth import Cloth
from toolkit.data.procedural.labels import CharacterLabels
from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.poses import Pose
from toolkit.data.procedural.rig import Frame, Rig
from toolkit.data.procedural.skeleton import Skeleton

BEARDED = frozenset({"human", "orc"})


def add_face(rig: Rig, bones: Skeleton, labels: CharacterLabels, pose: Pose, cloth: Cloth) -> None:
    """The head with everything on it but the class's head gear."""
    head, size, race = bones.head, bones.body.head, labels.race
    helmet = labels.role == "knight" and race == "human"
    if race == "robot":
        rig.box(Part.SKIN, head, size * 0.92, size * 0.84, size * 0.86)
        rig.limb(Part.METAL, head.at(-size, 0, 0), head.at(size, 0, 0), 2.6, 2.6)
    else:
        rig.ball(Part.SKIN, head, size, size * 0.94, size * 0.96)
    if not helmet:
        _eyes(rig, head, size, race, pose)
        _RACE.get(race, _plain)(rig, head, size, labels)
    if labels.hair_style != "bald":
        _hair(rig, head, size, labels.hair_style, pose, inside=cloth.hides_hair)
    if cloth.beard and race in BEARDED:
        _beard(rig, head, size)


def _eyes(rig: Rig, head: Frame, size: float, race: str, pose: Pose) -> None:
    k = size / 9.2
    for side in (1, -1):
        point, normal = head.at(side * 3.7 * k, -0.4, 8.7 * k), head.turn(side * 0.36, 0, 0.93)
        if pose.blink > 0.5 and race not in ("skeleton", "robot"):
            rig.stamp(Part.EYE, point, normal, 3, 1, shift=(0, 1))
        elif race == "skeleton":
            rig.stamp(Part.DETAIL, point, normal, 4, 5)
            rig.stamp(Part.LIT_EYE, point, normal, 1, 2, depth=9)
        elif race == "robot":
            rig.stamp(
                Part.DETAIL, head.at(side * 3.7 * k, 0.3, size * 0.87), head.z, 4, 4, facing=0.15
            )
            rig.stamp(
                Part.LIT_EYE, head.at(side * 3.7 * k, 0.3, size * 0.87), head.z, 2, 2, facing=0.15
            )
        elif race == "zombie":
            rig.stamp(Part.LIT_EYE, point, normal, 3, 4)
            rig.stamp(Part.EYE, point, normal, 1, 2, shift=(0, 0))
        elif race in ("orc", "goblin", "lizardfolk"):
            rig.stamp(Part.LIT_EYE, point, normal, 3, 3)
            rig.stamp(Part.EYE, point, normal, 1, 3)
        else:
            rig.stamp(Part.SPOT, point, normal, 3, 4)
            rig.stamp(Part.EYE, point, normal, 2, 4)
            rig.stamp(Part.SPOT, point, normal, 1, 1, shift=(0, -1), tone=2)


def _plain(rig: Rig, head: Frame, size: float, labels: CharacterLabels) -> None:
    rig.stamp(Part.MOUTH, head.at(0, -size * 0.55, size * 0.8), head.z, 2, 1, facing=0.5)
    if labels.race == "elf":
        _ears(rig, head, size, 7.5, 0.45)


def _ears(rig: Rig, head: Frame, size: float, length: float, lift: float) -> None:
    for side in (1, -1):
        tip = head.at(side * (size * 0.85 + length), length * lift, -length * 0.3)
        rig.limb(Part.SKIN, head.at(side * size * 0.85, -0.5, 0), tip, 2.9, 0.5)


def _orc(rig: Rig, head: Frame, size: float, labels: CharacterLabels) -> None:
    rig.ball(
        Part.SKIN, head.moved(0, -size * 0.5, size * 0.28), size * 0.86, size * 0.46, size * 0.78
    )
    for side in (1, -1):
        root = head.at(side * size * 0.42, -size * 0.52, size * 0.92)
        rig.limb(Part.WHITE, root, head.at(side * size * 0.5, -size * 0.1, size * 1.04), 1.3, 0.5)
    _ears(rig, head, size, 4.0, 0.3)


def _goblin(rig: Rig, head: Frame, size: float, labels: CharacterLabels) -> None:
    rig.limb(Part.SKIN, head.at(0, -0.5, size * 0.9), head.at(0, -2.5, size * 1.5), 2.2, 1.2)
    _ears(rig, head, size, 10.5, 0.25)


def _skeleton(rig: Rig, head: Frame, size: float, labels: CharacterLabels) -> None:
    rig.box(
        Part.SKIN, head.moved(0, -size * 0.72, size * 0.25), size * 0.55, size * 0.3, size * 0.55
    )
    for x in (-3, -1, 1, 3):
        rig.stamp(Part.DETAIL, head.at(x, -size * 0.74, size * 0.8), head.z, 1, 2, facing=0.3)


def _zombie(rig: Rig, head: Frame, size: float, labels: CharacterLabels) -> None:
    rig.stamp(Part.MOUTH, head.at(0, -size * 0.55, size * 0.8), head.z, 5, 2, facing=0.4, tone=0)
    rig.stamp(
        Part.MOUTH, head.at(size * 0.6, size * 0.3, size * 0.7), head.turn(0.6, 0.2, 0.7), 2, 3
    )


def _robot(rig: Rig, head: Frame, size: float, labels: CharacterLabels) -> None:
    rig.stamp(Part.DETAIL, head.at(0, -size * 0.5, size * 0.87), head.z, 6, 1, facing=0.4)
    _antenna(rig, head, size)


def _antenna(rig: Rig, head: Frame, size: float) -> None:
    rig.limb(Part.METAL, head.at(0, size * 0.8, 0), head.at(0, size * 1.35, 0), 0.9, 0.9)
    rig.ball(Part.GLASS, head.moved(0, size * 1.45, 0), 2.0, 2.0, 2.0)


def _lizard(rig: Rig, head: Frame, size: float, labels: CharacterLabels) -> None:
    rig.limb(
        Part.SKIN,
        head.at(0, -size * 0.3, size * 0.6),
        head.at(0, -size * 0.42, size * 1.35),
        5.0,
        3.4,
    )
    for side in (1, -1):
        rig.stamp(
            Part.DETAIL, head.at(side * 1.8, -size * 0.25, size * 1.6),
            head.turn(side * 0.3, 0.2, 1), 1, 1,
        )  # fmt: skip
    if labels.role not in ("wizard", "priest", "king", "peasant", "knight"):
        for z in (0.5, 0.0, -0.5):
            rig.cone(Part.SKIN, head.moved(0, size * 0.82, size * z), 5, 2.4, 0.3)


_RACE = {
    "orc": _orc, "goblin": _goblin, "skeleton": _skeleton, "zombie": _zombie, "robot": _robot,
    "lizardfolk": _lizard,
}  # fmt: skip


_SPIKES = (
    (0.95, 0.1, 0.1), (-0.95, 0.1, 0.1), (0.85, -0.35, -0.4), (-0.85, -0.35, -0.4),
    (0.6, 0.1, -0.8), (-0.6, 0.1, -0.8), (0.0, -0.3, -1.0),
)  # fmt: skip
"""Where spikes of hair stick out, below any hat: at the sides and the back."""


def _hair(rig: Rig, head: Frame, size: float, style: str, pose: Pose, *, inside: bool) -> None:
    loose = head.rotated(pitch=pose.sway * 0.5)
    if not inside:
        rig.ball(
            Part.HAIR, head.moved(0, 0.6, -0.4), size * 1.1, size * 1.06, size * 1.1,
            clip=(0, -0.62, 0.78, 0.2),
        )  # fmt: skip
        if style == "spiky":
            for x, y, z in _SPIKES:
                root = head.at(x * size * 0.8, y * size * 0.8, z * size * 0.8)
                tip = head.at(x * size * 1.55, y * size * 1.4 - 1, z * size * 1.5)
                rig.limb(Part.HAIR, root, tip, 3.4, 0.4)
    if style == "long":
        for x in (0.72, 0, -0.72):
            rig.limb(
                Part.HAIR,
                head.at(x * size, 0, -size * 0.55),
                loose.at(x * size * 1.05, -size * 1.55, -size * 0.7),
                size * 0.42,
                size * 0.34,
            )
    if style == "ponytail":
        rig.limb(
            Part.HAIR,
            head.at(0, size * 0.3, -size * 0.9),
            loose.at(0, size * 0.1, -size * 1.55),
            3.0,
            3.2,
        )
        rig.limb(
            Part.HAIR,
            loose.at(0, size * 0.1, -size * 1.55),
            loose.at(0, -size * 1.2, -size * 1.7),
            3.2,
            1.0,
        )


def _beard(rig: Rig, head: Frame, size: float) -> None:
    rig.ball(
        Part.HAIR, head.moved(0, -0.2, 0.4), size * 1.0, size * 1.0, size * 1.0,
        clip=(0, 1, 0.1, -0.38),
    )  # fmt: skip
    rig.limb(
        Part.HAIR,
        head.at(0, -size * 0.7, size * 0.6),
        head.at(0, -size * 1.35, size * 0.75),
        4.2,
        1.2,
    )
