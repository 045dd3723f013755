"""The meshes that ``playreel bench turntable`` draws: a head with ears, coarse and fine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray

HEADS = {"head": ((112, 57), (40, 21)), "million": ((1000, 481), (100, 101))}
"""Name to columns and rows of the skull and of each ear: 15,744 triangles, as many as Blender's
Suzanne has when subdivided, and 1,000,000."""


def triangles_of(name: str) -> int:
    """How many triangles a head of ``HEADS`` has."""
    (columns, rows), (ear_columns, ear_rows) = HEADS[name]
    return 2 * columns * (rows - 1) + 4 * ear_columns * (ear_rows - 1)


def write_head(name: str, folder: Path) -> Path:
    """A head of ``HEADS`` as ``NAME.ply`` with normals, y up, looking along +z."""
    skull, ear = HEADS[name]
    parts = [_skull(*skull), *(_ear(*ear, side) for side in (-1.0, 1.0))]
    starts = np.cumsum([0, *(len(corners) for corners, _ in parts)])
    mesh: Any = trimesh.Trimesh(
        np.concatenate([corners for corners, _ in parts]),
        np.concatenate([faces + start for (_, faces), start in zip(parts, starts, strict=False)]),
        process=False,
    )
    path = folder / f"{name}.ply"
    path.write_bytes(mesh.export(file_type="ply", vertex_normal=True))
    return path


def _skull(columns: int, rows: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A ball with hollow eyes, a snout and furrows."""
    corners, faces = _ball(columns, rows)
    furrows = 0.03 * np.sin(9 * corners[:, 1]) * np.sin(7 * corners[:, 0])
    eyes = sum(_bump(corners, (side * 0.4, 0.25, 0.88), 0.22) for side in (-1, 1))
    snout = _bump(corners, (0.0, -0.35, 0.94), 0.35)
    return corners * (1 + furrows - 0.3 * eyes + 0.45 * snout)[:, None], faces


def _ear(columns: int, rows: int, side: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    corners, faces = _ball(columns, rows)
    return corners * (0.45, 0.4, 0.08) + (1.25 * side, 0.35, -0.1), faces


def _bump(corners: NDArray[np.float64], middle: tuple[float, ...], width: float) -> Any:
    return np.exp(-np.square(corners - middle).sum(1) / width**2)


def _ball(columns: int, rows: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Corners and ``2 * columns * (rows - 1)`` triangles of a ball of radius 1."""
    down, around = np.meshgrid(
        np.arange(1, rows) * np.pi / rows, np.arange(columns) * 2 * np.pi / columns, indexing="ij"
    )
    rings = np.stack([np.sin(down) * np.sin(around), np.cos(down), np.sin(down) * np.cos(around)])
    corners = np.concatenate([rings.reshape(3, -1).T, [[0, 1, 0], [0, -1, 0]]])
    grid = np.arange(len(corners) - 2).reshape(rows - 1, columns)
    here, right = grid, np.roll(grid, -1, 1)
    top, bottom = len(corners) - 2, len(corners) - 1
    corners_of = [
        _triangles(here[:-1], here[1:], right[1:]),
        _triangles(here[:-1], right[1:], right[:-1]),
        _triangles(np.full(columns, top), here[0], right[0]),
        _triangles(here[-1], np.full(columns, bottom), right[-1]),
    ]
    return corners, np.concatenate(corners_of)


def _triangles(*corners: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.stack([corner.ravel() for corner in corners], 1)
