"""Coordinates and distances of the screen plane, which effects are drawn with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]


X: Field = np.arange(64)[None, :] + 0.5 - 32.0 + np.zeros((64, 1))
"""Pixels right of the middle, f64 ``[64, 64]``."""


Y: Field = 58.0 - (np.arange(64)[:, None] + 0.5) + np.zeros((1, 64))
"""Pixels above the ground."""


def blob(x: Field, y: Field, cx: float, cy: float, radius: float) -> Field:
    """A hill of height 1 that reaches 0 at about twice ``radius``."""
    return np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (radius * radius) * 1.1)


def segment(x: Field, y: Field, a: tuple[float, float], b: tuple[float, float]) -> Field:
    """Distance to the segment from ``a`` to ``b``."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy + 1e-9), 0, 1)
    return np.hypot(x - a[0] - along * dx, y - a[1] - along * dy)
