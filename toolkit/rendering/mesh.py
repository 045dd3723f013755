"""Mesh: triangles, normals, texture coordinates, colours and materials, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest

AlphaMode = Literal["opaque", "mask", "blend"]
MAX_FACES = 8_000_000
"""Triangles of one mesh; about 130 bytes each while it is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """How a surface looks; colours are linear light in [0, 1]."""

    base: tuple[float, float, float, float] = (0.8, 0.8, 0.8, 1.0)
    """Base colour and opacity, multiplied with texture and vertex colour."""
    emission: tuple[float, float, float] = (0.0, 0.0, 0.0)
    base_texture: NDArray[np.uint8] | None = None
    """uint8 ``[H, W, 4]``, sRGB, straight alpha, row 0 at the top (v = 1)."""
    emission_texture: NDArray[np.uint8] | None = None
    alpha_mode: AlphaMode = "opaque"
    cutoff: float = 0.5
    """Opacity below which a ``mask`` surface has a hole."""
    unlit: bool = False
    """Shown in its own colour, whatever the light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """One or more objects as one set of arrays; y is up and the front looks along +z."""

    positions: NDArray[np.float64]
    """f64 ``[V, 3]``, finite, in the file's own unit."""
    faces: NDArray[np.int32]
    """int32 ``[F, 3]``, indices of positions, uvs and colours."""
    normals: NDArray[np.float32]
    """f32 ``[N, 3]``, unit length."""
    normal_faces: NDArray[np.int32]
    """int32 ``[F, 3]``, indices of normals: corners at a hard edge have several."""
    uvs: NDArray[np.float32]
    """f32 ``[V, 2]``, v up."""
    colors: NDArray[np.float32]
    """f32 ``[V, 4]``, linear, multiplied with the material; or ``[1, 4]`` for all vertices."""
    face_materials: NDArray[np.int32]
    """int32 ``[F]``."""
    face_objects: NDArray[np.int32]
    """int32 ``[F]``, indices of ``objects``."""
    materials: tuple[Material, ...]
    objects: tuple[str, ...] = field(default=("mesh",))
    """Names as the file gives them."""

    @property
    def num_faces(self) -> int:
        """How many triangles there are."""
        return self.faces.shape[0]

    @property
    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lowest and highest corner f64 ``[3]`` of what the faces use."""
        used = np.zeros(len(self.positions), np.bool_)
        used[self.faces] = True
        return self.positions[used].min(0), self.positions[used].max(0)


def check_faces(num_faces: int, name: str) -> None:
    """Refuse a mesh that is empty or would not fit into memory.

    Raises:
        BadRequest: it has no triangle, or more than 8 million.
    """
    if num_faces == 0:
        raise BadRequest(f"{name} has no triangles; give a mesh with a surface.")
    if num_faces > MAX_FACES:
        raise BadRequest(
            f"{name} has {num_faces} triangles; at most {MAX_FACES}: decimate it first."
        )
