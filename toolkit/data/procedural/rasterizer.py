"""Impostor renderer: 3-D primitives to part and tone buffers, as 16-bit sprite art has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.raycast import (
    BALL,
    BOX,
    LIMB,
    facet,
    hit_limb,
    hit_solid,
    njit,
    place_solid,
    to_screen,
)

SIDE = 64
MIDDLE, GROUND = 32.0, 58.0
"""Column and row of the body frame's origin: feet stand on row 58."""
SHADOW, MID, LIGHT, OUTLINE, GLINT = 0, 1, 2, 3, 4
ROW = 28
"""Numbers a primitive; see ``Rig`` for the layout."""
STAMP = 14
"""Numbers a stamp: point, normal, width, height, shift x, shift y, part, tone, facing, depth."""
DETAIL_FROM = 32
"""Parts from here on are painted details: no line is drawn across them."""
LINE_STEP, SHADE_STEP = 3.2, 1.6
"""Steps in depth, in pixels, that draw a dark line or a shadow on the shape behind."""


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
    _draw(prims, prim_stops, stamps, stamp_stops, views, plain, part, tone)
    return part, tone


@njit
def _shade(row: Any, normal: Any) -> int:
    """The tone under a light from the upper left; flat faces never glint."""
    if row[2] >= 0:
        return int(row[2])
    lit = -0.48 * normal[0] + 0.62 * normal[1] + 0.62 * normal[2] + row[3]
    if lit > 0.93 and row[0] != BOX:
        return GLINT
    if lit > 0.66:
        return LIGHT
    return MID if lit > 0.18 else SHADOW


@njit
def _draw_limb(row: Any, view: Any, index: int, buffers: Any) -> None:
    depth, part, tone, shape = buffers
    scale = np.sqrt(view[0, 0] ** 2 + view[1, 0] ** 2 + view[2, 0] ** 2)
    a, e, normal = np.empty(3), np.empty(3), np.empty(3)
    for k in range(3):
        a[k] = view[k, 0] * row[4] + view[k, 1] * row[5] + view[k, 2] * row[6] + view[k, 3]
        e[k] = view[k, 0] * row[7] + view[k, 1] * row[8] + view[k, 2] * row[9] + view[k, 3] - a[k]
    ra, rb = row[16] * scale, row[17] * scale
    top, bottom = max(a[1] + ra, a[1] + e[1] + rb), min(a[1] - ra, a[1] + e[1] - rb)
    left, right = min(a[0] - ra, a[0] + e[0] - rb), max(a[0] + ra, a[0] + e[0] + rb)
    for y in range(max(int(GROUND - top), 1), min(int(GROUND - bottom) + 1, SIDE - 1)):
        for x in range(max(int(MIDDLE + left), 1), min(int(MIDDLE + right) + 1, SIDE - 1)):
            px, py = x + 0.5 - MIDDLE - a[0], GROUND - y - 0.5 - a[1]
            t = hit_limb(px, py, a, e, ra, rb, normal)
            if t > depth[y, x]:
                depth[y, x], shape[y, x] = t, index
                part[y, x], tone[y, x] = int(row[1]), _shade(row, normal)


@njit
def _draw_solid(row: Any, view: Any, index: int, buffers: Any) -> None:
    depth, part, tone, shape = buffers
    scale = np.sqrt(view[0, 0] ** 2 + view[1, 0] ** 2 + view[2, 0] ** 2)
    center, reach, normal, work = np.empty(3), np.empty(2), np.empty(3), np.empty((3, 3))
    axes, inverse = np.empty((3, 3)), np.empty((3, 3))
    place_solid(row, view, scale, axes, inverse, reach)
    for k in range(3):
        center[k] = view[k, 0] * row[4] + view[k, 1] * row[5] + view[k, 2] * row[6] + view[k, 3]
    top, bottom = GROUND - center[1] - reach[1], GROUND - center[1] + reach[1]
    left, right = MIDDLE + center[0] - reach[0], MIDDLE + center[0] + reach[0]
    for y in range(max(int(top), 1), min(int(bottom) + 1, SIDE - 1)):
        for x in range(max(int(left), 1), min(int(right) + 1, SIDE - 1)):
            px, py = x + 0.5 - MIDDLE - center[0], GROUND - y - 0.5 - center[1]
            t = hit_solid(row, px, py, center[2], inverse, work)
            if t <= depth[y, x]:
                continue
            o, d, n = work[0], work[1], work[2]
            inward = 0.0
            for k in range(3):
                inward += n[k] * (o[k] + t * d[k])
            if row[26] > 0:
                facet(n, row[26])
            to_screen(row, axes, n, normal)
            depth[y, x], shape[y, x] = t, index
            part[y, x] = int(row[1])
            tone[y, x] = SHADOW if row[0] == BALL and inward < 0 else _shade(row, normal)


@njit
def _draw_stamp(row: Any, view: Any, buffers: Any) -> None:
    depth, part, tone, _ = buffers
    facing = view[2, 0] * row[3] + view[2, 1] * row[4] + view[2, 2] * row[5]
    if facing < row[12]:
        return
    at = np.empty(3)
    for k in range(3):
        at[k] = view[k, 0] * row[0] + view[k, 1] * row[1] + view[k, 2] * row[2] + view[k, 3]
    left = int(np.floor(MIDDLE + at[0] - row[6] / 2 + 0.5 + row[8]))
    top = int(np.floor(GROUND - at[1] - row[7] / 2 + 0.5 + row[9]))
    for y in range(max(top, 1), min(top + int(row[7]), SIDE - 1)):
        for x in range(max(left, 1), min(left + int(row[6]), SIDE - 1)):
            if part[y, x] and at[2] > depth[y, x] - row[13]:
                part[y, x], tone[y, x] = int(row[10]), int(row[11])


@njit
def _draw_lines(buffers: Any, plain: Any, old: Any) -> None:
    """Outlines around the figure, dark lines and shadows where one shape stands before another."""
    depth, part, tone, shape = buffers
    for y in range(SIDE):
        for x in range(SIDE):
            old[y, x] = part[y, x]
    for y in range(SIDE):
        for x in range(SIDE):
            gap, owner = 0.0, 0
            for k in range(4):
                v, u = y + (k == 0) - (k == 1), x + (k == 2) - (k == 3)
                inside = 0 <= v < SIDE and 0 <= u < SIDE
                if inside and old[v, u] and not plain[old[v, u]] and shape[v, u] != shape[y, x]:
                    step = depth[v, u] - depth[y, x]
                    if step > gap:
                        gap, owner = step, old[v, u]
            if owner == 0 or plain[old[y, x]]:
                continue
            if old[y, x] == 0:
                part[y, x], tone[y, x] = owner, OUTLINE
            elif gap > LINE_STEP and old[y, x] < DETAIL_FROM:
                tone[y, x] = OUTLINE
            elif gap > SHADE_STEP and tone[y, x] != OUTLINE:
                tone[y, x] = SHADOW


@njit
def _draw(
    prims: Any,
    prim_stops: Any,
    stamps: Any,
    stamp_stops: Any,
    views: Any,
    plain: Any,
    part: Any,
    tone: Any,
) -> None:
    depth = np.empty((SIDE, SIDE))
    shape = np.empty((SIDE, SIDE), np.int64)
    old = np.empty((SIDE, SIDE), np.uint8)
    first, first_stamp = 0, 0
    for f in range(len(views)):
        for y in range(SIDE):
            for x in range(SIDE):
                depth[y, x], shape[y, x] = -1e8, -1
        buffers = (depth, part[f], tone[f], shape)
        for i in range(first, prim_stops[f]):
            if prims[i, 0] == LIMB:
                _draw_limb(prims[i], views[f], i, buffers)
            else:
                _draw_solid(prims[i], views[f], i, buffers)
        for i in range(first_stamp, stamp_stops[f]):
            _draw_stamp(stamps[i], views[f], buffers)
        _draw_lines(buffers, plain, old)
        first, first_stamp = prim_stops[f], stamp_stops[f]
