"""Key poses of the actions that play once: moment, and what differs from rest."""

from __future__ import annotations

Key = tuple[float, dict[str, float]]


_CROUCH = {
    "sink": 5.0, "lean": 18.0, "right_arm": -35.0, "left_arm": -35.0, "right_leg": 38.0,
    "left_leg": 38.0, "right_knee": 76.0, "left_knee": 76.0,
}  # fmt: skip


JUMP: tuple[Key, ...] = (
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


SWING: tuple[Key, ...] = (
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


THRUST: tuple[Key, ...] = (
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


PUNCH: tuple[Key, ...] = (
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


SHOOT: tuple[Key, ...] = (
    (0.0, {"left_arm": 40, "left_elbow": 20}),
    (0.2, {**_AIM, "right_arm": 84, "right_elbow": 6, "right_out": 0}),
    (0.55, {**_AIM, "right_arm": 60, "right_elbow": 118, "right_out": 44, "draw": 1.0, "lean": -4}),
    (0.6, {**_AIM, "right_arm": 56, "right_elbow": 116, "right_out": 50, "trail": 1.0}),
    (0.8, {**_AIM, "right_arm": 30, "right_elbow": 80, "right_out": 56, "trail": 1.0, "lean": 3}),
    (1.0, {"left_arm": 40, "left_elbow": 20}),
)


CAST: tuple[Key, ...] = (
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


HURT: tuple[Key, ...] = (
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


DIE: tuple[Key, ...] = (
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
