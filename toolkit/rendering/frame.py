"""Frame: everything one view of a mesh shows, and the function that draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.rendering.camera import Framing, project, toward_viewer
from toolkit.rendering.lights import Lighting, lights_for
from toolkit.rendering.mesh import Mesh
from toolkit.rendering.rasterizer import NOTHING, rasterize
from toolkit.rendering.shading import average, shade, veil
from toolkit.rendering.surface import ALPHA_MODE, BLEND, look_of
from toolkit.rendering.view import View, rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One view; where ``alpha`` is 0 everything else is 0, the object -1."""

    rgba: NDArray[np.uint8]
    """uint8 ``[H, W, 4]``, sRGB, straight alpha."""
    normal: NDArray[np.float32]
    """f32 ``[H, W, 3]``, unit length, in the camera's frame: right, up, to the viewer."""
    depth: NDArray[np.float32]
    """f32 ``[H, W]``, units towards the viewer from the plane through the framing's centre."""
    objects: NDArray[np.int32]
    """int32 ``[H, W]``, index of the nearest object; -1 where there is none."""


class Renderer:
    """A mesh ready to be drawn from any side; it keeps no frame."""

    def __init__(self, mesh: Mesh, framing: Framing, lighting: Lighting, *, samples: int) -> None:
        """``samples`` a side of a pixel, 1 to 4: their square is averaged."""
        self.mesh = mesh
        self.framing = framing
        self.lighting = lighting
        self.samples = samples
        self.look = look_of(mesh)
        modes = self.look.materials[mesh.face_materials, ALPHA_MODE]
        self.blended = np.flatnonzero(modes == BLEND)

    def draw(self, view: View) -> Frame:
        """The frame that the camera sees from there."""
        framing, samples, mesh = self.framing, self.samples, self.mesh
        perspective = framing.distance > 0
        points = project(mesh.positions, view, framing, samples=samples)
        rows, columns = framing.height * samples, framing.width * samples
        near, owner = rasterize(
            points, mesh.faces, self.look, perspective=perspective, rows=rows, columns=columns
        )
        surface = (
            points, mesh.faces, perspective, *self.look.arrays, mesh.normals, mesh.normal_faces,
            rotation(view), lights_for(self.lighting, view), self.lighting.ambient,
            self.lighting.bands,
        )  # fmt: skip
        colors = np.zeros((rows, columns, 4), np.float32)
        facing = np.zeros((rows, columns, 3), np.float32)
        shade(*surface, owner, colors, facing)
        if len(self.blended):
            nearness = points[mesh.faces[self.blended], 2].mean(1)
            order = self.blended[np.argsort(nearness, kind="stable")]
            depth = near.copy()
            veil(order, *surface, near, depth, owner, colors, facing)
            near = depth
        out = _empty(framing.height, framing.width)
        average(near, owner, colors, facing, mesh.face_objects, samples, *out)
        return _frame(out, framing)


def _empty(height: int, width: int) -> tuple[NDArray[Any], ...]:
    return (
        np.zeros((height, width, 4), np.float32),
        np.zeros((height, width, 3), np.float32),
        np.zeros((height, width)),
        np.full((height, width), NOTHING, np.int32),
    )


def _frame(out: tuple[NDArray[Any], ...], framing: Framing) -> Frame:
    """The frame of averaged colours, summed normals, nearness and objects."""
    colors, normals, nearness, objects = out
    seen = objects >= 0
    length = np.linalg.norm(normals, axis=2, keepdims=True)
    depth = np.zeros(objects.shape, np.float32)
    depth[seen] = toward_viewer(nearness[seen], framing)
    return Frame(
        rgba=straight_srgb(colors, seen),
        normal=(normals / np.where(length > 0, length, 1)).astype(np.float32),
        depth=depth,
        objects=objects,
    )


def straight_srgb(colors: NDArray[np.float32], seen: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Premultiplied linear light to straight sRGB bytes."""
    rgba = np.zeros(colors.shape, np.uint8)
    shown = colors[seen]
    linear = np.clip(shown[:, :3] / np.maximum(shown[:, 3:], 1e-6), 0, 1)
    curve = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    rgba[seen, :3] = np.rint(curve * 255)
    rgba[seen, 3] = np.rint(np.clip(shown[:, 3], 0, 1) * 255)
    return rgba
