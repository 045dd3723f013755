"""Scores of clips without any network: edges, alpha, PSNR, loops, flicker.

All frames are uint8 ``[T, H, W, 4]``, straight alpha; colours are compared premultiplied in [0, 1].
A score that a clip does not have (no edge, no motion) is ``nan``; ``mean_of`` leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.uint8]
BINARY_LOW, BINARY_HIGH = 16, 239
"""Alpha below the first is as good as empty, above the second as good as solid."""
MAX_PSNR = 60.0
"""Decibels reported for equal pictures."""
STILL = 2 / 255
"""A pixel that moves no more than this over a clip is static."""


SAME = 32 / 255
"""A solid pixel that changes less than this from frame to frame shows the same surface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSharpness:
    """How high a typical step is, 0 to 1: about 0.5 to 1 for pixel art, less for a blurred edge."""

    silhouette: float
    """Along the outline, measured in alpha."""
    inner: float
    """Inside the figure, measured in colour between two solid pixels."""


def premultiplied(frames: Frames) -> NDArray[np.float32]:
    """f32 ``[T, H, W, 4]`` in [0, 1]."""
    pixels = frames.astype(np.float32) / np.float32(255)
    pixels[..., :3] *= pixels[..., 3:]
    return pixels


def mean_of(values: Iterable[float]) -> float:
    """The mean of the values that are not ``nan``; ``nan`` when none is left."""
    kept = [value for value in values if not np.isnan(value)]
    return float(np.mean(kept)) if kept else float("nan")


def edge_sharpness(frames: Frames) -> EdgeSharpness:
    """Gradient energy over gradient length: the mean height of a step, whatever their number.

    A step of height h counts as h; the same step spread over n pixels as h / n.
    """
    pixels = premultiplied(frames)
    solid = frames[..., 3] > BINARY_HIGH
    outline: list[NDArray[np.float32]] = []
    inside: list[NDArray[np.float32]] = []
    for axis in (1, 2):
        steps = np.abs(np.diff(pixels, axis=axis))
        both = np.logical_and(
            np.take(solid, range(solid.shape[axis] - 1), axis),
            np.take(solid, range(1, solid.shape[axis]), axis),
        )
        outline.append(steps[..., 3].ravel())
        inside.append(steps[..., :3].mean(-1)[both])
    return EdgeSharpness(
        silhouette=_energy_share(np.concatenate(outline)),
        inner=_energy_share(np.concatenate(inside)),
    )


def _energy_share(steps: NDArray[np.float32]) -> float:
    total = float(steps.sum())
    return float(np.square(steps).sum()) / total if total > 0 else float("nan")


def binary_alpha_ratio(frames: Frames) -> float:
    """Share of the pixels that are not wholly empty whose alpha is below 16 or above 239."""
    alpha = frames[..., 3]
    seen = alpha[alpha > 0]
    if not seen.size:
        return float("nan")
    return float(((seen < BINARY_LOW) | (seen > BINARY_HIGH)).mean())


def psnr(frames: Frames, reference: Frames) -> float:
    """Decibels between two clips or frames of one shape, premultiplied RGBA; at most 60."""
    error = float(np.square(premultiplied(frames) - premultiplied(reference)).mean())
    return min(-10 * float(np.log10(max(error, 1e-12))), MAX_PSNR)


def loop_closure(frames: Frames) -> float:
    """Distance from the last frame to the first, over the median distance of neighbours.

    1 is a loop that nobody sees close; ``nan`` for a clip that stands still.
    """
    pixels = premultiplied(frames)
    steps = np.abs(np.diff(pixels, axis=0)).mean((1, 2, 3))
    usual = float(np.median(steps)) if len(steps) else 0.0
    if usual == 0:
        return float("nan")
    return float(np.abs(pixels[-1] - pixels[0]).mean()) / usual


def flicker(frames: Frames) -> float:
    """Mean change between frames, 0 to 255, of solid pixels that show the same surface in both.

    The same surface are colours less than ``SAME`` apart; what moves changes them by more.
    """
    solid = frames[..., 3] > BINARY_HIGH
    change = np.abs(np.diff(premultiplied(frames), axis=0))
    same = solid[1:] & solid[:-1] & (change.max(-1) < SAME)
    return 255 * float(change.mean(-1)[same].mean()) if same.any() else float("nan")


def matched_flicker(frames: Frames, reference: Frames) -> float:
    """Mean change between frames, 0 to 255, on the pixels that are static in the reference.

    After VBench's temporal flickering, but on matched static pixels so that motion is no fault.
    """
    real, pixels = premultiplied(reference), premultiplied(frames)
    static = ((real.max(0) - real.min(0)) <= STILL).all(-1)
    if len(frames) < 2 or not static.any():
        return float("nan")
    return 255 * float(np.abs(np.diff(pixels, axis=0)).mean((0, 3))[static].mean())


def motion_energy(frames: Frames) -> float:
    """Mean change between neighbouring frames, 0 to 255, over all pixels: how much moves."""
    if len(frames) < 2:
        return float("nan")
    return 255 * float(np.abs(np.diff(premultiplied(frames), axis=0)).mean())


def frechet_distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Squared Fréchet distance between Gaussians fitted to features ``[N, d]`` and ``[M, d]``.

    As in FID (1706.08500); it shrinks with the number of samples, so compare only equal counts.
    """
    first, second = a.astype(np.float64), b.astype(np.float64)
    apart = first.mean(0) - second.mean(0)
    cov_a, cov_b = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    values, vectors = np.linalg.eigh(cov_a)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    cross = np.linalg.eigvalsh(root @ cov_b @ root)
    overlap = np.sqrt(np.maximum(cross, 0)).sum()
    return float(max(apart @ apart + np.trace(cov_a) + np.trace(cov_b) - 2 * overlap, 0.0))


def without_nan(value: Any) -> Any:
    """The same tree with floats rounded and ``nan``, which JSON lacks, as None."""
    match value:
        case dict():
            return {name: without_nan(part) for name, part in value.items()}  # type: ignore[reportUnknownVariableType]
        case list() | tuple():
            return [without_nan(part) for part in value]  # type: ignore[reportUnknownVariableType]
        case float():
            return None if np.isnan(value) else round(value, 5)
        case _:
            return value
