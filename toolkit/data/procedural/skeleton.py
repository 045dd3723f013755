"""Where a figure's joints are: proportions by build and race, and forward kinematics of a pose."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from toolkit.data.procedural.labels import CharacterLabels
from toolkit.data.procedural.poses import Pose
from toolkit.data.procedural.rig import Frame, Vec, add


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportions:
    """Sizes in pixels before the camera's scale; chibi: the head is about a third."""

    leg: float = 13.0
    torso: float = 13.0
    shoulder: float = 7.2
    girth: float = 6.4
    """Half width of the torso; its depth is three quarters of that."""
    head: float = 9.2
    """Half width of the head."""
    limb: float = 2.5
    """Radius of arms; legs are a fifth thicker."""
    arm: float = 11.5

    @property
    def height(self) -> float:
        """Top of the bare head."""
        return self.leg + self.torso + 1.9 * self.head


BUILDS = {
    "average": Proportions(),
    "small": Proportions(leg=7.5, torso=10.5, shoulder=6.4, girth=5.8, head=9.4, arm=9),
    "tall": Proportions(leg=18.5, torso=16, shoulder=7.4, girth=6.2, head=8.4, arm=15),
    "stocky": Proportions(leg=9.5, torso=13.5, shoulder=9.6, girth=9.2, head=9.6, limb=3.3),
    "slim": Proportions(leg=15, torso=13.5, shoulder=5.6, girth=4.5, head=8.6, limb=1.9, arm=12),
}


def proportions(labels: CharacterLabels) -> Proportions:
    """The figure's sizes: build first, then what the race changes."""
    body = BUILDS[labels.build]
    if labels.race == "goblin":
        return replace(body, leg=body.leg * 0.72, torso=body.torso * 0.82, head=body.head * 1.04)
    if labels.race == "orc":
        return replace(
            body, girth=body.girth + 1.3, shoulder=body.shoulder + 1.6, limb=body.limb + 0.6
        )
    if labels.race == "skeleton":
        return replace(body, girth=body.girth * 0.84, limb=max(body.limb * 0.7, 1.5))
    if labels.race == "elf":
        return replace(body, leg=body.leg + 1.5, girth=body.girth * 0.92)
    return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Limb:
    """Three joints: hip, knee, ankle or shoulder, elbow, hand."""

    root: Vec
    joint: Vec
    end: Vec


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """A posed figure in the body frame, its lowest foot on the ground."""

    body: Proportions
    pelvis: Frame
    torso: Frame
    """Origin at the waist, y along the spine."""
    head: Frame
    """Origin in the middle of the head, z to the nose."""
    right_arm: Limb
    left_arm: Limb
    right_leg: Limb
    left_leg: Limb
    weapon: Vec
    """Unit direction the weapon points in."""

    @property
    def neck(self) -> Frame:
        """The torso's frame at the neck."""
        return self.torso.moved(0, self.body.torso - 1, 0)


def posed(body: Proportions, pose: Pose) -> Skeleton:
    """The joints of a pose."""
    left, right = _leg_offsets(body, pose)
    hip = max(-left[1][1], -right[1][1], body.leg * 0.35) + 2.2
    pelvis = Frame((0.0, hip, 0.0)).rotated(yaw=pose.twist * 0.35)
    spine = replace(body, torso=body.torso - 0.5 * pose.sink)
    torso = pelvis.rotated(yaw=pose.twist * 0.65, pitch=pose.lean)
    neck = torso.moved(0, spine.torso, 0)
    head = neck.rotated(yaw=-pose.twist * 0.8, pitch=pose.nod - 0.45 * pose.lean)
    head = head.moved(0, body.head * 0.82, 0.6)
    facing = Frame().rotated(yaw=pose.twist * 0.5)
    return Skeleton(
        body=spine,
        pelvis=pelvis,
        torso=torso,
        head=head,
        right_arm=_arm(spine, torso, -1, (pose.right_arm, pose.right_out, pose.right_elbow)),
        left_arm=_arm(spine, torso, 1, (pose.left_arm, pose.left_out, pose.left_elbow)),
        right_leg=_placed(pelvis, -1, body, right),
        left_leg=_placed(pelvis, 1, body, left),
        weapon=_direction(facing, -1, pose.weapon, pose.weapon_out),
    )


def _direction(frame: Frame, side: float, pitch: float, out: float) -> Vec:
    p, o = math.radians(pitch), math.radians(out)
    return frame.turn(side * math.sin(o), -math.cos(p) * math.cos(o), math.sin(p) * math.cos(o))


def _leg_offsets(body: Proportions, pose: Pose) -> tuple[tuple[Vec, Vec], tuple[Vec, Vec]]:
    """Knee and ankle of the left and right leg, measured from the hip."""

    def leg(swing: float, knee: float) -> tuple[Vec, Vec]:
        bend = swing - knee
        half = body.leg / 2
        joint = (0.0, -half * math.cos(math.radians(swing)), half * math.sin(math.radians(swing)))
        reach = (0.0, -half * math.cos(math.radians(bend)), half * math.sin(math.radians(bend)))
        return joint, add(joint, reach)

    return leg(pose.left_leg, pose.left_knee), leg(pose.right_leg, pose.right_knee)


def _placed(pelvis: Frame, side: float, body: Proportions, leg: tuple[Vec, Vec]) -> Limb:
    hip = pelvis.at(side * body.girth * 0.52, 0, 0)
    spread = side * 0.6
    knee, ankle = leg
    return Limb(
        root=hip,
        joint=add(hip, pelvis.turn(spread * 0.5, knee[1], knee[2])),
        end=add(hip, pelvis.turn(spread, ankle[1], ankle[2])),
    )


def _arm(body: Proportions, torso: Frame, side: float, angles: tuple[float, float, float]) -> Limb:
    pitch, out, elbow = angles
    shoulder = torso.at(side * body.shoulder, body.torso - 2.6, 0)
    joint = add(shoulder, _direction(torso, side, pitch, out), body.arm * 0.5)
    hand = add(joint, _direction(torso, side, pitch + elbow, out * 0.4), body.arm * 0.5)
    return Limb(root=shoulder, joint=joint, end=hand)
