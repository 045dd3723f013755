"""Mesh files to meshes: glb, gltf, obj, ply, stl, off and 3mf, through trimesh."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import trimesh
from numpy.typing import NDArray

from toolkit.errors import BadRequest
from toolkit.rendering.companions import Companions
from toolkit.rendering.gltf import read_gltf
from toolkit.rendering.materials import MaterialReader, vertex_colors
from toolkit.rendering.mesh import Mesh, check_faces
from toolkit.rendering.mesh_headers import check_header
from toolkit.rendering.normals import creased_normals, face_normals

UpAxis = Literal["auto", "y", "z"]
Z_UP = (".stl", ".ply", ".3mf", ".off")
"""Formats whose files mostly have z up; the others have y up."""
_trimesh: Any = trimesh


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One object of a file, in the file's own frame."""

    name: str
    positions: NDArray[np.float64]
    faces: NDArray[np.int32]
    normals: NDArray[np.float32]
    normal_faces: NDArray[np.int32]
    uvs: NDArray[np.float32]
    colors: NDArray[np.float32] | None
    material: int


def read_mesh(
    path: Path, *, up: UpAxis = "auto", rest_pose: bool = False, content: bytes | None = None
) -> Mesh:
    """The mesh of a file, y up, front to +z; all its objects, where its scene puts them.

    Args:
        path: the file; what it refers to must lie in or below its folder.
        up: the axis that points up in the file; ``auto`` takes z for STL, PLY, OFF and 3MF.
        rest_pose: draw an animated glTF in its rest pose instead of refusing it.
        content: what the file holds, where it came without its folder; nothing is opened then.

    Raises:
        BadRequest: the file cannot be read, is damaged, empty, too large, animated, or refers to
            a file that is missing or lies elsewhere.
    """
    check_header(path, content)
    companions = Companions(path, alone=content is not None)
    content = path.read_bytes() if content is None else content
    document: Mapping[str, Any] | None = None
    if path.suffix.lower() in (".glb", ".gltf"):
        checked = read_gltf(content, path.name, companions, rest_pose=rest_pose)
        document, content = checked.document, checked.content
    scene = _load(content, path, companions)
    companions.raise_refusal()
    reader = MaterialReader(path.name, document)
    parts = list(_parts(scene, reader, linear=document is not None))
    is_z_up = up == "z" or (up == "auto" and path.suffix.lower() in Z_UP)
    return _checked(_joined(parts, reader, turned=is_z_up), path.name)


def _load(content: bytes, path: Path, companions: Companions) -> Any:
    """The trimesh scene; its log stays quiet, because refusals are told by us."""
    logger = logging.getLogger("trimesh")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        return _trimesh.load_scene(
            io.BytesIO(content), file_type=path.suffix.lower()[1:], resolver=companions,
            process=False,
        )  # fmt: skip
    except MemoryError:
        raise
    except Exception as error:  # trimesh's readers raise whatever a damaged file makes them raise
        companions.raise_refusal()
        raise BadRequest(
            f"{path.name} is damaged or no {path.suffix[1:]} file ({error!r:.100}); "
            "export it again."
        ) from error
    finally:
        logger.setLevel(level)


def _parts(scene: Any, reader: MaterialReader, *, linear: bool) -> Iterator[Part]:
    """The triangle meshes of the scene, each where its node puts it."""
    for node in scene.graph.nodes_geometry:
        transform, key = scene.graph[node]
        mesh = scene.geometry[key]
        if isinstance(mesh, _trimesh.Trimesh) and len(mesh.faces):
            yield _part(str(node), mesh, np.asarray(transform, np.float64), reader, linear=linear)


def _part(
    name: str, mesh: Any, transform: NDArray[np.float64], reader: MaterialReader, *, linear: bool
) -> Part:
    if mesh.visual.kind == "face":
        mesh = _split_by_face(mesh)
    positions = np.asarray(mesh.vertices, np.float64) @ transform[:3, :3].T + transform[:3, 3]
    faces = np.asarray(mesh.faces, np.int32)
    normals, normal_faces = _normals(mesh, positions, faces, transform)
    uvs = np.zeros((len(positions), 2), np.float32)
    given = getattr(mesh.visual, "uv", None)
    if given is not None and len(given) == len(uvs):
        uvs[:] = np.nan_to_num(np.asarray(given)[:, :2], posinf=0.0, neginf=0.0)
    return Part(
        name=name,
        positions=positions,
        faces=faces,
        normals=normals,
        normal_faces=normal_faces,
        uvs=uvs,
        colors=vertex_colors(mesh, linear=linear),
        material=reader.number_of(mesh.visual),
    )


def _split_by_face(mesh: Any) -> Any:
    """The mesh with its face colours as vertex colours, every face with corners of its own."""
    corners = np.asarray(mesh.faces).ravel()
    return _trimesh.Trimesh(
        vertices=np.asarray(mesh.vertices)[corners],
        faces=np.arange(len(corners)).reshape(-1, 3),
        vertex_colors=np.repeat(np.asarray(mesh.visual.face_colors), 3, 0),
        process=False,
    )


def _normals(
    mesh: Any, positions: NDArray[np.float64], faces: NDArray[np.int32],
    transform: NDArray[np.float64],
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:  # fmt: skip
    """The file's own normals, turned along, or creased ones when it has none."""
    if "vertex_normals" not in mesh._cache:
        return creased_normals(positions, faces)
    turn = np.linalg.pinv(transform[:3, :3])
    normals = np.asarray(mesh.vertex_normals, np.float64) @ turn
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    if not np.isfinite(length).all() or (length == 0).any():
        return creased_normals(positions, faces)
    return (normals / length).astype(np.float32), faces


def _joined(parts: list[Part], reader: MaterialReader, *, turned: bool) -> Mesh:
    """One set of arrays; ``turned`` makes z up into y up and the front, -y, into +z."""
    if not parts:
        check_faces(0, reader.name)
    starts = np.cumsum([0, *(len(part.positions) for part in parts)])
    normal_starts = np.cumsum([0, *(len(part.normals) for part in parts)])
    positions = np.concatenate([part.positions for part in parts])
    normals = np.concatenate([part.normals for part in parts])
    if turned:
        positions, normals = _y_up(positions), _y_up(normals)
    sizes = [len(part.faces) for part in parts]
    return Mesh(
        positions=positions,
        faces=_stacked([part.faces for part in parts], starts),
        normals=normals,
        normal_faces=_stacked([part.normal_faces for part in parts], normal_starts),
        uvs=np.concatenate([part.uvs for part in parts]),
        colors=_colors(parts),
        face_materials=np.repeat([part.material for part in parts], sizes).astype(np.int32),
        face_objects=np.repeat(np.arange(len(parts)), sizes).astype(np.int32),
        materials=tuple(reader.materials),
        objects=tuple(part.name for part in parts),
    )


def _y_up(vectors: NDArray[Any]) -> NDArray[Any]:
    return np.stack([vectors[:, 0], vectors[:, 2], -vectors[:, 1]], 1)


def _stacked(faces: list[NDArray[np.int32]], starts: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.concatenate(
        [part + np.int32(start) for part, start in zip(faces, starts[:-1], strict=True)]
    )


def _colors(parts: list[Part]) -> NDArray[np.float32]:
    if all(part.colors is None for part in parts):
        return np.ones((1, 4), np.float32)
    white = [
        np.ones((len(part.positions), 4), np.float32) if part.colors is None else part.colors
        for part in parts
    ]
    return np.concatenate(white)


def _checked(mesh: Mesh, name: str) -> Mesh:
    """The mesh, if it can be drawn.

    Raises:
        BadRequest: a coordinate is no number, or nothing of it has an area.
    """
    check_faces(mesh.num_faces, name)
    if mesh.faces.min() < 0 or mesh.faces.max() >= len(mesh.positions):
        raise BadRequest(f"{name} has a triangle with a corner that is missing; export it again.")
    if not np.isfinite(mesh.positions).all():
        raise BadRequest(f"{name} has a vertex that is no number (NaN or inf); clean the mesh.")
    if not (face_normals(mesh.positions, mesh.faces)[1] > 0).any():
        raise BadRequest(f"{name} has only triangles without area; give a mesh with a surface.")
    return mesh
