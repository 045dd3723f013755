"""The visual hull: all of space that every silhouette of a turntable leaves (Laurentini, 1994).

A voxel's value is how deep it lies inside the silhouettes, in pixels, so that the surface runs
between voxels and needs no fine grid. With ``agreement`` below 1 so large a share of the views
must leave a voxel, not all: drawn views never agree exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from toolkit.errors import BadRequest
from toolkit.rendering.camera import project
from toolkit.rendering.compiled import kernel
from toolkit.rendering.stand import Stand
from toolkit.rendering.view import rotation

_ndimage: Any = ndimage
DEEP = 8.0
"""Pixels at which depth inside or outside a silhouette is cut off."""
STEEPEST = 75.0
"""Degrees above or below the horizon from which a view says nothing about heights."""
LENS_ROOM = 1.35
"""How much larger than with parallel rays the searched space is in perspective."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hull:
    """Voxels around the subject."""

    depth: NDArray[np.float32]
    """f32 ``[X, Y, Z]``, pixels inside the silhouettes, below 0 outside; its border is outside."""
    origin: NDArray[np.float64]
    """Middle of voxel 0, 0, 0, f64 ``[3]``, in units, y up."""
    step: float
    """Units between voxels."""


def carve(
    alpha: NDArray[np.uint8], stand: Stand, *, resolution: int = 96, agreement: float = 1.0
) -> Hull:
    """The hull of silhouettes uint8 ``[T, H, W]`` seen from ``stand``.

    ``resolution`` voxels go along the longest side. Nothing is left below the ground when it is
    known, which silhouettes alone cannot tell from above.

    Raises:
        BadRequest: a silhouette is empty or fills its picture, or all views are from above.
    """
    _check(alpha, stand)
    low, high = _bounds(alpha, stand)
    step = float((high - low).max()) / resolution
    counts = np.ceil((high - low) / step).astype(int) + 3
    origin = low - step
    depth = np.empty(counts.tolist(), np.float32)
    order, framing = _spread(len(alpha)), stand.framing
    views = [stand.views[int(number)] for number in order.tolist()]
    center = np.array(framing.center)
    _carve(
        np.stack([inside_depth(alpha[number]) for number in order]),
        np.stack([rotation(view) for view in views]),
        np.stack([project(center, view, framing)[:2] for view in views]),
        center, framing.scale, framing.distance, origin, step,
        int((1 - agreement) * len(alpha) + 1e-9), depth,
    )  # fmt: skip
    if stand.measured:
        _cut_at_ground(depth, origin[1], step, stand.framing.scale)
    _close(depth)
    return Hull(depth=_without_crumbs(depth), origin=origin, step=step)


def inside_depth(alpha: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pixels from each pixel's middle to the silhouette's edge, f32 ``[H, W]``, above 0 inside.

    At the edge the pixel's opacity says where in it the edge runs.
    """
    cover = alpha.astype(np.float32) / np.float32(255)
    inside = cover >= 0.5
    within: NDArray[np.float64] = _ndimage.distance_transform_edt(np.pad(inside, 1))
    beyond: NDArray[np.float64] = _ndimage.distance_transform_edt(~inside)
    within = within[1:-1, 1:-1]
    depth = np.where(inside, within - 0.5, 0.5 - beyond)
    at_edge = np.where(inside, within, beyond) <= 1
    depth = np.where(at_edge, cover - 0.5, depth)
    return np.clip(depth, -DEEP, DEEP).astype(np.float32)


def _check(alpha: NDArray[np.uint8], stand: Stand) -> None:
    if len(alpha) < 3 or len({round(view.azimuth % 360, 3) for view in stand.views}) < 3:
        raise BadRequest(f"the clip has {len(alpha)} views; a mesh needs at least 3 azimuths.")
    solid = alpha >= 128
    for number, silhouette in enumerate(solid):
        if not silhouette.any():
            raise BadRequest(f"view {number} is empty; give a turntable that shows it everywhere.")
        if silhouette.all():
            raise BadRequest(f"view {number} has no background; give frames with transparency.")
    if all(abs(view.elevation) > STEEPEST for view in stand.views):
        raise BadRequest(
            f"all views are from {stand.views[0].elevation:g} degrees; a mesh needs some from the "
            f"side, below {STEEPEST:g} degrees."
        )


def _bounds(
    alpha: NDArray[np.uint8], stand: Stand
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest corner f64 ``[3]`` of what the silhouettes can hold."""
    framing = stand.framing
    x, y = framing.anchor_pixel
    room = LENS_ROOM if framing.distance else 1.0
    across, tops, bottoms = 0.0, [np.inf], [-np.inf]
    boxes = [_box(silhouette) for silhouette in alpha]
    for left, _, right, _ in boxes:
        across = max(across, abs(left - x), abs(right - x))
    for (_, top, _, bottom), view in zip(boxes, stand.views, strict=True):
        if abs(view.elevation) <= STEEPEST:
            tilt = np.radians(abs(view.elevation))
            lean = across * np.sin(tilt)
            tops.append((y - top + lean) / np.cos(tilt))
            bottoms.append((y - bottom - lean) / np.cos(tilt))
    high, low = min(tops) * room, max(bottoms) * room
    if stand.measured:
        low = max(low, 0.0)
    reach = across * room / framing.scale
    return (
        np.array([-reach, low / framing.scale, -reach]),
        np.array([reach, high / framing.scale, reach]),
    )


def _box(silhouette: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    rows = np.flatnonzero((silhouette > 0).any(1))
    columns = np.flatnonzero((silhouette > 0).any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _spread(count: int) -> NDArray[np.intp]:
    """The views in an order in which neighbours look from far apart, so that voxels fall early."""
    return np.argsort(np.arange(count) * 0.618033988749895 % 1.0)


@kernel
def _carve(
    fields: Any, turns: Any, offsets: Any, center: Any, scale: float, distance: float,
    origin: Any, step: float, skipped: int, out: Any,
) -> None:  # fmt: skip
    """Into ``out`` the depth of each voxel in the silhouette that holds it ``skipped``-th worst."""
    height, width = fields.shape[1], fields.shape[2]
    least = np.empty(skipped + 1, np.float32)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for k in range(out.shape[2]):
                x = origin[0] + i * step - center[0]
                y = origin[1] + j * step - center[1]
                z = origin[2] + k * step - center[2]
                least[:] = DEEP
                for view in range(len(fields)):
                    right = turns[view, 0, 0] * x + turns[view, 0, 1] * y + turns[view, 0, 2] * z
                    up = turns[view, 1, 0] * x + turns[view, 1, 1] * y + turns[view, 1, 2] * z
                    if distance > 0:
                        near = turns[view, 2, 0] * x + turns[view, 2, 1] * y + turns[view, 2, 2] * z
                        right *= distance / (distance - near)
                        up *= distance / (distance - near)
                    column = offsets[view, 0] + right * scale - 0.5
                    row = offsets[view, 1] - up * scale - 0.5
                    left, top = int(np.floor(column)), int(np.floor(row))
                    value = np.float32(-DEEP)
                    if 0 <= left < width - 1 and 0 <= top < height - 1:
                        share, down = column - left, row - top
                        above = fields[view, top, left] * (1 - share)
                        above += fields[view, top, left + 1] * share
                        below = fields[view, top + 1, left] * (1 - share)
                        below += fields[view, top + 1, left + 1] * share
                        value = np.float32(above * (1 - down) + below * down)
                    slot = skipped
                    if value >= least[slot]:
                        continue
                    while slot > 0 and least[slot - 1] > value:
                        least[slot] = least[slot - 1]
                        slot -= 1
                    least[slot] = value
                    if least[skipped] <= -DEEP:
                        break
                out[i, j, k] = least[skipped]


def _cut_at_ground(depth: NDArray[np.float32], bottom: float, step: float, scale: float) -> None:
    rows: NDArray[np.float64] = np.arange(depth.shape[1], dtype=np.float64)
    heights = (bottom + step * rows) * scale
    np.minimum(depth, heights.astype(np.float32)[None, :, None], out=depth)


def _close(depth: NDArray[np.float32]) -> None:
    """Make the border outside, so that the surface has no hole at the end of the grid."""
    for axis in range(3):
        for end in (0, -1):
            face = depth.swapaxes(0, axis)[end]
            np.minimum(face, -0.5, out=face)


def _without_crumbs(depth: NDArray[np.float32]) -> NDArray[np.float32]:
    """The field without pieces below half a percent of the whole.

    Raises:
        BadRequest: no voxel is inside all silhouettes.
    """
    found: Any = _ndimage.label(depth > 0)
    labels: NDArray[np.int32] = found[0]
    if not found[1]:
        raise BadRequest(
            "the silhouettes leave no common space, so they cannot come from one object; "
            "give a turntable whose subject turns about its middle, or lower --agreement."
        )
    sizes = np.bincount(labels.ravel())
    sizes[0] = sizes.max()
    return np.where(sizes[labels] < 0.005 * sizes[1:].sum(), -0.5, depth).astype(np.float32)
