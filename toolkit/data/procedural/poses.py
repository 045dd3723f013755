"""How a figure stands at a moment of each action: joint angles in degrees, offsets in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache


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
Key = tuple[float, dict[str, float]]


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
        return _JUMP
    if action == "cast":
        return _CAST
    if action == "hurt":
        return _HURT
    if action == "die":
        return _DIE
    return {"bow": _SHOOT, "spear": _THRUST, "dagger": _THRUST, "none": _PUNCH}.get(weapon, _SWING)


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


_CROUCH = {
    "sink": 5.0, "lean": 18.0, "right_arm": -35.0, "left_arm": -35.0, "right_leg": 38.0,
    "left_leg": 38.0, "right_knee": 76.0, "left_knee": 76.0,
}  # fmt: skip
_JUMP: tuple[Key, ...] = (
    (0.0, {}),
    (0.15, _CROUCH),
    (0.32, {
        "lift": 0.6, "right_arm": 140, "left_arm": 140, "right_out": 34, "left_out": 34,
        "right_leg": -8, "left_leg": 14, "right_knee": 12, "left_knee": 20, "nod": -8, "sway": 14,
        "weapon": 120,
    }),
    (0.55, {
        "lift": 1.0, "right_arm": 112, "left_arm": 112, "right_out": 48, "left_out": 48,
        "right_leg": 52, "left_leg": 30, "right_knee": 96, "left_knee": 82, "sway": 30,
        "weapon": 120,
    }),
    (0.78, {
        "lift": 0.25, "right_arm": 84, "left_arm": 84, "right_out": 58, "left_out": 58,
        "right_leg": 20, "left_leg": 6, "right_knee": 26, "left_knee": 14, "sway": 60,
    }),
    (0.88, _CROUCH),
    (1.0, {}),
)  # fmt: skip
_STEP = {"right_leg": -18.0, "left_leg": 26.0, "left_knee": 14.0, "right_knee": 6.0}
_SWING: tuple[Key, ...] = (
    (0.0, {}),
    (0.3, {
        "lean": -12, "twist": -26, "right_arm": 168, "right_out": 30, "right_elbow": 42,
        "weapon": 238, "weapon_out": 24, "left_arm": 30, "left_out": 20, "ahead": -2,
        "right_leg": -10, "left_leg": 10,
    }),
    (0.5, {
        "lean": 12, "twist": 14, "right_arm": 112, "right_out": 6, "right_elbow": 8, "weapon": 118,
        "weapon_out": -8, "left_arm": -24, "trail": 1.0, "ahead": 3, **_STEP,
    }),
    (0.66, {
        "lean": 22, "twist": 30, "right_arm": 62, "right_out": -16, "right_elbow": 6, "weapon": 38,
        "weapon_out": -34, "left_arm": -38, "trail": 1.0, "ahead": 4, "sink": 2, **_STEP,
    }),
    (0.82, {
        "lean": 16, "twist": 24, "right_arm": 48, "right_out": -12, "right_elbow": 8, "weapon": 20,
        "weapon_out": -30, "left_arm": -26, "ahead": 3, "sink": 1, **_STEP,
    }),
    (1.0, {}),
)  # fmt: skip
_THRUST: tuple[Key, ...] = (
    (0.0, {}),
    (0.32, {
        "lean": -8, "twist": -34, "right_arm": -28, "right_elbow": 104, "right_out": 24,
        "weapon": 92, "weapon_out": 0, "left_arm": 48, "ahead": -3, "sink": 1, "right_leg": -14,
        "left_leg": 14,
    }),
    (0.5, {
        "lean": 16, "twist": 36, "right_arm": 88, "right_elbow": 0, "right_out": 2, "weapon": 92,
        "weapon_out": 0, "left_arm": -40, "trail": 0.5, "ahead": 5, "sink": 2, **_STEP,
    }),
    (0.72, {
        "lean": 15, "twist": 34, "right_arm": 86, "right_elbow": 2, "right_out": 2, "weapon": 90,
        "weapon_out": 0, "left_arm": -38, "trail": 0.2, "ahead": 5, "sink": 2, **_STEP,
    }),
    (1.0, {}),
)  # fmt: skip
_PUNCH: tuple[Key, ...] = (
    (0.0, {}),
    (0.28, {
        "lean": -8, "twist": -30, "right_arm": -34, "right_elbow": 118, "left_arm": 52,
        "left_elbow": 64, "ahead": -2, "right_leg": -12, "left_leg": 12,
    }),
    (0.48, {
        "lean": 16, "twist": 40, "right_arm": 92, "right_elbow": 0, "right_out": 0,
        "left_arm": -26, "left_elbow": 92, "trail": 0.5, "ahead": 6, "sink": 2, **_STEP,
    }),
    (0.7, {
        "lean": 15, "twist": 38, "right_arm": 90, "right_elbow": 2, "right_out": 0,
        "left_arm": -26, "left_elbow": 92, "ahead": 6, "sink": 2, **_STEP,
    }),
    (1.0, {}),
)  # fmt: skip
_AIM = {"twist": -34.0, "left_arm": 92.0, "left_out": 4.0, "left_elbow": 0.0, "nod": 2.0,
        "right_leg": -12.0, "left_leg": 14.0}  # fmt: skip
_SHOOT: tuple[Key, ...] = (
    (0.0, {"left_arm": 40, "left_elbow": 20}),
    (0.2, {**_AIM, "right_arm": 84, "right_elbow": 6, "right_out": 0}),
    (0.55, {**_AIM, "right_arm": 60, "right_elbow": 118, "right_out": 44, "draw": 1.0, "lean": -4}),
    (0.6, {**_AIM, "right_arm": 56, "right_elbow": 116, "right_out": 50, "trail": 1.0}),
    (0.8, {**_AIM, "right_arm": 30, "right_elbow": 80, "right_out": 56, "trail": 1.0, "lean": 3}),
    (1.0, {"left_arm": 40, "left_elbow": 20}),
)
_CAST: tuple[Key, ...] = (
    (0.0, {}),
    (0.25, {
        "lean": 10, "sink": 2.5, "right_arm": 42, "left_arm": 42, "right_elbow": 62,
        "left_elbow": 62,
        "right_out": 4, "left_out": 4, "orb": 2.5, "nod": 8, "weapon": 150, "right_knee": 20,
        "left_knee": 20, "right_leg": 10, "left_leg": 10,
    }),
    (0.6, {
        "lean": -8, "right_arm": 138, "left_arm": 138, "right_elbow": 14, "left_elbow": 14,
        "right_out": 22, "left_out": 22, "orb": 6.0, "nod": -12, "weapon": 176, "weapon_out": 20,
        "sway": 20,
    }),
    (0.8, {
        "lean": -6, "right_arm": 142, "left_arm": 142, "right_elbow": 8, "left_elbow": 8,
        "right_out": 30, "left_out": 30, "orb": 7.5, "nod": -12, "weapon": 180, "weapon_out": 26,
        "sway": 26,
    }),
    (1.0, {"right_arm": 60, "left_arm": 60, "right_out": 30, "left_out": 30, "orb": 0.0}),
)  # fmt: skip
_HURT: tuple[Key, ...] = (
    (0.0, {}),
    (0.14, {
        "flash": 1.0, "lean": -26, "ahead": -5, "nod": -18, "right_arm": 60, "left_arm": 60,
        "right_out": 52, "left_out": 52, "blink": 1.0, "right_leg": 16, "left_leg": -10,
        "weapon": 40, "weapon_out": 40, "lift": 0.15,
    }),
    (0.36, {
        "flash": 1.0, "lean": -32, "ahead": -7, "nod": -20, "right_arm": 52, "left_arm": 52,
        "right_out": 58, "left_out": 58, "blink": 1.0, "right_leg": 24, "left_leg": -14,
        "left_knee": 20, "weapon": 30, "weapon_out": 46,
    }),
    (0.45, {
        "flash": 0.0, "lean": -28, "ahead": -7, "nod": -16, "right_arm": 40, "left_arm": 40,
        "right_out": 46, "left_out": 46, "blink": 1.0, "right_leg": 20, "left_leg": -14,
        "left_knee": 24, "weapon": 36,
    }),
    (0.72, {
        "lean": 14, "ahead": -5, "nod": 16, "sink": 3, "right_arm": 20, "left_arm": 26,
        "left_elbow": 50, "right_knee": 30, "left_knee": 30, "right_leg": 16, "left_leg": 14,
        "blink": 1.0, "weapon": 40,
    }),
    (1.0, {"ahead": -3}),
)  # fmt: skip
_DIE: tuple[Key, ...] = (
    (0.0, {}),
    (0.14, {
        "flash": 1.0, "lean": -18, "nod": -16, "right_arm": 50, "left_arm": 50, "right_out": 44,
        "left_out": 44, "blink": 1.0,
    }),
    (0.36, {
        "sink": 6, "lean": 10, "nod": 18, "right_arm": 16, "left_arm": 20, "right_leg": 44,
        "left_leg": 40, "right_knee": 92, "left_knee": 86, "blink": 1.0, "weapon": 20, "fall": 8,
    }),
    (0.66, {
        "fall": 74, "sink": 2, "right_arm": 80, "left_arm": 70, "right_out": 50, "left_out": 50,
        "right_knee": 40, "left_knee": 26, "right_leg": 26, "left_leg": 10, "blink": 1.0,
        "weapon": 110, "weapon_out": 50,
    }),
    (0.76, {
        "fall": 93, "right_arm": 40, "left_arm": 30, "right_out": 40, "left_out": 40,
        "right_knee": 12, "blink": 1.0, "weapon": 130, "weapon_out": 50, "nod": -6,
    }),
    (0.86, {
        "fall": 86, "right_arm": 30, "left_arm": 24, "right_out": 36, "left_out": 36,
        "blink": 1.0, "weapon": 130, "weapon_out": 50,
    }),
    (1.0, {
        "fall": 90, "right_arm": 26, "left_arm": 20, "right_out": 34, "left_out": 34,
        "blink": 1.0, "weapon": 130, "weapon_out": 50,
    }),
)  # fmt: skip
