"""How creatures move: lift, lunge, squash, limb cycle and collapse at a moment of each action."""

from __future__ import annotations

import math
from dataclasses import dataclass

LOOPING_CREATURE_ACTIONS = frozenset(
    {"idle", "walking", "hopping", "flying", "spinning", "shaking"}
)
FLIERS = frozenset({"bat", "ghost", "eyeball monster", "fish"})
"""Creatures that hover even when idle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gait:
    """One moment of a creature's action."""

    lift: float = 0.0
    """Pixels above the ground."""
    ahead: float = 0.0
    aside: float = 0.0
    """Pixels to the right of the screen."""
    turn: float = 0.0
    """Degrees turned about the upright."""
    pitch: float = 0.0
    """Degrees; positive dips the head."""
    squash: float = 1.0
    """Height factor; width grows as height shrinks."""
    cycle: float = 0.0
    """Angle in radians of the limbs' cycle."""
    swing: float = 0.0
    """How far limbs swing, 0 to 1."""
    bite: float = 0.0
    """How far the attack has come, 0 to 1."""
    fall: float = 0.0
    """How far it has collapsed, 0 to 1."""
    blink: bool = False
    flash: bool = False


def gait_at(creature: str, action: str, phase: float) -> Gait:
    """The gait at ``phase``, 0 to 1 over the action."""
    hover = 9.0 if creature in FLIERS else 0.0
    turn = 2 * math.pi * phase
    if action == "attacking":
        return _attack(phase, hover)
    if action == "dying":
        return _death(phase, hover)
    if action in ("idle", "spinning", "shaking"):
        wave = math.sin(turn)
        return Gait(
            lift=hover + (2.0 * wave if hover else 0), squash=1 + 0.05 * wave, cycle=turn,
            swing=0.12 if not hover else 0.6, blink=0.7 < phase < 0.85,
            turn=360 * phase if action == "spinning" else 0.0,
            aside=3 * math.sin(2 * turn) if action == "shaking" else 0.0,
        )  # fmt: skip
    if action == "hopping":
        rise = max(math.sin(turn), 0.0)
        land = max(-math.sin(turn), 0.0)
        return Gait(
            lift=hover + 13 * rise, squash=1 + 0.16 * rise - 0.24 * land, cycle=turn, swing=0.7
        )
    if action == "flying":
        up = hover if hover else 10.0
        return Gait(lift=up + 3.5 * math.sin(turn), pitch=8, cycle=2 * turn, swing=1.0)
    return Gait(
        lift=hover + 1.4 * abs(math.sin(turn)), squash=1 + 0.03 * math.sin(2 * turn), cycle=turn,
        swing=1.0,
    )  # fmt: skip


def _ease(a: float, b: float, x: float) -> float:
    """0 before ``a``, 1 after ``b``, smooth between."""
    share = min(max((x - a) / (b - a), 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _attack(phase: float, hover: float) -> Gait:
    back = _ease(0, 0.28, phase) - _ease(0.32, 0.48, phase)
    strike = _ease(0.32, 0.48, phase) - _ease(0.7, 1.0, phase)
    return Gait(
        lift=hover + 5 * strike * (1 - strike) * 2, ahead=-5 * back + 10 * strike,
        pitch=-16 * back + 12 * strike, squash=1 - 0.14 * back + 0.06 * strike,
        cycle=math.pi * 2 * phase, swing=0.4 + 0.4 * strike, bite=strike,
    )  # fmt: skip


def _death(phase: float, hover: float) -> Gait:
    fall = _ease(0.22, 0.72, phase)
    bounce = 2.5 * math.sin(math.pi * min(max((phase - 0.72) / 0.2, 0), 1))
    return Gait(
        lift=hover * (1 - fall) + bounce, ahead=-3 * _ease(0, 0.15, phase), fall=fall,
        pitch=-10 * _ease(0, 0.12, phase) * (1 - fall), flash=0.08 < phase < 0.3,
        blink=phase > 0.05, cycle=2.0, swing=0.3 * (1 - fall),
    )  # fmt: skip
