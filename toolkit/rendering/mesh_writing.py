"""Meshes with vertex colours to the bytes of a file."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import trimesh
from numpy.typing import NDArray

from toolkit.errors import BadRequest
from toolkit.rendering.mesh import Mesh

MeshFormat = Literal["glb", "obj", "ply"]
MESH_FORMATS: tuple[MeshFormat, ...] = ("glb", "obj", "ply")
_trimesh: Any = trimesh


def encode_mesh(mesh: Mesh, format: MeshFormat, *, up: Literal["auto", "y", "z"] = "auto") -> bytes:
    """The file of a mesh: positions, faces, smooth normals and vertex colours.

    ``up`` is the axis that points up in the file; ``auto`` takes z for PLY and y for the others,
    as ``read_mesh`` does. Colours are linear in GLB and sRGB in OBJ and PLY, as their readers
    take them.

    Raises:
        BadRequest: GLB cannot have z up, or no such format.
    """
    if format not in MESH_FORMATS:
        raise BadRequest(f"mesh format is {format!r}; choose from {', '.join(MESH_FORMATS)}.")
    if format == "glb" and up == "z":
        raise BadRequest("up is 'z', but GLB always has y up; take y, or the format obj or ply.")
    positions = mesh.positions
    if up == "z" or (up == "auto" and format == "ply"):
        positions = np.stack([positions[:, 0], -positions[:, 2], positions[:, 1]], 1)
    solid = _trimesh.Trimesh(
        vertices=positions,
        faces=mesh.faces,
        vertex_colors=_bytes(mesh.colors, linear=format == "glb", count=len(positions)),
        process=False,
    )
    content: bytes | str = solid.export(file_type=format)
    return content.encode() if isinstance(content, str) else content


def _bytes(colors: NDArray[np.float32], *, linear: bool, count: int) -> NDArray[np.uint8]:
    rgba = np.broadcast_to(colors.astype(np.float64), (count, 4)).copy()
    if not linear:
        curve = 1.055 * rgba[:, :3] ** (1 / 2.4) - 0.055
        rgba[:, :3] = np.where(rgba[:, :3] <= 0.0031308, rgba[:, :3] * 12.92, curve)
    return np.rint(np.clip(rgba, 0, 1) * 255).astype(np.uint8)
