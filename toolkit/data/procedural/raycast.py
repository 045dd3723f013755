"""Where a view ray meets an ellipsoid, tapered capsule, box or cone; compiled by numba.

Rays run along the screen's z axis, so a hit is the largest z at a pixel. A tapered capsule is the
envelope of spheres along a segment; at a pixel the sphere that rises highest is found in closed
form, and its normal is the capsule's. The others are solved in unit coordinates: ``o`` is the ray's
point at z = 0, ``d`` its direction, and ``n`` receives the unit shape's outward normal.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

BALL, LIMB, BOX, CONE = 0.0, 1.0, 2.0, 3.0
MISS = -1e9
_numba: Any = numba
njit: Any = _numba.njit
"""The compiler; its signatures are numba's own, so compiled functions are untyped."""


@njit
def hit_ball(o: Any, d: Any, row: Any, n: Any) -> float:
    """The unit ball where the row's clip plane keeps it; inside, ``n`` faces the viewer."""
    a = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
    b = o[0] * d[0] + o[1] * d[1] + o[2] * d[2]
    root = b * b - a * (o[0] * o[0] + o[1] * o[1] + o[2] * o[2] - 1)
    if root < 0:
        return MISS
    root = np.sqrt(root)
    for side in (1.0, -1.0):
        t = (side * root - b) / a
        for k in range(3):
            n[k] = (o[k] + t * d[k]) * side
        if side * (row[21] * n[0] + row[22] * n[1] + row[23] * n[2]) <= row[24]:
            return t
    return MISS


@njit
def hit_box(o: Any, d: Any, n: Any) -> float:
    """The cube from -1 to 1."""
    near, far, axis = 1e9, -1e9, -1
    for k in range(3):
        if abs(d[k]) < 1e-9:
            if abs(o[k]) > 1:
                return MISS
            continue
        t = 1 / abs(d[k]) - o[k] / d[k]
        if t < near:
            near, axis = t, k
        far = max(far, -o[k] / d[k] - 1 / abs(d[k]))
    if near < far or axis < 0:
        return MISS
    n[0], n[1], n[2] = 0.0, 0.0, 0.0
    n[axis] = 1.0 if d[axis] > 0 else -1.0
    return near


@njit
def hit_cone(o: Any, d: Any, low: float, high: float, n: Any) -> float:
    """The cone along y from radius ``low`` at -1 to ``high`` at 1, with its caps."""
    m, k = (low + high) / 2, (high - low) / 2
    base, slope = m + k * o[1], k * d[1]
    a = d[0] * d[0] + d[2] * d[2] - slope * slope
    b = o[0] * d[0] + o[2] * d[2] - base * slope
    best, root = MISS, b * b - a * (o[0] * o[0] + o[2] * o[2] - base * base)
    if root >= 0 and abs(a) > 1e-9:
        root = np.sqrt(root)
        for side in (1.0, -1.0):
            t = (side * root - b) / a
            y = o[1] + t * d[1]
            if t > best and -1 <= y <= 1 and m + k * y >= 0:
                best = t
                n[0], n[1], n[2] = o[0] + t * d[0], -k * (m + k * y), o[2] + t * d[2]
    for end in (1.0, -1.0):
        t = (end - o[1]) / d[1] if abs(d[1]) > 1e-9 else MISS
        x, z, r = o[0] + t * d[0], o[2] + t * d[2], m + k * end
        if t > best and x * x + z * z <= r * r:
            best = t
            n[0], n[1], n[2] = 0.0, end, 0.0
    return best


@njit
def hit_limb(px: float, py: float, a: Any, e: Any, ra: float, rb: float, n: Any) -> float:
    """The capsule from ``a`` along ``e``; ``px``, ``py`` are measured from ``a`` on the screen."""
    taper = rb - ra
    curve = e[0] * e[0] + e[1] * e[1] - taper * taper
    if curve < 1e-3:
        s = 1.0 if e[2] + taper > 0 else 0.0
    else:
        middle = (px * e[0] + py * e[1] + ra * taper) / curve
        wide = (ra * ra - px * px - py * py) / curve + middle * middle
        wide = np.sqrt(wide) if wide >= 0 else -1e6
        low, high = max(0.0, middle - wide), min(1.0, middle + wide)
        if low > high:
            return MISS
        s = min(max(middle + wide * e[2] / np.sqrt(e[2] * e[2] + curve), low), high)
    r = ra + s * taper
    dx, dy = px - s * e[0], py - s * e[1]
    rise = r * r - dx * dx - dy * dy
    if rise < -1e-9 or r <= 0:
        return MISS
    rise = np.sqrt(max(rise, 0.0))
    n[0], n[1], n[2] = dx / r, dy / r, rise / r
    return a[2] + s * e[2] + rise


@njit
def place_solid(row: Any, view: Any, scale: float, axes: Any, inverse: Any, reach: Any) -> None:
    """Screen axes of a ball, box or cone, the map back to unit coordinates, and its extent."""
    grow = max(row[19], row[20]) if row[0] == CONE else 1.0
    reach[0], reach[1] = 0.0, 0.0
    for j in range(3):
        for k in range(3):
            axes[k, j] = 0.0
            for i in range(3):
                axes[k, j] += view[k, i] * row[7 + 3 * j + i]
            inverse[j, k] = axes[k, j] / (scale * scale * row[16 + j])
        size = row[16 + j] * (grow if j != 1 else 1.0)
        for k in range(2):
            wide = abs(axes[k, j]) * size
            reach[k] = np.hypot(reach[k], wide) if row[0] == BALL else reach[k] + wide


@njit
def hit_solid(row: Any, x: float, y: float, z: float, inverse: Any, work: Any) -> float:
    """A ball, box or cone at a pixel ``x``, ``y`` from its centre at depth ``z``.

    ``work`` is three scratch vectors: the ray's point and direction, and the normal to fill.
    """
    o, d, n = work[0], work[1], work[2]
    for k in range(3):
        o[k] = inverse[k, 0] * x + inverse[k, 1] * y - inverse[k, 2] * z
        d[k] = inverse[k, 2]
    if row[0] == BALL:
        return hit_ball(o, d, row, n)
    return hit_box(o, d, n) if row[0] == BOX else hit_cone(o, d, row[19], row[20], n)


@njit
def facet(n: Any, count: float) -> None:
    """Turn a normal to the middle of one of ``count`` flat sides around y."""
    ring = np.hypot(n[0], n[2])
    if ring > 0:
        angle = 6.283185307 / count
        angle *= np.floor(np.arctan2(n[2], n[0]) / angle) + 0.5
        n[0], n[2] = ring * np.cos(angle), ring * np.sin(angle)


@njit
def to_screen(row: Any, axes: Any, n: Any, normal: Any) -> None:
    """The unit shape's normal as a unit vector on the screen."""
    length = 0.0
    for k in range(3):
        normal[k] = 0.0
        for j in range(3):
            normal[k] += axes[k, j] / row[16 + j] * n[j]
        length += normal[k] ** 2
    length = np.sqrt(length) + 1e-9
    for k in range(3):
        normal[k] /= length
