"""What each class wears: head gear, cloth and kit that tell it by silhouette alone."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.data.procedural.cloth import add_belt, add_cape, add_robe, add_skirt
from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.poses import Pose
from toolkit.data.procedural.rig import Frame, Rig
from toolkit.data.procedural.skeleton import Skeleton


def add_costume(rig: Rig, role: str, race: str, bones: Skeleton, pose: Pose) -> None:
    """Head gear and clothes of a class; a knight who is not human shows the face."""
    if role == "knight":
        (_closed_helmet if race == "human" else _open_helmet)(rig, bones)
        _plume(rig, bones, pose)
    _WORN[role](rig, bones, pose)


def _closed_helmet(rig: Rig, bones: Skeleton) -> None:
    head, size = bones.head, bones.body.head
    rig.ball(Part.METAL, head.moved(0, 0.6, 0), size * 1.08, size * 1.06, size * 1.08)
    jaw = head.moved(0, -size * 0.86, 0)
    rig.cone(Part.METAL, jaw, size * 0.8, size * 0.98, size * 1.06)
    for x, z in ((-6.2, 6.4), (-3.4, 8.6), (0, 9.4), (3.4, 8.6), (6.2, 6.4)):
        k = size / 9.2
        point, normal = head.at(x * k, -0.6, z * k * 1.08), head.turn(x, 0, z * 0.8)
        rig.stamp(Part.DETAIL, point, normal, 3, 2, facing=1.5)
    nose = (head.at(0, -2, size * 1.05), head.at(0, -size * 0.8, size * 0.95))
    rig.limb(Part.METAL, *nose, 0.9, 0.9)


def _open_helmet(rig: Rig, bones: Skeleton) -> None:
    head, size = bones.head, bones.body.head
    rig.ball(
        Part.METAL, head.moved(0, 0.8, -0.5), size * 1.16, size * 1.13, size * 1.16,
        clip=(0, -0.35, 0.94, 0.3),
    )  # fmt: skip
    rig.cone(Part.TRIM, head.moved(0, size * 0.36, 0), 2.2, size * 1.17, size * 1.13)


def _plume(rig: Rig, bones: Skeleton, pose: Pose) -> None:
    head, size = bones.head, bones.body.head
    top, back = head.at(0, size * 1.2, -1), head.at(0, size * 1.05, -size * 0.95)
    tail = head.rotated(pitch=pose.sway * 0.5).at(0, size * 0.25, -size * 1.65)
    rig.limb(Part.MAIN, head.at(0, size * 1.1, size * 0.4), top, 1.8, 2.6)
    rig.limb(Part.MAIN, top, back, 2.8, 3.2)
    rig.limb(Part.MAIN, back, tail, 3.2, 1.6)


def _knight(rig: Rig, bones: Skeleton, pose: Pose) -> None:
    torso = bones.torso
    for arm in (bones.right_arm, bones.left_arm):
        rig.ball(Part.METAL, Frame(arm.root, torso.x, torso.y, torso.z), 3.9, 3.5, 3.7)
    add_skirt(rig, bones, pose, bones.body.leg * 0.5, 1.8)
    add_belt(rig, bones, Part.METAL)


def _wizard(rig: Rig, bones: Skeleton, pose: Pose) -> None:
    head, size = bones.head, bones.body.head
    hat = head.moved(0, size * 0.42, -0.4).rotated(pitch=-6)
    rig.cone(Part.MAIN, hat, 1.6, size * 1.62, size * 1.45)
    rig.cone(Part.TRIM, hat.moved(0, 1.4, 0), 2.4, size * 1.06, size * 0.98)
    rig.cone(Part.MAIN, hat.moved(0, 2.6, 0), 8, size * 0.98, size * 0.52)
    tip = hat.moved(0, 10, 0).rotated(pitch=-26 - pose.sway * 0.4)
    rig.cone(Part.MAIN, tip.moved(0, -0.8, 0.2), 8.5, size * 0.52, 0.5)
    add_robe(rig, bones, pose, Part.TRIM)
    add_belt(rig, bones)


def _archer(rig: Rig, bones: Skeleton, pose: Pose) -> None:
    head, size = bones.head, bones.body.head
    rig.ball(
        Part.MAIN, head.moved(0, size * 0.12, 0), size * 1.12, size * 1.12, size * 1.12,
        clip=(0, -1, 0.12, -0.12),
    )  # fmt: skip
    rig.limb(
        Part.MAIN, head.at(0, size * 0.45, size * 0.5), head.at(0, size * 0.3, size * 1.5), 5.4, 1.0
    )
    rig.limb(
        Part.MAIN, head.at(0, size * 0.6, -size * 0.5), head.at(0, size * 0.75, -size * 1.25), 5, 2
    )
    root = head.at(size * -0.95, size * 0.5, 0)
    rig.limb(Part.ACCENT, root, head.at(size * -1.05, size * 1.25, -size * 0.75), 1.3, 2.0)
    rig.limb(
        Part.ACCENT,
        head.at(size * -1.05, size * 1.25, -size * 0.75),
        head.at(-size, size * 1.75, -size * 1.35),
        2.0,
        0.6,
    )
    girth, torso = bones.body.girth, bones.torso
    rig.limb(
        Part.LEATHER,
        torso.at(girth * 0.5, 1, -girth),
        torso.at(-girth * 0.7, bones.body.torso + 1, -girth),
        2.6,
        3.0,
    )
    for x in (-0.2, 0.3):
        rig.limb(
            Part.WHITE,
            torso.at(-girth * (0.6 + x), bones.body.torso + 1, -girth - x),
            torso.at(-girth * (0.9 + x), bones.body.torso + 6, -girth - x),
            0.8,
            1.2,
        )
    add_skirt(rig, bones, pose, bones.body.leg * 0.38, 1.6)
    add_belt(rig, bones)


def _thief(rig: Rig, bones: Skeleton, pose: Pose) -> None:
    head, size = bones.head, bones.body.head
    rig.ball(
        Part.MAIN, head.moved(0, 0.7, -0.6), size * 1.17, size * 1.15, size * 1.2,
        clip=(0, -0.1, 1, 0.52),
    )  # fmt: skip
    rig.limb(
        Part.MAIN, head.at(0, size * 0.7, -size * 0.5), head.at(0, size * 0.75, -size * 1.5), 5, 0.8
    )
    rig.ball(Part.DARK, head, size * 1.05, size * 1.03, size * 1.07, clip=(0, 1, 0, -0.12))
    neck = bones.neck
    rig.ball(
        Part.MAIN, neck.moved(0, 0.2, 0), bones.body.girth * 1.05, 2.6, bones.body.girth * 0.95
    )
    add_cape(rig, bones, pose, bones.body.torso + bones.body.leg * 0.35)
    add_belt(rig, bones)


def _peasant(rig: Rig, bones: Skeleton, pose: Pose) -> None:
    head, size = bones.head, bones.body.head
    hat = head.moved(0, size * 0.5, 0).rotated(pitch=-5)
    rig.cone(Part.STRAW, hat, 1.4, size * 1.75, size * 1.5)
    rig.ball(
        Part.STRAW, hat.moved(0, 1.2, 0), size * 0.98, size * 0.62, size * 0.98, clip=(0, -1, 0, 0)
    )
    rig.cone(Part.MAIN, hat.moved(0, 1.2, 0), 1.8, size * 1.02, size * 0.98)
    girth, torso = bones.body.girth, bones.torso
    bib = torso.moved(0, bones.body.torso * 0.36, girth * 0.66)
    rig.box(Part.BOTTOM, bib, girth * 0.62, bones.body.torso * 0.3, 1.2)
    for side in (1, -1):
        rig.limb(
            Part.BOTTOM, torso.at(side * girth * 0.5, bones.body.torso * 0.6, girth * 0.72),
            torso.at(side * girth * 0.6, bones.body.torso - 1, 0), 0.9, 0.9,
        )  # fmt: skip


def _king(rig: Rig, bones: Skeleton, pose: Pose) -> None:
    head, size = bones.head, bones.body.head
    base = head.moved(0, size * 0.52, 0).rotated(pitch=-4)
    rig.cone(Part.GOLD, base, 4.2, size * 0.96, size * 1.08)
    for x, z in ((0, 1), (0.86, 0.5), (0.86, -0.5), (0, -1), (-0.86, -0.5), (-0.86, 0.5)):
        spike = base.moved(x * size * 0.95, 3.6, z * size * 0.95)
        rig.cone(Part.GOLD, spike, 5.4, 2.3, 0.3)
        rig.stamp(
            Part.SPARK,
            base.at(x * size * 1.04, 2.2, z * size * 1.04),
            base.turn(x, 0, z),
            2,
            2,
            facing=0.5,
        )
    add_cape(rig, bones, pose, bones.body.torso + bones.body.leg * 0.8)
    add_robe(rig, bones, pose, Part.FUR)
    girth = bones.body.girth
    rig.ball(Part.FUR, bones.neck.moved(0, -0.6, 0), bones.body.shoulder + 1.4, 2.8, girth * 0.95)
    rig.limb(
        Part.FUR,
        bones.torso.at(0, 1, girth * 0.66),
        bones.pelvis.at(0, -bones.body.leg + 3, girth + 0.8),
        1.4,
        1.8,
    )
    add_belt(rig, bones, Part.GOLD)


def _priest(rig: Rig, bones: Skeleton, pose: Pose) -> None:
    head, size = bones.head, bones.body.head
    mitre = head.moved(0, size * 0.42, 0).rotated(pitch=-5)
    rig.cone(Part.GOLD, mitre, 2.6, size * 1.02, size * 1.04)
    rig.cone(Part.WHITE, mitre.moved(0, 2.4, 0), 4.6, size * 1.0, size * 1.06, flat=0.62)
    rig.cone(Part.WHITE, mitre.moved(0, 7, 0), 9, size * 1.06, 0.4, flat=0.5)
    for z in (1, -1):
        point = mitre.at(0, 7, z * size * 0.58)
        rig.stamp(Part.SPARK, point, mitre.turn(0, 0, z), 2, 7, facing=0.3, depth=4)
        rig.stamp(Part.SPARK, point, mitre.turn(0, 0, z), 6, 2, facing=0.3, depth=4, shift=(0, -1))
    add_robe(rig, bones, pose, Part.GOLD)
    girth, body = bones.body.girth, bones.body
    for side in (1, -1):
        rig.limb(
            Part.WHITE, bones.torso.at(side * girth * 0.55, body.torso - 1.5, girth * 0.35),
            bones.torso.at(side * girth * 0.42, 1, girth * 0.72), 1.3, 1.5,
        )  # fmt: skip
        rig.limb(
            Part.WHITE, bones.torso.at(side * girth * 0.42, 1, girth * 0.72),
            bones.pelvis.at(side * girth * 0.5, -body.leg * 0.5, girth * 0.86), 1.5, 1.7,
        )  # fmt: skip


def _barbarian(rig: Rig, bones: Skeleton, pose: Pose) -> None:
    head, size = bones.head, bones.body.head
    rig.ball(
        Part.MAIN, head.moved(0, size * 0.2, 0), size * 1.1, size * 1.02, size * 1.1,
        clip=(0, -1, 0, -0.18),
    )  # fmt: skip
    rig.cone(Part.METAL, head.moved(0, size * 0.34, 0), 2.4, size * 1.13, size * 1.1)
    for side in (1, -1):
        a, b = (
            head.at(side * size * 0.95, size * 0.55, 0),
            head.at(side * size * 1.65, size * 0.8, 0),
        )
        c = head.at(side * size * 1.85, size * 1.55, 0.6)
        rig.limb(Part.FUR, a, b, 2.8, 2.3)
        rig.limb(Part.FUR, b, c, 2.3, 0.6)
    girth, body, torso = bones.body.girth, bones.body, bones.torso
    rig.limb(
        Part.LEATHER,
        torso.at(girth * 0.75, 2, girth * 0.5),
        torso.at(-girth * 0.6, body.torso - 2, girth * 0.55),
        1.3,
        1.3,
    )
    for side in (1, -1):
        point = torso.at(side * body.shoulder, body.torso - 2, 0)
        rig.limb(
            Part.FUR, point, torso.at(side * body.shoulder * 0.55, body.torso - 1, 0), 3.6, 3.0
        )
    add_skirt(rig, bones, pose, body.leg * 0.5, 2.2)
    add_belt(rig, bones)


_WORN: dict[str, Callable[[Rig, Skeleton, Pose], None]] = {
    "knight": _knight, "wizard": _wizard, "archer": _archer, "thief": _thief,
    "peasant": _peasant, "king": _king, "priest": _priest, "barbarian": _barbarian,
}  # fmt: skip
