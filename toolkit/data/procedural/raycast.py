"""Where a view ray meets an ellipsoid, tapered capsule, box or cone; compiled by numba.

Rays run along the screen's z axis, so a hit is the largest z at a pixel. A tapered capsule is the
envelope of spheres along a segment; at a pixel the sphere that rises highest is found in closed
form, and its normal is the capsule's.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

BALL, LIMB, BOX, CONE = 0.0, 1.0, 2.0, 3.0
MISS = -1e9


@cache
def compiled_hits() -> Any:
    """``draw_prim(row, view, depth, part, tone)``: z-buffers one primitive into a frame."""
    from numba import njit  # type: ignore[import-untyped]

    def shade(normal: Any, row: Any) -> int:
        if row[2] >= 0:
            return int(row[2])
        lit = (-0.48 * normal[0] + 0.62 * normal[1] + 0.62 * normal[2]) + row[3]
        if lit > 0.93:
            return 4
        if lit > 0.66:
            return 2
        return 1 if lit > 0.18 else 0

    def ball(o: Any, d: Any, clip: Any, n: Any) -> float:
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
            if side * (clip[0] * n[0] + clip[1] * n[1] + clip[2] * n[2]) <= clip[3]:
                return t
        return MISS

    def box(o: Any, d: Any, n: Any) -> float:
        near, far, axis = 1e9, -1e9, -1
        for k in range(3):
            if abs(d[k]) < 1e-9:
                if abs(o[k]) > 1:
                    return MISS
                continue
            t = (-o[k]) / d[k] + 1 / abs(d[k])
            if t < near:
                near, axis = t, k
            far = max(far, (-o[k]) / d[k] - 1 / abs(d[k]))
        if near < far or axis < 0:
            return MISS
        n[0], n[1], n[2] = 0.0, 0.0, 0.0
        n[axis] = 1.0 if d[axis] > 0 else -1.0
        return near

    def cone(o: Any, d: Any, row: Any, n: Any) -> float:
        m, k = (row[19] + row[20]) / 2, (row[20] - row[19]) / 2
        base, slope = m + k * o[1], k * d[1]
        a = d[0] * d[0] + d[2] * d[2] - slope * slope
        b = o[0] * d[0] + o[2] * d[2] - base * slope
        c = o[0] * o[0] + o[2] * o[2] - base * base
        best, root = MISS, b * b - a * c
        if root >= 0 and abs(a) > 1e-9:
            root = np.sqrt(root)
            for side in (1.0, -1.0):
                t = (side * root - b) / a
                y = o[1] + t * d[1]
                if t > best and -1 <= y <= 1 and m + k * y >= 0:
                    best = t
                    n[0], n[1], n[2] = o[0] + t * d[0], -k * (m + k * y), o[2] + t * d[2]
        if abs(d[1]) > 1e-9 and row[25] == 0:
            for end in (1.0, -1.0):
                t = (end - o[1]) / d[1]
                x, z, r = o[0] + t * d[0], o[2] + t * d[2], m + k * end
                if t > best and x * x + z * z <= r * r:
                    best = t
                    n[0], n[1], n[2] = 0.0, end, 0.0
        return best

    def limb(x: float, y: float, a: Any, e: Any, row: Any, scale: float, n: Any) -> float:
        ra, taper = row[16] * scale, (row[17] - row[16]) * scale
        px, py = x - a[0], y - a[1]
        curve = e[0] * e[0] + e[1] * e[1] - taper * taper
        if curve < 1e-3:
            s = 1.0 if e[2] + taper > 0 else 0.0
        else:
            middle = (px * e[0] + py * e[1] + ra * taper) / curve
            wide = (ra * ra - px * px - py * py) / curve + middle * middle
            if wide < 0:
                return MISS
            wide = np.sqrt(wide)
            s = middle + wide * e[2] / np.sqrt(e[2] * e[2] + curve)
            low, high = max(0.0, middle - wide), min(1.0, middle + wide)
            if low > high:
                return MISS
            s = min(max(s, low), high)
        r = ra + s * taper
        dx, dy = px - s * e[0], py - s * e[1]
        rise = r * r - dx * dx - dy * dy
        if rise < -1e-9 or r <= 0:
            return MISS
        rise = np.sqrt(max(rise, 0.0))
        n[0], n[1], n[2] = dx / r, dy / r, rise / r
        return a[2] + s * e[2] + rise

    shade_fast, ball_fast, box_fast = njit(shade), njit(ball), njit(box)
    cone_fast, limb_fast = njit(cone), njit(limb)

    def draw_prim(row: Any, view: Any, depth: Any, part: Any, tone: Any) -> None:
        scale = np.sqrt(view[0, 0] ** 2 + view[1, 0] ** 2 + view[2, 0] ** 2)
        center, far = np.empty(3), np.empty(3)
        inverse, axes = np.empty((3, 3)), np.empty((3, 3))
        o, d, n, normal = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
        for k in range(3):
            center[k] = view[k, 3]
            far[k] = view[k, 3]
            for j in range(3):
                center[k] += view[k, j] * row[4 + j]
                far[k] += view[k, j] * row[7 + j]
        left, right, bottom, top = center[0], center[0], center[1], center[1]
        if row[0] == LIMB:
            ra, rb = row[16] * scale, row[17] * scale
            left, right = min(center[0] - ra, far[0] - rb), max(center[0] + ra, far[0] + rb)
            bottom, top = min(center[1] - ra, far[1] - rb), max(center[1] + ra, far[1] + rb)
            for k in range(3):
                far[k] -= center[k]
        else:
            grow = max(row[19], row[20], 1.0)
            reach_x, reach_y = 0.0, 0.0
            for j in range(3):
                size = row[16 + j] * (grow if row[0] == CONE and j != 1 else 1.0)
                for k in range(3):
                    axes[k, j] = 0.0
                    for i in range(3):
                        axes[k, j] += view[k, i] * row[7 + 3 * j + i]
                    inverse[j, k] = axes[k, j] / (scale * scale * row[16 + j])
                wide_x, wide_y = abs(axes[0, j]) * size, abs(axes[1, j]) * size
                if row[0] == BALL:
                    reach_x, reach_y = np.hypot(reach_x, wide_x), np.hypot(reach_y, wide_y)
                else:
                    reach_x, reach_y = reach_x + wide_x, reach_y + wide_y
            left, right, bottom, top = left - reach_x, right + reach_x, bottom - reach_y, top + reach_y
            for k in range(3):
                d[k] = inverse[k, 2]
        for y in range(max(int(58 - top), 1), min(int(58 - bottom) + 1, 63)):
            for x in range(max(int(32 + left), 1), min(int(32 + right) + 1, 63)):
                sx, sy = x + 0.5 - 32, 58 - (y + 0.5)
                if row[0] == LIMB:
                    t = limb_fast(sx, sy, center, far, row, scale, normal)
                    inside = False
                else:
                    for k in range(3):
                        o[k] = (
                            inverse[k, 0] * (sx - center[0])
                            + inverse[k, 1] * (sy - center[1])
                            - inverse[k, 2] * center[2]
                        )
                    if row[0] == BALL:
                        t = ball_fast(o, d, row[21:25], n)
                    elif row[0] == BOX:
                        t = box_fast(o, d, n)
                    else:
                        t = cone_fast(o, d, row, n)
                if t <= depth[y, x]:
                    continue
                if row[0] != LIMB:
                    if row[26] > 0 and abs(n[1]) < 0.99:
                        angle = 6.283185 / row[26]
                        angle *= np.floor(np.arctan2(n[2], n[0]) / angle) + 0.5
                        ring = np.hypot(n[0], n[2])
                        n[0], n[2] = ring * np.cos(angle), ring * np.sin(angle)
                    length = 0.0
                    for k in range(3):
                        normal[k] = 0.0
                        for j in range(3):
                            normal[k] += axes[k, j] / row[16 + j] * n[j]
                        length += normal[k] ** 2
                    length = np.sqrt(length) + 1e-9
                    for k in range(3):
                        normal[k] /= length
                    inside = normal[2] < 0 or (row[0] == BALL and row[24] < 8 and n[0] * (o[0] + t * d[0]) + n[1] * (o[1] + t * d[1]) + n[2] * (o[2] + t * d[2]) < 0)
                depth[y, x] = t
                part[y, x] = int(row[1])
                tone[y, x] = 0 if inside else shade_fast(normal, row)

    return njit(draw_prim)
