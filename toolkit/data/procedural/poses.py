"""How a figure stands at a moment of each action: joint angles in degrees, offsets in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

from toolkit.data.procedural.keyframes import (
    CAST,
    DIE,
    HURT,
    JUMP,
    PUNCH,
    SHOOT,
    SWING,
    THRUST,
    Key,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Joint angles; pitch 0 hangs down, 90 points ahead; the right hand holds the weapon."""

    lift: float = 0.0
    """Pixels the whole figure is above the ground."""
    sink: float = 0.0
    """Pixels the hips are lowered, knees giving way."""
    ahead: float = 0.0
    """Pixels moved in the facing direction."""
    lean: float = 0.0
    """Pitch of the torso; positive bends ahead."""
    twist: float = 0.0
    """Yaw of the torso; positive brings the right shoulder ahead."""
    nod: float = 0.0
    """Pitch of the head besides the torso's."""
    right_arm: float = 18.0
    right_out: float = 14.0
    right_elbow: float = 38.0
    left_arm: float = 2.0
    left_out: float = 14.0
    left_elbow: float = 18.0
    right_leg: float = 0.0
    right_knee: float = 0.0
    left_leg: float = 0.0
    left_knee: float = 0.0
    weapon: float = 142.0
    """Pitch of the weapon itself: 0 down, 90 ahead, 180 up."""
    weapon_out: float = 24.0
    fall: float = 0.0
    """Degrees the whole figure has toppled."""
    orb: float = 0.0
    """Radius of the ball of magic between the hands."""
    trail: float = 0.0
    """How much of a slash arc follows the weapon, 0 to 1."""
    draw: float = 0.0
    """How far a bow is drawn, 0 to 1."""
    blink: float = 0.0
    """Above 0.5 the eyes are shut."""
    flash: float = 0.0
    """Above 0.5 the whole figure flashes."""
    sway: float = 0.0
    """Where loose cloth and hair hang: pitch behind the body."""


REST = Pose()
LONG_REST = Pose(weapon=177.0, weapon_out=6.0, right_arm=22.0, right_elbow=34.0)
"""Rest for a staff or spear: it stands upright beside the body."""


def pose_at(action: str, phase: float, *, weapon: str, room: float = 12.0) -> Pose:
    """The pose at ``phase``: 0 to 1 over the action, where 1 is 0 again for idle, walk and run.

    ``room`` is how many pixels a jump may rise.
    """
    if action in ("idle", "walk", "run"):
        pose = _cycle(action, 2 * math.pi * phase)
        if weapon in ("staff", "spear") and action != "run":
            return replace(
                pose, weapon=pose.weapon + 36, weapon_out=5, right_arm=pose.right_arm + 14
            )
        return pose
    rest = LONG_REST if weapon in ("staff", "spear") else REST
    pose = _between(_keys(action, weapon), phase, rest)
    return replace(pose, lift=pose.lift * room)


def _cycle(action: str, turn: float) -> Pose:
    sin, cos = math.sin(turn), math.cos(turn)
    if action == "idle":
        breath = 0.5 - 0.5 * cos
        return Pose(
            sink=1.5 * breath, right_arm=18 + 6 * breath, left_arm=4 + 6 * breath,
            right_out=15 + 7 * breath, left_out=15 + 7 * breath, right_elbow=42, left_elbow=26,
            weapon=142 + 6 * breath, nod=3 * breath, blink=float(cos < -0.95), sway=2 * breath,
        )  # fmt: skip
    if action == "walk":
        return Pose(
            lift=1.6 * abs(cos), lean=4, twist=9 * sin, nod=-2,
            right_leg=34 * sin, right_knee=max(0.0, 44 * cos),
            left_leg=-34 * sin, left_knee=max(0.0, -44 * cos),
            right_arm=16 - 22 * sin, left_arm=8 + 34 * sin, right_elbow=40, left_elbow=26,
            weapon=140 - 10 * sin, sway=10 + 4 * sin,
        )  # fmt: skip
    return Pose(
        lift=0.8 + 4.2 * abs(cos), sink=1.5, lean=20, twist=16 * sin, nod=-12,
        right_leg=12 + 56 * sin, right_knee=22 + 68 * max(0.0, cos) + 16 * max(0.0, -sin),
        left_leg=12 - 56 * sin, left_knee=22 + 68 * max(0.0, -cos) + 16 * max(0.0, sin),
        right_arm=-4 - 58 * sin, left_arm=-4 + 58 * sin, right_elbow=82, left_elbow=82,
        right_out=20, left_out=20, weapon=140 - 24 * sin, sway=38 + 8 * sin,
    )  # fmt: skip


@cache
def _keys(action: str, weapon: str) -> tuple[Key, ...]:
    """Key poses of an action that plays once, as differences from rest."""
    if action == "jump":
        return JUMP
    if action == "cast":
        return CAST
    if action == "hurt":
        return HURT
    if action == "die":
        return DIE
    return {"bow": SHOOT, "spear": THRUST, "dagger": THRUST, "none": PUNCH}.get(weapon, SWING)


def _between(keys: tuple[Key, ...], phase: float, rest: Pose) -> Pose:
    """The keys blended with eased speed; a value a key leaves out is that of rest."""
    after = next((i for i, (at, _) in enumerate(keys) if at >= phase), len(keys) - 1)
    (start, low), (stop, high) = keys[max(after - 1, 0)], keys[after]
    share = min(max((phase - start) / (stop - start), 0), 1) if stop > start else 1.0
    share = share * share * (3 - 2 * share)
    values: dict[str, float] = {}
    for name in sorted(set(low) | set(high)):
        still: float = getattr(rest, name)
        a, b = low.get(name, still), high.get(name, still)
        values[name] = a + (b - a) * share
    return replace(rest, **values)
