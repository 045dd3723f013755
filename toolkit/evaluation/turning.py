"""Angles of a turn, in degrees: how far off, how steady, how closed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]


def even_turn(num_frames: int) -> Degrees:
    """Degrees f64 ``[F]`` of a full turn in equal steps from 0, counter-clockwise."""
    return 360.0 * np.arange(num_frames) / num_frames


def angle_between(a: Degrees, b: Degrees) -> Degrees:
    """Degrees between two directions, 0 to 180, broadcast."""
    return np.abs((a - b + 180.0) % 360.0 - 180.0)


def steps_of(turns: Degrees) -> Degrees:
    """Degrees f64 ``[N, F]`` in [-180, 180) from each frame to the next, and from last to first."""
    return (np.roll(turns, -1, axis=1) - turns + 180.0) % 360.0 - 180.0


def monotonic_share(turns: Degrees) -> float:
    """Share of the steps that go the right way round; chance is a half."""
    return float((steps_of(turns) > 0).mean())


def closed_share(turns: Degrees) -> float:
    """Share of the clips ``[N, F]`` whose steps add up to exactly one full turn."""
    return float((np.round(steps_of(turns).sum(1) / 360.0) == 1).mean())
