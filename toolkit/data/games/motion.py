"""How the camera moved between two pictures, for games that do not say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.game import CELL

MOST = 16
"""Pixels a frame beyond which a shift is taken for a cut."""
BETTER = 0.6
"""A shift counts when it leaves at most this share of the difference of not moving."""


def camera_motion(
    before: NDArray[np.uint8], after: NDArray[np.uint8], *, rows: int
) -> tuple[float, float]:
    """Cells down and right that the camera moved from one frame ``[H, W, 3]`` to the next.

    Found by phase correlation over the first ``rows`` rows of cells, to the pixel, and kept only
    when the moved picture really fits better than the one at rest.
    """
    old, new = (frame[: rows * CELL].astype(np.float32).mean(-1) for frame in (before, after))
    if np.array_equal(old, new):
        return 0.0, 0.0
    spectrum = np.fft.rfft2(old - old.mean()) * np.conj(np.fft.rfft2(new - new.mean()))
    peaks = np.fft.irfft2(spectrum / np.maximum(np.abs(spectrum), 1e-6), s=old.shape)
    at = np.unravel_index(int(peaks.argmax()), peaks.shape)
    down, right = (
        int(place) - size * (int(place) > size // 2)
        for place, size in zip(at, old.shape, strict=True)
    )
    if max(abs(down), abs(right)) > MOST or not _fits(old, new, down, right):
        return 0.0, 0.0
    return down / CELL, right / CELL


def _fits(old: NDArray[np.float32], new: NDArray[np.float32], down: int, right: int) -> bool:
    """Whether ``new`` is ``old`` seen from a camera that moved so far."""
    height, width = old.shape
    was = old[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)]
    now = new[max(-down, 0) : height + min(-down, 0), max(-right, 0) : width + min(-right, 0)]
    return float(np.abs(was - now).mean()) <= BETTER * float(np.abs(old - new).mean())
