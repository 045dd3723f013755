"""Characters: build, race, class, colours, weapon, action and direction as part buffers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from toolkit.conditioning.phrases import LOOPING_ACTIONS
from toolkit.data.procedural.cloth import CLOTHES, Cloth
from toolkit.data.procedural.costumes import add_costume
from toolkit.data.procedural.faces import add_face
from toolkit.data.procedural.labels import CharacterLabels
from toolkit.data.procedural.palettes import (
    HAIR,
    HUMAN_SKINS,
    SKINS,
    Part,
    color_table,
    glowing,
    rgb,
)  # fmt: skip
from toolkit.data.procedural.poses import Pose, pose_at
from toolkit.data.procedural.rig import Frame, Rig, Vec, add, blend
from toolkit.data.procedural.scene import Buffers, Scene, phases
from toolkit.data.procedural.skeleton import Limb, Proportions, Skeleton, posed, proportions
from toolkit.data.procedural.views import is_mirrored, toppled, view_matrix
from toolkit.data.procedural.weapons import REACH, add_shield, add_trail, add_weapon

HAT_HEIGHT = {"wizard": 13.5, "priest": 10.0, "king": 5.5, "barbarian": 5.0, "archer": 5.0}
HEAD_DEPTH = 2.5
"""Pixels the camera's tilt adds, showing the back of the head above its top."""
TALLEST, ROOF, LEAST_JUMP = 52.5, 57.5, 6.0
"""Pixels: the tallest figure at rest, the highest point of a jump, and the lowest jump."""


def character_buffers(labels: CharacterLabels, num_frames: int) -> Buffers:
    """Part and tone of a character clip, uint8 ``[F, 64, 64]`` each."""
    body = proportions(labels)
    top = (body.height + HAT_HEIGHT.get(labels.role, 2.5)) * 0.94 + HEAD_DEPTH
    scale = min(TALLEST / top, 1.03)
    room = max(ROOF - top * scale, LEAST_JUMP)
    scene = Scene()
    for phase in phases(num_frames, loop=labels.action in LOOPING_ACTIONS):
        pose = pose_at(labels.action, phase, weapon=labels.weapon, room=room)
        add_figure(scene.rig, labels, body, pose, phase, room)
        scene.end_frame(_camera(labels, pose, scale, body), flash=pose.flash > 0.5)
    return scene.render()


def _camera(
    labels: CharacterLabels, pose: Pose, scale: float, body: Proportions
) -> NDArray[np.float64]:
    view = view_matrix(labels.direction, scale=scale, ahead=pose.ahead, lift=pose.lift)
    if pose.fall:
        side = -1 if is_mirrored(labels.direction) else 1
        middle = (body.leg + body.torso * 0.55) * 0.94 * scale
        view = toppled(view, pose.fall, middle=middle, thickness=9.0 * scale, side=side)
    return view


def add_figure(
    rig: Rig, labels: CharacterLabels, body: Proportions, pose: Pose, phase: float, room: float
) -> None:
    """One frame's shapes: body, face, costume, weapon and magic."""
    if labels.race == "zombie" and labels.action in LOOPING_ACTIONS:
        pose = _shambling(pose)
    bones = posed(body, pose)
    cloth = CLOTHES[labels.role]
    _add_body(rig, bones, cloth, labels)
    add_face(rig, bones, labels, pose, cloth)
    add_costume(rig, labels.role, labels.race, bones, pose)
    if labels.shield_color != "none":
        add_shield(rig, bones)
    add_weapon(rig, labels.weapon, bones, pose, phase)
    if pose.trail > 0.05 and labels.weapon != "bow":
        add_trail(rig, _tips(labels, body, phase, room), pose.trail)
    if pose.orb > 0.3:
        _add_magic(rig, bones, pose, phase)


def _shambling(pose: Pose) -> Pose:
    """The pose with both arms stretched ahead, as zombies walk."""
    return replace(
        pose, right_arm=76 + 0.15 * pose.right_arm, left_arm=84 + 0.15 * pose.left_arm,
        right_elbow=4, left_elbow=4, right_out=4, left_out=4, nod=pose.nod + 8,
    )  # fmt: skip


def _tips(labels: CharacterLabels, body: Proportions, phase: float, room: float) -> list[Vec]:
    """Where the weapon's tip was over the last moments, latest first."""
    tips: list[Vec] = []
    for step in range(7):
        pose = pose_at(labels.action, max(phase - 0.028 * step, 0), weapon=labels.weapon, room=room)
        bones = posed(body, pose)
        tip = add(bones.right_arm.end, bones.weapon, REACH[labels.weapon] * 0.86)
        tips.append(add(tip, (0.0, 0.0, 1.0), pose.ahead))
    now = pose_at(labels.action, phase, weapon=labels.weapon, room=room).ahead
    return [add(tip, (0.0, 0.0, 1.0), -now) for tip in tips]


def _add_body(rig: Rig, bones: Skeleton, cloth: Cloth, labels: CharacterLabels) -> None:
    body, torso = bones.body, bones.torso
    girth, height = body.girth, body.torso
    chest = torso.moved(0, height * 0.52, 0)
    rig.ball(cloth.chest, chest, girth + 0.4, height * 0.56, girth * 0.78)
    rig.ball(
        cloth.chest,
        torso.moved(0, height * 0.72, 0),
        body.shoulder * 0.98,
        height * 0.3,
        girth * 0.7,
    )
    rig.ball(cloth.hips, bones.pelvis.moved(0, 0.4, 0), girth + 0.2, 3.8, girth * 0.78)
    if labels.race == "skeleton":
        for y in (0.42, 0.6):
            rig.stamp(Part.DETAIL, torso.at(0, height * y, girth * 0.8), torso.z, 6, 1, facing=0.5)
    for leg in (bones.right_leg, bones.left_leg):
        _add_leg(rig, leg, cloth, body)
    for arm in (bones.right_arm, bones.left_arm):
        _add_arm(rig, arm, cloth, body)
    if labels.race == "lizardfolk":
        _add_tail(rig, bones)


def _add_leg(rig: Rig, leg: Limb, cloth: Cloth, body: Proportions) -> None:
    thick = body.limb * 1.2
    rig.limb(cloth.leg, leg.root, leg.joint, thick * 1.08, thick * 0.95)
    rig.limb(cloth.leg, leg.joint, leg.end, thick * 0.95, thick * 0.85)
    shin = add(leg.end, leg.joint, -1.0)
    length = math.hypot(shin[1], shin[2]) or 1.0
    toe = (0.0, shin[2] / length, -shin[1] / length)
    rig.limb(cloth.boot, blend(leg.joint, leg.end, 0.55), leg.end, thick * 1.0, thick * 0.95)
    rig.limb(cloth.boot, add(leg.end, toe, -0.6), add(leg.end, toe, 3.2), thick * 0.92, thick * 0.8)


def _add_arm(rig: Rig, arm: Limb, cloth: Cloth, body: Proportions) -> None:
    thick = body.limb
    rig.limb(cloth.upper_arm, arm.root, arm.joint, thick * 1.12, thick)
    rig.limb(
        cloth.forearm,
        arm.joint,
        blend(arm.joint, arm.end, 0.82),
        thick,
        thick * 0.95 + cloth.sleeve,
    )
    rig.ball(cloth.hand, Frame(arm.end), thick * 1.12, thick * 1.12, thick * 1.12)


def _add_tail(rig: Rig, bones: Skeleton) -> None:
    pelvis, girth = bones.pelvis, bones.body.girth
    a, b = pelvis.at(0, 0, -girth * 0.6), pelvis.at(1.5, -6, -girth - 4)
    rig.limb(Part.SKIN, a, b, 3.4, 2.6)
    rig.limb(Part.SKIN, b, pelvis.at(4, -6, -girth - 10), 2.6, 0.8)


def _add_magic(rig: Rig, bones: Skeleton, pose: Pose, phase: float) -> None:
    """A ball of light above the hands with sparks that circle it."""
    middle = blend(bones.right_arm.end, bones.left_arm.end, 0.5)
    center = add(middle, (0.0, 0.92, 0.38), pose.orb + 2)
    rig.ball(Part.GLOW_ACCENT, Frame(center), pose.orb, pose.orb, pose.orb)
    rig.ball(Part.GLOW, Frame(add(center, (0, 0.3, 0), pose.orb)), *(pose.orb * 0.4,) * 3, tone=2)
    for k in range(4):
        angle = 2 * math.pi * (k / 4 + 1.5 * phase)
        spark = (
            math.cos(angle) * (pose.orb + 4),
            math.sin(2 * angle) * 2,
            math.sin(angle) * (pose.orb + 4),
        )
        rig.ball(Part.GLOW_ACCENT, Frame(add(center, spark)), 1.1, 1.1, 1.1, tone=2)


def character_colors(labels: CharacterLabels, skin: int) -> NDArray[np.uint8]:
    """The colour table of a character; ``skin`` picks one of three for humans and elves."""
    race = labels.race
    base = {"skeleton": "bone", "robot": "iron"}.get(race, SKINS.get(race, HUMAN_SKINS[skin]))
    hair = labels.hair_color or "brown"
    main = rgb(labels.color)
    feather = "red" if labels.color != "red" else "yellow"
    parts = {
        Part.MAIN: main, Part.MAIN_TWO: main, Part.SKIN: rgb(base),
        Part.HAIR: rgb(HAIR.get(hair, hair)),
        Part.BOTTOM: rgb(labels.bottom_color), Part.BOOT: rgb("leather"), Part.METAL: rgb("iron"),
        Part.GOLD: rgb("gold"), Part.WOOD: rgb("wood"), Part.LEATHER: rgb("leather"),
        Part.SHIELD: rgb(labels.shield_color if labels.shield_color != "none" else "gray"),
        Part.WHITE: rgb("white"), Part.DARK: rgb("black"), Part.ACCENT: rgb(feather),
        Part.STRAW: rgb("straw"), Part.FUR: rgb("fur"), Part.GLASS: glowing("cyan"),
        Part.TRIM: rgb("gold" if labels.color not in ("yellow", "orange") else "white"),
        Part.EYE: rgb("ink"), Part.SPARK: rgb("red" if labels.role == "king" else "gold"),
        Part.MOUTH: rgb(base)[[3, 0, 0, 3, 3]], Part.LIT_EYE: rgb("glow"), Part.DETAIL: rgb("ink"),
        Part.GLOW: rgb("glow"), Part.GLOW_MAIN: glowing(labels.color), Part.TRAIL: rgb("glow"),
        Part.GLOW_ACCENT: glowing("cyan"), Part.SPOT: rgb("white"),
    }  # fmt: skip
    return color_table({int(part): ramp for part, ramp in parts.items()})
