"""Whether a model repeats what it was trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.evaluation.metrics import premultiplied

CELL = 4
"""Clips are compared by the means of cells of so many pixels a side: a shift is no new clip."""


def memorised_share(
    made: NDArray[np.uint8], known: NDArray[np.uint8], unseen: NDArray[np.uint8]
) -> float:
    """Share of made clips closer to a known one than half the way to the nearest unseen one.

    All are uint8 ``[N, F, H, W, 4]``; as many known as unseen ones are compared, because the
    nearest of many is nearer.
    """
    count = min(len(known), len(unseen))
    asked = _coarse(made)
    near = distances(asked, _coarse(known[:count])).min(1)
    far = distances(asked, _coarse(unseen[:count])).min(1)
    return float((near < far / 2).mean())


def distances(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float64]:
    """Root mean square distances ``[N, M]`` of arrays ``[N, d]`` and ``[M, d]``."""
    squares = np.square(a).sum(1)[:, None] + np.square(b).sum(1) - 2 * a @ b.T
    return np.sqrt(np.maximum(squares.astype(np.float64), 0) / a.shape[1])


def _coarse(clips: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Cell means f32 ``[N, d]``, premultiplied in [0, 1]."""
    count, frames, height, width, _ = clips.shape
    rows = [
        premultiplied(clip)
        .reshape(frames, height // CELL, CELL, width // CELL, CELL, 4)
        .mean((2, 4))
        .ravel()
        for clip in clips
    ]
    return np.stack(rows).reshape(count, -1)
