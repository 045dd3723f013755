"""Colours for a hull, from its turntable's frames: each place from the views that see it best."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from toolkit.rendering.camera import project
from toolkit.rendering.hull_surface import Surface
from toolkit.rendering.mesh import Material, Mesh
from toolkit.rendering.normals import creased_normals
from toolkit.rendering.rasterizer import rasterize
from toolkit.rendering.stand import Stand
from toolkit.rendering.surface import look_of, to_linear
from toolkit.rendering.view import rotation

_ndimage: Any = ndimage
SHARPNESS = 8
"""How much the view that faces a place outweighs the others."""
SLACK = 0.02
"""Share of the picture's width, in units, that a place may lie behind the surface and be seen."""


def mesh_of(surface: Surface, colors: NDArray[np.float32]) -> Mesh:
    """The surface as a mesh whose vertices have linear colours f32 ``[V, 4]``."""
    normals, normal_faces = creased_normals(surface.positions, surface.faces)
    count = len(surface.faces)
    return Mesh(
        positions=surface.positions,
        faces=surface.faces,
        normals=normals,
        normal_faces=normal_faces,
        uvs=np.zeros((len(surface.positions), 2), np.float32),
        colors=colors,
        face_materials=np.zeros(count, np.int32),
        face_objects=np.zeros(count, np.int32),
        materials=(Material(base=(1.0, 1.0, 1.0, 1.0)),),
    )


def project_colors(
    surface: Surface, frames: NDArray[np.uint8], stand: Stand
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Linear colours f32 ``[V, 4]`` of the vertices, and each silhouette's overlap f64 ``[T]``.

    A vertex takes the frames that see it, the one it faces most counting most; what no frame
    sees takes the colour of its surroundings. The overlap is the area that hull and silhouette
    share over the area of both together.
    """
    mesh = mesh_of(surface, np.ones((1, 4), np.float32))
    normals = vertex_normals(mesh)
    total = np.zeros((len(surface.positions), 3))
    weight = np.zeros(len(surface.positions))
    overlaps = np.zeros(len(frames))
    look = look_of(mesh)
    for number, (frame, view) in enumerate(zip(frames, stand.views, strict=True)):
        points = project(surface.positions, view, stand.framing)
        near, owner = rasterize(
            points, surface.faces, look, rows=frame.shape[0], columns=frame.shape[1],
            perspective=stand.framing.distance > 0,
        )  # fmt: skip
        solid = frame[..., 3] >= 128
        covered = owner >= 0
        overlaps[number] = (solid & covered).sum() / max((solid | covered).sum(), 1)
        toward = rotation(view)[2]
        share = np.maximum(normals @ toward, 0) ** SHARPNESS + 1e-6
        share *= _is_seen(points, near, stand, solid)
        total += share[:, None] * _looked_up(frame, points)
        weight += share
    rgb = total / np.maximum(weight, 1e-12)[:, None]
    out = np.ones((len(rgb), 4), np.float32)
    out[:, :3] = _spread(rgb, weight > 0, surface.faces)
    return out, overlaps


def vertex_normals(mesh: Mesh) -> NDArray[np.float64]:
    """One unit normal a vertex f64 ``[V, 3]``, the mean of its corners'."""
    out = np.zeros(mesh.positions.shape)
    np.add.at(out, mesh.faces.ravel(), mesh.normals[mesh.normal_faces.ravel()])
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)


def _is_seen(
    points: NDArray[np.float64], near: NDArray[np.float32], stand: Stand, solid: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether nothing of the hull lies before a vertex and the frame shows something there."""
    height, width = near.shape
    x = np.clip(points[:, 0].astype(int), 0, width - 1)
    y = np.clip(points[:, 1].astype(int), 0, height - 1)
    slack = SLACK * width / stand.framing.scale
    front = near[y, x].astype(np.float64)
    if stand.framing.distance:
        depth = 1 / points[:, 2] - 1 / np.maximum(front, 1e-12)
    else:
        depth = front - points[:, 2]
    return (depth < slack) & solid[y, x]


def _looked_up(frame: NDArray[np.uint8], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear colours f64 ``[V, 3]`` of the frame at the points; its rim takes the inside's."""
    inside: NDArray[np.bool_] = _ndimage.binary_erosion(frame[..., 3] >= 250)
    if not inside.any():
        inside = frame[..., 3] >= 128
    nearest: Any = _ndimage.distance_transform_edt(
        ~inside, return_distances=False, return_indices=True
    )
    filled = to_linear(frame[nearest[0], nearest[1], :3] / 255.0)
    places = np.stack([points[:, 1] - 0.5, points[:, 0] - 0.5])
    channels = [
        _ndimage.map_coordinates(filled[..., channel], places, order=1, mode="nearest")
        for channel in range(3)
    ]
    return np.stack(channels, 1)


def _spread(
    rgb: NDArray[np.float64], known: NDArray[np.bool_], faces: NDArray[np.int32]
) -> NDArray[np.float64]:
    """The colours, those not known taken from neighbours, ring by ring; grey if none is known."""
    rgb, known = np.where(known[:, None], rgb, 0.2), known.copy()
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    while not known.all():
        giving = edges[known[edges[:, 0]] & ~known[edges[:, 1]]]
        if not len(giving):
            break
        total, count = np.zeros(rgb.shape), np.zeros(len(rgb))
        np.add.at(total, giving[:, 1], rgb[giving[:, 0]])
        np.add.at(count, giving[:, 1], 1)
        fresh = count > 0
        rgb[fresh] = total[fresh] / count[fresh, None]
        known |= fresh
    return rgb
