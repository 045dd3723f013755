"""Boxes, cans, cones, wedges and balls, and one mesh of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import trimesh
from numpy.typing import NDArray

from toolkit.rendering.mesh import Material, Mesh
from toolkit.rendering.untextured import untextured_mesh

_create: Any = trimesh.creation
Triple = tuple[float, float, float]
Shape = Literal["box", "can", "cone", "wedge", "ball"]
Solid = tuple[NDArray[np.float64], NDArray[np.int64]]
"""Corners ``[N, 3]`` and triangles ``[M, 3]``."""
DARK: Triple = (0.03, 0.03, 0.035)
"""Linear light of tyres, glass and screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One solid of a prop; y is up and the prop's front looks along +z."""

    shape: Shape
    size: Triple
    """Its sides along x, y and z before it is turned; cans and cones stand unless they ``lie``."""
    place: Triple
    """Of its middle."""
    color: Triple | None = None
    """Linear light in [0, 1]; None is the prop's main colour."""
    lies: bool = False
    """Whether a can lies along x, as a wheel does."""
    turn: Triple = (0.0, 0.0, 0.0)
    """Degrees about x, then y, then z, around its middle."""


def build(pieces: Sequence[Piece], color: Triple = (0.5, 0.5, 0.5)) -> Mesh:
    """One mesh of all solids, with hard edges where they have them."""
    solids = [solid(piece) for piece in pieces]
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in solids)])
    faces = [triangles + start for (_, triangles), start in zip(solids, starts[:-1], strict=True)]
    counts = [len(triangles) for triangles in faces]
    positions = np.concatenate([vertices for vertices, _ in solids])
    return untextured_mesh(
        positions,
        np.concatenate(faces).astype(np.int32),
        np.repeat(np.arange(len(pieces), dtype=np.int32), counts),
        (Material(base=(*(piece.color or color), 1.0)) for piece in pieces),
    )


def solid(piece: Piece) -> Solid:
    """Corners and triangles of one solid in its place."""
    corners, triangles = _of_unit_size(piece.shape)
    if piece.shape in ("can", "cone"):  # trimesh's stand along z
        corners = corners[:, [2, 0, 1] if piece.lies else [1, 2, 0]]
    scaled = corners * piece.size
    if any(piece.turn):
        scaled = scaled @ _rotation(piece.turn).T
    return scaled + piece.place, triangles


def _of_unit_size(shape: Shape) -> Solid:
    """The shape within a cube of side 1 around the origin."""
    match shape:
        case "box":
            made = _create.box((1, 1, 1))
        case "can":
            made = _create.cylinder(radius=0.5, height=1.0, sections=24)
        case "cone":
            made = _create.cone(radius=0.5, height=1.0, sections=24)
            made.vertices[:, 2] -= 0.5
        case "ball":
            made = _create.icosphere(subdivisions=2, radius=0.5)
        case "wedge":
            return _WEDGE_CORNERS.copy(), _WEDGE_FACES.copy()
    return np.asarray(made.vertices, np.float64), np.asarray(made.faces, np.int64)


_WEDGE_CORNERS = np.array(
    [(x, y, z) for z in (-0.5, 0.5) for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.0, 0.5))]
)
"""A gabled roof: its ridge runs along z."""
_WEDGE_FACES = np.array(
    [(0, 2, 1), (3, 4, 5), (0, 1, 4), (0, 4, 3), (1, 2, 5), (1, 5, 4), (2, 0, 3), (2, 3, 5)]
)


def _rotation(turn: Triple) -> NDArray[np.float64]:
    """Degrees about x, then y, then z, as a matrix ``[3, 3]``."""
    (sx, sy, sz), (cx, cy, cz) = np.sin(np.radians(turn)), np.cos(np.radians(turn))
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return about_z @ about_y @ about_x
