"""Normals for meshes that bring none: smooth across soft edges, split at hard ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.rendering.compiled import kernel

CREASE = np.radians(40.0)
"""Faces that meet at a sharper angle keep a hard edge between them."""


def face_normals(
    positions: NDArray[np.float64], faces: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit normals f64 ``[F, 3]`` (zero for a face without area) and areas f64 ``[F]``."""
    corner = positions[faces[:, 0]]
    cross = np.cross(positions[faces[:, 1]] - corner, positions[faces[:, 2]] - corner)
    length = np.linalg.norm(cross, axis=1)
    return cross / np.where(length > 0, length, 1.0)[:, None], length / 2


def creased_normals(
    positions: NDArray[np.float64], faces: NDArray[np.int32]
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Normals f32 ``[3 * F, 3]``, one a corner, and their indices int32 ``[F, 3]``.

    Vertices at the same place count as one, so files that repeat them (STL) are smooth too.
    Each corner takes the mean, weighted by the corner's angle, of the faces around its vertex
    that turn less than 40 degrees from its own face.
    """
    normals, areas = face_normals(positions, faces)
    places = same_places(positions)[faces].astype(np.int32)
    angles = corner_angles(positions, faces) * (areas > 0)[:, None]
    starts, corners = _around(places.ravel())
    out = np.empty((faces.size, 3), np.float32)
    _blend(normals, angles.ravel(), starts, corners, places.ravel(), np.cos(CREASE), out)
    return out, np.arange(faces.size, dtype=np.int32).reshape(-1, 3)


def same_places(positions: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each vertex a number int64 ``[V]`` that vertices at exactly the same place share."""
    order = np.lexsort(positions.T)
    placed = positions[order]
    fresh = np.concatenate([[True], (placed[1:] != placed[:-1]).any(1)])
    numbers = np.empty(len(positions), np.int64)
    numbers[order] = np.cumsum(fresh) - 1
    return numbers


def corner_angles(positions: NDArray[np.float64], faces: NDArray[np.int32]) -> NDArray[np.float64]:
    """Angles in radians f64 ``[F, 3]`` of the corners."""
    angles = np.empty(faces.shape)
    for corner in range(3):
        here = positions[faces[:, corner]]
        a = positions[faces[:, (corner + 1) % 3]] - here
        b = positions[faces[:, (corner + 2) % 3]] - here
        cross = np.linalg.norm(np.cross(a, b), axis=1)
        angles[:, corner] = np.arctan2(cross, np.einsum("ij,ij->i", a, b))
    return angles


def _around(places: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Corners sorted by their place, and where each place's run starts (plus the end)."""
    counts = np.bincount(places)
    return np.concatenate([[0], np.cumsum(counts)]), np.argsort(places, kind="stable")


@kernel
def _blend(
    normals: Any, angles: Any, starts: Any, corners: Any, places: Any, limit: float, out: Any
) -> None:
    for corner in range(len(places)):
        own = corner // 3
        x = y = z = 0.0
        for slot in range(starts[places[corner]], starts[places[corner] + 1]):
            other = corners[slot] // 3
            turn = (
                normals[own, 0] * normals[other, 0]
                + normals[own, 1] * normals[other, 1]
                + normals[own, 2] * normals[other, 2]
            )
            if other == own or turn > limit:
                weight = angles[corners[slot]]
                x += weight * normals[other, 0]
                y += weight * normals[other, 1]
                z += weight * normals[other, 2]
        length = np.sqrt(x * x + y * y + z * z)
        if length > 0:
            out[corner, 0], out[corner, 1], out[corner, 2] = x / length, y / length, z / length
        else:
            out[corner, 0], out[corner, 1], out[corner, 2] = normals[own]
