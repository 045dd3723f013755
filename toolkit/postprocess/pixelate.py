"""Pixel grids: find how large the art's own pixels are, make them uniform, resize without blur."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.postprocess.oklab import pack

MAX_PITCH = 16
SURE = 0.9
"""From 0 (as by chance) to 1 (exact), how much of the gradient must lie on the grid lines."""


def pixel_grid(clip: Clip) -> tuple[int, int, int]:
    """The side of the art's own pixels and the first grid row and column: (pitch, y, x).

    Colour changes of upscaled pixel art repeat with the pitch, so a comb of that pitch collects
    nearly all gradient (the periodicity an autocorrelation shows, with its phase). The largest
    pitch of 2 to 16 that holds in both directions wins; (1, 0, 0) when there is no grid.
    """
    down, across = _gradients(clip)
    for pitch in range(min(MAX_PITCH, clip.height // 2, clip.width // 2), 1, -1):
        (row, vertical), (column, horizontal) = _comb(down, pitch), _comb(across, pitch)
        if min(vertical, horizontal) >= SURE:
            return pitch, row, column
    return 1, 0, 0


def likeliest_phase(clip: Clip, pitch: int) -> tuple[int, int]:
    """The first grid row and column where art of that pitch fits best, however badly."""
    down, across = _gradients(clip)
    return _comb(down, pitch)[0], _comb(across, pitch)[0]


def snap_to_grid(clip: Clip, *, pitch: int | None = None) -> Clip:
    """The clip at its own size with each pixel of the art one colour, the cell's most frequent.

    ``pitch`` is for art that is known to have one and keeps it badly; else a clip without a grid,
    or with pitch 1, is returned as it is.
    """
    row, column = 0, 0
    if pitch is None:
        pitch, row, column = pixel_grid(clip)
    elif pitch > 1:
        row, column = likeliest_phase(clip, pitch)
    if pitch == 1:
        return clip
    rows, columns = _cells(clip.height, pitch, row), _cells(clip.width, pitch, column)
    cells = _dominant(clip.frames, rows, columns)
    return clip.with_frames(cells[:, rows][:, :, columns])


def shrink_to_grid(clip: Clip) -> Clip:
    """The clip at one pixel per pixel of the art; as it is when there is no grid."""
    pitch, row, column = pixel_grid(clip)
    if pitch == 1:
        return clip
    rows, columns = _cells(clip.height, pitch, row), _cells(clip.width, pitch, column)
    return clip.with_frames(_dominant(clip.frames, rows, columns))


def enlarge(clip: Clip, factor: int) -> Clip:
    """The clip ``factor`` times as large by nearest neighbour.

    Raises:
        BadRequest: ``factor`` is not 1 to 16.
    """
    if not 1 <= factor <= MAX_PITCH:
        raise BadRequest(f"factor is {factor}; must be 1 to {MAX_PITCH}.")
    return clip.with_frames(clip.frames.repeat(factor, axis=1).repeat(factor, axis=2))


def _gradients(clip: Clip) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How much colours change from each row to the next, and from each column."""
    pixels = Clip.to_float(clip.frames)
    down, across = np.diff(pixels, axis=2), np.diff(pixels, axis=3)
    return np.abs(down).sum((0, 1, 3)), np.abs(across).sum((0, 1, 2))


def _comb(gradient: NDArray[np.float32], pitch: int) -> tuple[int, float]:
    """The phase (first line) whose comb collects most of a gradient, and how surely it is one."""
    if not len(gradient):
        return 0, 0.0
    # Noise adds the same everywhere; entry i of the gradient lies between lines i and i + 1.
    clear = np.maximum(gradient - np.quantile(gradient, 0.25), 0)
    sums = [float(clear[phase - 1 :: pitch].sum()) for phase in range(1, pitch + 1)]
    best = int(np.argmax(sums))
    share = sums[best] / max(float(clear.sum()), 1e-9)
    return (best + 1) % pitch, (share * pitch - 1) / (pitch - 1)


def _cells(size: int, pitch: int, phase: int) -> NDArray[np.intp]:
    """The cell each line belongs to, counted from 0; a partial first cell counts too."""
    lines = np.arange(size) - phase
    return (lines // pitch - lines[0] // pitch).astype(np.intp)


def _dominant(
    frames: NDArray[np.uint8], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.uint8]:
    """The most frequent RGBA of each cell, ``[T, rows, columns, 4]``; ties go to the first seen."""
    shape = (len(frames), int(rows[-1]) + 1, int(columns[-1]) + 1)
    grid = (np.arange(len(frames))[:, None, None] * shape[1] + rows[:, None]) * shape[2] + columns
    packed = pack(frames[..., :3]).astype(np.uint64) | frames[..., 3].astype(np.uint64) << 24
    packed[frames[..., 3] == 0] = 0
    keys = (grid.astype(np.uint64).ravel() << 32) | packed.ravel()
    unique, first, counts = np.unique(keys, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts, unique >> 32))
    _, winners = np.unique(unique[order] >> 32, return_index=True)
    chosen = frames.reshape(-1, 4)[first[order][winners]]
    return np.where(chosen[:, 3:] > 0, chosen, 0).astype(np.uint8).reshape(*shape, 4)
