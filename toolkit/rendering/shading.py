"""Samples to pixels: light, glow and transparency, averaged in linear light, compiled by numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.rendering.compiled import inlined, kernel
from toolkit.rendering.rasterizer import span
from toolkit.rendering.surface import UNLIT, base_and_glow, corner_weights


@inlined
def _lit(x: float, y: float, z: float, lights: Any, ambient: float, bands: int) -> float:
    """Linear light that a white surface of this normal gives back."""
    light = 0.0
    for row in range(len(lights)):
        cosine = x * lights[row, 0] + y * lights[row, 1] + z * lights[row, 2]
        light += max(cosine, 0.0) * lights[row, 3]
    if bands > 0:
        light = (min(int(light * bands), bands - 1) + 0.5) / bands
    return ambient + light


@inlined
def _facing(
    normals: Any, normal_faces: Any, face: int, w0: float, w1: float, w2: float, turn: Any
) -> Any:
    """The unit normal in the camera's frame, turned to the viewer."""
    a, b, c = normal_faces[face, 0], normal_faces[face, 1], normal_faces[face, 2]
    x = w0 * normals[a, 0] + w1 * normals[b, 0] + w2 * normals[c, 0]
    y = w0 * normals[a, 1] + w1 * normals[b, 1] + w2 * normals[c, 1]
    z = w0 * normals[a, 2] + w1 * normals[b, 2] + w2 * normals[c, 2]
    right = turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z
    up = turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z
    toward = turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z
    length = np.sqrt(right * right + up * up + toward * toward)
    if length == 0.0:
        return 0.0, 0.0, 1.0
    scale = (-1.0 if toward < 0.0 else 1.0) / length
    return right * scale, up * scale, toward * scale


@inlined
def _sample(
    points: Any, faces: Any, face: int, px: float, py: float, perspective: bool,
    face_materials: Any, materials: Any, attributes: Any, texels: Any, levels: Any, linear: Any,
    normals: Any, normal_faces: Any, turn: Any, lights: Any, ambient: float, bands: int,
) -> Any:  # fmt: skip
    """Lit red, green and blue, opacity, and the normal: seven numbers."""
    a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
    w0, w1, w2 = corner_weights(points, a, b, c, px, py, perspective)
    red, green, blue, alpha, own_red, own_green, own_blue = base_and_glow(
        points, faces, face, w0, w1, w2,
        face_materials, materials, attributes, texels, levels, linear,
    )  # fmt: skip
    x, y, z = _facing(normals, normal_faces, face, w0, w1, w2, turn)
    light = 1.0
    if materials[face_materials[face], UNLIT] == 0:
        light = _lit(x, y, z, lights, ambient, bands)
    red, green = min(red * light + own_red, 1.0), min(green * light + own_green, 1.0)
    return red, green, min(blue * light + own_blue, 1.0), alpha, x, y, z


@kernel
def shade(
    points: Any, faces: Any, perspective: bool,
    face_materials: Any, materials: Any, attributes: Any, texels: Any, levels: Any, linear: Any,
    normals: Any, normal_faces: Any, turn: Any, lights: Any, ambient: float, bands: int,
    owner: Any, colors: Any, facing: Any,
) -> None:  # fmt: skip
    """Lit colour and normal of the opaque faces at each sample.

    ``colors`` f32 ``[rows, columns, 4]`` gets premultiplied linear light and opacity, ``facing``
    f32 ``[rows, columns, 3]`` the unit normal.
    """
    for y in range(owner.shape[0]):
        for x in range(owner.shape[1]):
            face = owner[y, x]
            if face < 0:
                continue
            red, green, blue, _, right, up, toward = _sample(
                points, faces, face, x + 0.5, y + 0.5, perspective,
                face_materials, materials, attributes, texels, levels, linear,
                normals, normal_faces, turn, lights, ambient, bands,
            )  # fmt: skip
            colors[y, x, 0], colors[y, x, 1], colors[y, x, 2] = red, green, blue
            colors[y, x, 3] = 1.0
            facing[y, x, 0], facing[y, x, 1], facing[y, x, 2] = right, up, toward


@kernel
def veil(
    order: Any, points: Any, faces: Any, perspective: bool,
    face_materials: Any, materials: Any, attributes: Any, texels: Any, levels: Any, linear: Any,
    normals: Any, normal_faces: Any, turn: Any, lights: Any, ambient: float, bands: int,
    near: Any, depth: Any, owner: Any, colors: Any, facing: Any,
) -> None:  # fmt: skip
    """Blend the see-through faces of ``order``, far ones first, where nothing opaque hides them.

    ``near`` is what the opaque faces left and stays; a face that hides more than half, or has
    nothing behind it, takes over ``depth``, ``owner`` and ``facing``.
    """
    rows, columns = near.shape
    for face in order:
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        x0, y0, x1, y1 = points[a, 0], points[a, 1], points[b, 0], points[b, 1]
        x2, y2 = points[c, 0], points[c, 1]
        per_area = 1.0 / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
        left, right = span(x0, x1, x2, columns)
        top, bottom = span(y0, y1, y2, rows)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                px, py = x + 0.5, y + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * per_area
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * per_area
                w2 = 1.0 - w0 - w1
                if not (w0 >= -1e-9 and w1 >= -1e-9 and w2 >= -1e-9):
                    continue
                z = np.float32(w0 * points[a, 2] + w1 * points[b, 2] + w2 * points[c, 2])
                if z <= near[y, x]:
                    continue
                red, green, blue, alpha, nx, ny, nz = _sample(
                    points, faces, face, px, py, perspective,
                    face_materials, materials, attributes, texels, levels, linear,
                    normals, normal_faces, turn, lights, ambient, bands,
                )  # fmt: skip
                if alpha <= 0.0:
                    continue
                rest = 1.0 - alpha
                colors[y, x, 0] = colors[y, x, 0] * rest + red * alpha
                colors[y, x, 1] = colors[y, x, 1] * rest + green * alpha
                colors[y, x, 2] = colors[y, x, 2] * rest + blue * alpha
                colors[y, x, 3] = colors[y, x, 3] * rest + alpha
                if alpha >= 0.5 or owner[y, x] < 0:
                    depth[y, x], owner[y, x] = z, face
                    facing[y, x, 0], facing[y, x, 1], facing[y, x, 2] = nx, ny, nz


@kernel
def average(
    depth: Any, owner: Any, colors: Any, facing: Any, face_objects: Any, samples: int,
    out_colors: Any, out_facing: Any, out_depth: Any, out_objects: Any,
) -> None:  # fmt: skip
    """``samples`` x ``samples`` samples to a pixel: sums of colours over all, mean nearness
    and summed normals over the covered ones, and the object of the nearest one.
    """
    share = np.float32(1.0 / (samples * samples))
    for row in range(out_objects.shape[0]):
        for column in range(out_objects.shape[1]):
            count, nearest, deep = 0, -np.inf, 0.0
            for y in range(row * samples, (row + 1) * samples):
                for x in range(column * samples, (column + 1) * samples):
                    if owner[y, x] < 0:
                        continue
                    for channel in range(4):
                        out_colors[row, column, channel] += colors[y, x, channel] * share
                    for axis in range(3):
                        out_facing[row, column, axis] += facing[y, x, axis]
                    count += 1
                    deep += depth[y, x]
                    if depth[y, x] > nearest:
                        nearest = depth[y, x]
                        out_objects[row, column] = face_objects[owner[y, x]]
            if count:
                out_depth[row, column] = deep / count
