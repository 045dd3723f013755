"""View: the side from which a camera looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where the camera stands; azimuth 0 sees the front, 90 sees it facing left."""

    azimuth: float
    """Degrees about the vertical axis, counter-clockwise seen from above."""
    elevation: float = 0.0
    """Degrees above the horizon, -90 to 90."""


def rotation(view: View) -> NDArray[np.float64]:
    """Rows f64 ``[3, 3]``: the camera's right, its up, and the direction towards it."""
    azimuth, elevation = np.radians(view.azimuth), np.radians(view.elevation)
    right = np.array([np.cos(azimuth), 0.0, -np.sin(azimuth)])
    toward = np.array(
        [
            np.sin(azimuth) * np.cos(elevation),
            np.sin(elevation),
            np.cos(azimuth) * np.cos(elevation),
        ]
    )
    return np.stack([right, np.cross(toward, right), toward])
