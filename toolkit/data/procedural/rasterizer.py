"""Impostor renderer: 3-D primitives to part and tone buffers, as 16-bit sprite art has them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.raycast import compiled_hits

SIDE = 64
GROUND = 58.0
"""Row of the common baseline, in pixels from the top."""
SHADOW, MID, LIGHT, OUTLINE, GLINT = 0, 1, 2, 3, 4
ROW = 28
"""Numbers a primitive; see ``Rig`` for the layout."""
STAMP = 14
"""Numbers a stamp: point, normal, width, height, shift x, shift y, part, tone, facing, depth."""


def render_buffers(
    prims: NDArray[np.float64],
    prim_stops: NDArray[np.int64],
    stamps: NDArray[np.float64],
    stamp_stops: NDArray[np.int64],
    views: NDArray[np.float64],
    plain: NDArray[np.bool_],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Buffers ``part`` and ``tone``, both uint8 ``[F, 64, 64]``; part 0 is transparent.

    ``prims`` f64 ``[N, 28]`` and ``stamps`` f64 ``[M, 14]`` hold all frames one after the other,
    frame ``f`` ending at ``prim_stops[f]``. ``views`` f64 ``[F, 3, 4]`` maps the body frame to
    the screen: x right, y up, z to the viewer, pixels, origin on the baseline. ``plain`` bool
    ``[parts]`` marks the parts that glow: they get no outline.
    """
    frames = len(views)
    part = np.zeros((frames, SIDE, SIDE), np.uint8)
    tone = np.zeros((frames, SIDE, SIDE), np.uint8)
    _compiled()(prims, prim_stops, stamps, stamp_stops, views, plain, part, tone)
    return part, tone


@cache
def _compiled() -> Any:
    """The frame loop, compiled on first use."""
    from numba import njit  # type: ignore[import-untyped]

    draw_prim = compiled_hits()

    def draw_stamp(row: Any, view: Any, depth: Any, part: Any, tone: Any) -> None:
        point = view[:, 0] * row[0] + view[:, 1] * row[1] + view[:, 2] * row[2] + view[:, 3]
        normal = view[2, 0] * row[3] + view[2, 1] * row[4] + view[2, 2] * row[5]
        if normal < row[12]:
            return
        left = int(np.floor(32.0 + point[0] - row[6] / 2 + 0.5 + row[8]))
        top = int(np.floor(58.0 - point[1] - row[7] / 2 + 0.5 + row[9]))
        for y in range(max(top, 1), min(top + int(row[7]), 63)):
            for x in range(max(left, 1), min(left + int(row[6]), 63)):
                if part[y, x] and point[2] > depth[y, x] - row[13]:
                    part[y, x] = int(row[10])
                    tone[y, x] = int(row[11])

    def draw_lines(depth: Any, part: Any, tone: Any, plain: Any, old: Any) -> None:
        for y in range(64):
            for x in range(64):
                old[y, x] = part[y, x]
        for y in range(64):
            for x in range(64):
                here, gap, owner = depth[y, x], 0.0, 0
                for k in range(4):
                    v, u = y + (k == 0) - (k == 1), x + (k == 2) - (k == 3)
                    if 0 <= v < 64 and 0 <= u < 64 and old[v, u] and not plain[old[v, u]]:
                        step = depth[v, u] - here
                        if step > gap:
                            gap, owner = step, old[v, u]
                if owner == 0 or (old[y, x] and plain[old[y, x]]):
                    continue
                if old[y, x] == 0:
                    part[y, x] = owner
                    tone[y, x] = 3
                elif gap > 3.2 and old[y, x] < 32:
                    tone[y, x] = 3
                elif gap > 1.6 and tone[y, x] != 3:
                    tone[y, x] = 0

    stamp_fast, lines_fast = njit(draw_stamp), njit(draw_lines)

    def draw(
        prims: Any, prim_stops: Any, stamps: Any, stamp_stops: Any, views: Any, plain: Any,
        part: Any, tone: Any,
    ) -> None:  # fmt: skip
        depth = np.empty((64, 64))
        old = np.empty((64, 64), np.uint8)
        first, first_stamp = 0, 0
        for f in range(len(views)):
            depth[:] = -1e9
            for i in range(first, prim_stops[f]):
                draw_prim(prims[i], views[f], depth, part[f], tone[f])
            for i in range(first_stamp, stamp_stops[f]):
                stamp_fast(stamps[i], views[f], depth, part[f], tone[f])
            lines_fast(depth, part[f], tone[f], plain, old)
            first, first_stamp = prim_stops[f], stamp_stops[f]

    return njit(draw)
