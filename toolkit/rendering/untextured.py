"""A mesh in plain colours, one material a triangle, with hard edges where it has them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from toolkit.rendering.mesh import Material, Mesh
from toolkit.rendering.normals import creased_normals


def untextured_mesh(
    positions: NDArray[np.float64],
    faces: NDArray[np.int32],
    face_materials: NDArray[np.int32],
    materials: Iterable[Material],
) -> Mesh:
    """One object without textures or vertex colours; shapes are those of ``Mesh``."""
    normals, normal_faces = creased_normals(positions, faces)
    return Mesh(
        positions=positions,
        faces=faces,
        normals=normals,
        normal_faces=normal_faces,
        uvs=np.zeros((len(positions), 2), np.float32),
        colors=np.ones((1, 4), np.float32),
        face_materials=face_materials,
        face_objects=np.zeros(len(faces), np.int32),
        materials=tuple(materials),
    )
