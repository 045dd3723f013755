"""Cloth that classes share: which part dyes each limb; skirts, robes, belts and capes."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.data.procedural.palettes import Part
from toolkit.data.procedural.poses import Pose
from toolkit.data.procedural.rig import Rig
from toolkit.data.procedural.skeleton import Skeleton


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloth:
    """Which part each piece of the body is drawn as."""

    chest: int = Part.MAIN
    upper_arm: int = Part.MAIN
    forearm: int = Part.SKIN
    hand: int = Part.SKIN
    leg: int = Part.BOTTOM
    boot: int = Part.BOOT
    hips: int = Part.BOTTOM
    sleeve: float = 0.0
    """Extra width of the sleeve's end."""
    beard: bool = False
    hides_hair: bool = False


CLOTHES = {
    "knight": Cloth(forearm=Part.METAL, hand=Part.METAL, boot=Part.METAL, hides_hair=True),
    "wizard": Cloth(forearm=Part.MAIN, hips=Part.MAIN, sleeve=1.4, beard=True),
    "archer": Cloth(forearm=Part.LEATHER, boot=Part.LEATHER),
    "thief": Cloth(forearm=Part.DARK, upper_arm=Part.DARK, hides_hair=True),
    "peasant": Cloth(leg=Part.BOTTOM, boot=Part.LEATHER),
    "king": Cloth(forearm=Part.MAIN, hips=Part.MAIN, sleeve=0.9, beard=True),
    "priest": Cloth(forearm=Part.MAIN, hips=Part.MAIN, sleeve=1.0),
    "barbarian": Cloth(
        chest=Part.SKIN, upper_arm=Part.SKIN, hips=Part.MAIN, leg=Part.SKIN, boot=Part.FUR
    ),
}


def add_skirt(
    rig: Rig, bones: Skeleton, pose: Pose, length: float, spread: float, part: int = Part.MAIN
) -> None:
    """Cloth from the waist down, swinging a little behind the body."""
    girth = bones.body.girth
    stride = abs(pose.right_leg - pose.left_leg) / 60
    hem = bones.pelvis.rotated(pitch=pose.sway * 0.35).moved(0, -length, 0)
    rig.cone(
        part,
        hem,
        length + 3,
        girth + spread + 1.2 * stride,
        girth * 0.92,
        flat=0.8 + 0.2 * min(stride, 1),
    )


def add_robe(rig: Rig, bones: Skeleton, pose: Pose, trim: int) -> None:
    """A long skirt down to the feet with a hem of another cloth."""
    length = bones.pelvis.origin[1] - 2.4 if pose.fall < 5 else bones.body.leg
    length = min(length, bones.body.leg + 0.5)
    add_skirt(rig, bones, pose, length, 3.0)
    hem = bones.pelvis.rotated(pitch=pose.sway * 0.35).moved(0, -length - 0.2, 0)
    stride = abs(pose.right_leg - pose.left_leg) / 60
    rig.cone(
        trim, hem, 1.8, bones.body.girth + 3.4 + 1.2 * stride, bones.body.girth + 3.1,
        flat=0.8 + 0.2 * min(stride, 1),
    )  # fmt: skip


def add_belt(rig: Rig, bones: Skeleton, part: int = Part.LEATHER) -> None:
    """A belt with a golden buckle."""
    girth = bones.body.girth
    rig.cone(part, bones.torso.moved(0, 0.6, 0), 2.4, girth + 0.5, girth + 0.4, flat=0.8)
    rig.stamp(Part.GOLD, bones.torso.at(0, 1.8, girth * 0.8), bones.torso.z, 2, 2, tone=2)


def add_cape(rig: Rig, bones: Skeleton, pose: Pose, length: float, part: int = Part.MAIN) -> None:
    """A cape that hangs from the shoulders and lifts with ``pose.sway``."""
    body = bones.body
    hang = bones.torso.moved(0, body.torso - 1.5, -body.girth * 0.62).rotated(
        pitch=6 + pose.sway * 0.9 - pose.lean * 0.4
    )
    rig.limb(part, hang.at(-body.shoulder * 0.7, 0, 0), hang.at(body.shoulder * 0.7, 0, 0), 2, 2)
    rig.ball(part, hang.moved(0, -length * 0.5, -0.6), body.shoulder + 1.2, length * 0.56, 1.7)
    rig.ball(part, hang.moved(0, -length * 0.8, -0.8), body.shoulder + 2.0, length * 0.28, 2.0)
