"""The surface of a hull: marching cubes, smoothing that keeps the size, and the closed check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from skimage import measure

from toolkit.rendering.hull import Hull

_measure: Any = measure
SHRINK, SWELL = 0.5, -0.53
"""Taubin's steps (1995): the second undoes what the first takes from the size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Triangles that turn counter-clockwise seen from outside."""

    positions: NDArray[np.float64]
    """f64 ``[V, 3]``, units, y up, the ground point at the origin."""
    faces: NDArray[np.int32]
    """int32 ``[F, 3]``."""


def surface_of(hull: Hull, *, smoothing: int = 4) -> Surface:
    """The surface where the hull's depth is 0 (Lewiner et al., 2003), smoothed so many rounds."""
    positions, faces, _, _ = cast(
        tuple[NDArray[np.float32], NDArray[np.int32], Any, Any],
        _measure.marching_cubes(hull.depth, 0.0, gradient_direction="ascent"),
    )
    placed = hull.origin + hull.step * positions.astype(np.float64)
    oriented = faces if volume(placed, faces) > 0 else faces[:, ::-1]
    faces = np.ascontiguousarray(oriented, np.int32)
    return Surface(positions=smoothed(placed, faces, rounds=smoothing), faces=faces)


def smoothed(
    positions: NDArray[np.float64], faces: NDArray[np.int32], *, rounds: int
) -> NDArray[np.float64]:
    """The positions after so many rounds of Taubin smoothing, which keeps the volume."""
    count = len(positions)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    ones = np.ones(len(edges))
    links: Any = sparse.csr_matrix((ones, (edges[:, 0], edges[:, 1])), shape=(count, count))
    links = links.maximum(links.T)
    degree = np.asarray(links.sum(1), np.float64)
    for _ in range(rounds):
        for factor in (SHRINK, SWELL):
            mean = np.asarray(links @ positions, np.float64) / np.maximum(degree, 1)
            positions = positions + factor * (mean - positions)
    return positions


def volume(positions: NDArray[np.float64], faces: NDArray[np.int32]) -> float:
    """The volume enclosed; negative when the triangles turn the other way."""
    a, b, c = (positions[faces[:, corner]] for corner in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def is_watertight(faces: NDArray[np.int32]) -> bool:
    """Whether each edge belongs to two triangles that pass it in opposite directions."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).astype(np.int64)
    top = int(faces.max(initial=0)) + 1
    forward, backward = edges @ np.array([top, 1]), edges @ np.array([1, top])
    once = len(np.unique(forward)) == len(forward)
    return len(faces) > 0 and once and np.array_equal(np.sort(forward), np.sort(backward))
