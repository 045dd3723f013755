"""Rotary phases for (time, y, x), computed outside the network so that length and size are free."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

AXIS_PAIRS = (12, 10, 10)
"""Rotated pairs per axis: time, y, x; together half the width of an attention head."""


def _frequencies(pairs: int) -> NDArray[np.float64]:
    """Radians per position, geometric from pi down to pi / 30."""
    return np.pi * 30.0 ** -np.linspace(0, 1, pairs)


def rotary_phases(
    num_frames: int, rows: int, columns: int, *, loop: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cosines and sines f32 ``[F * rows * columns, 32]`` for the denoiser (RoFormer, 3-D).

    Text tokens carry no phase. In a loop every time frequency is snapped to a
    whole number of turns over the clip, so frame F - 1 and frame 0 are neighbours exactly.
    """
    time_frequencies = _frequencies(AXIS_PAIRS[0])
    if loop:
        turns = np.maximum(np.rint(time_frequencies * num_frames / (2 * np.pi)), 1)
        time_frequencies = 2 * np.pi * turns / num_frames
    time, y, x = np.meshgrid(
        np.arange(num_frames), np.arange(rows), np.arange(columns), indexing="ij"
    )
    angles = np.concatenate(
        [
            time.reshape(-1, 1) * time_frequencies,
            y.reshape(-1, 1) * _frequencies(AXIS_PAIRS[1]),
            x.reshape(-1, 1) * _frequencies(AXIS_PAIRS[2]),
        ],
        axis=1,
    )
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
