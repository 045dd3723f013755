"""The z-buffer: which triangle each sample of a frame shows, compiled by numba.

A sample is the middle of a pixel of the supersampled frame. It shows the nearest triangle that
covers it; of equally near ones the first. Masked materials have holes where their texture says
so; blended ones are left to ``shading``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.rendering.compiled import inlined, kernel
from toolkit.rendering.surface import (
    ALPHA_MODE,
    BLEND,
    CUTOFF,
    MASK,
    Look,
    base_and_glow,
    corner_weights,
)

NOTHING = -1
"""Owner of a sample that shows no triangle."""
FAR = np.float32(-np.inf)


def rasterize(
    points: NDArray[np.float64],
    faces: NDArray[np.int32],
    look: Look,
    *,
    rows: int,
    columns: int,
    perspective: bool,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Nearness f32 and owner int32, both ``[rows, columns]``, of the triangles that hide others.

    ``points`` f64 ``[V, 3]`` are screen points in samples with nearness, as ``project`` gives
    them. The owner is a face number or -1.
    """
    near = np.full((rows, columns), FAR, np.float32)
    owner = np.full((rows, columns), NOTHING, np.int32)
    _draw(points, faces, perspective, *look.arrays, near, owner)
    return near, owner


@inlined
def span(low: float, middle: float, high: float, size: int) -> Any:
    """First and last sample whose middle lies between the extremes of three coordinates."""
    least, most = min(low, min(middle, high)), max(low, max(middle, high))
    if most < 0.5 or least > size - 0.5:
        return 0, -1
    return max(0, int(np.ceil(least - 0.5))), min(size - 1, int(np.floor(most - 0.5)))


@kernel
def _draw(
    points: Any, faces: Any, perspective: bool,
    face_materials: Any, materials: Any, attributes: Any, texels: Any, levels: Any, linear: Any,
    near: Any, owner: Any,
) -> None:  # fmt: skip
    rows, columns = near.shape
    for face in range(len(faces)):
        mode = materials[face_materials[face], ALPHA_MODE]
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        x0, y0, z0 = points[a, 0], points[a, 1], points[a, 2]
        x1, y1, z1 = points[b, 0], points[b, 1], points[b, 2]
        x2, y2, z2 = points[c, 0], points[c, 1], points[c, 2]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area == 0.0 or mode == BLEND:
            continue
        left, right = span(x0, x1, x2, columns)
        top, bottom = span(y0, y1, y2, rows)
        per_area = 1.0 / area
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                px, py = x + 0.5, y + 0.5
                w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * per_area
                w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * per_area
                w2 = 1.0 - w0 - w1
                if w0 < -1e-9 or w1 < -1e-9 or w2 < -1e-9:
                    continue
                z = np.float32(w0 * z0 + w1 * z1 + w2 * z2)
                if z <= near[y, x]:
                    continue
                if mode == MASK:
                    u0, u1, u2 = corner_weights(points, a, b, c, px, py, perspective)
                    seen = base_and_glow(
                        points, faces, face, u0, u1, u2,
                        face_materials, materials, attributes, texels, levels, linear,
                    )  # fmt: skip
                    if seen[3] < materials[face_materials[face], CUTOFF]:
                        continue
                near[y, x], owner[y, x] = z, face
