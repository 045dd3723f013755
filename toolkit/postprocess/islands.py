"""Neighbourhoods of masks, in space and time; the typed edge to ``scipy.ndimage``."""

# SciPy ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse import csgraph

Mask = NDArray[np.bool_]
Labels = NDArray[np.int32]


def label(mask: Mask, *, diagonal: bool, across_frames: bool = True) -> tuple[Labels, int]:
    """Labels int32 1 to n (0 outside) of the components of bool ``[T, H, W]``, and n.

    ``diagonal`` joins corner neighbours too; without ``across_frames`` every frame stands alone.
    """
    structure = _structure(diagonal=diagonal, across_frames=across_frames)
    labels, count = cast(Any, ndimage.label(mask, structure))
    return np.asarray(labels, np.int32), int(count)


def component_sizes(mask: Mask, *, diagonal: bool, loop: bool) -> NDArray[np.int64]:
    """For each pixel of ``[T, H, W]`` the pixel count of its space-time component, 0 outside.

    In a ``loop`` the last frame also touches the first.
    """
    labels, count = label(mask, diagonal=diagonal)
    groups = _joined_over_seam(labels, count, diagonal=diagonal) if loop else labels
    sizes = np.bincount(groups[mask], minlength=count + 1).astype(np.int64)
    return np.where(mask, sizes[groups], 0)


def grow(seed: Mask, *, within: Mask, steps: int) -> Mask:
    """``seed`` and the pixels ``within`` that few 4-neighbour ``steps`` over such pixels reach."""
    cross = _structure(diagonal=False, across_frames=False)
    return np.asarray(cast(Any, ndimage.binary_dilation(seed, cross, steps, within)), np.bool_)


def outline(mask: Mask) -> Mask:
    """The pixels of ``[T, H, W]`` with a 4-neighbour in the frame, or its border, outside it."""
    cross = _structure(diagonal=False, across_frames=False)
    return mask & ~np.asarray(cast(Any, ndimage.binary_erosion(mask, cross)), np.bool_)


def nearest_outside(gap: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns, one per pixel of bool ``[H, W]``, of the nearest pixel that is not one."""
    places = np.asarray(cast(Any, ndimage.distance_transform_edt(gap, None, False, True)), np.intp)
    return places[0][gap], places[1][gap]


def _structure(*, diagonal: bool, across_frames: bool) -> Mask:
    time, row, column = np.abs(np.indices((3, 3, 3)) - 1)
    joined = np.ones((3, 3, 3), np.bool_) if diagonal else time + row + column <= 1
    return joined & (across_frames | (time == 0))


def _joined_over_seam(labels: Labels, count: int, *, diagonal: bool) -> Labels:
    """The same labels with those that meet between the last and the first frame made one."""
    height, width = labels.shape[1:]
    reach = (-1, 0, 1) if diagonal else (0,)
    last, first = np.pad(labels[-1], 1), labels[0]
    shifted = [
        last[1 + y : 1 + y + height, 1 + x : 1 + x + width] for y in reach for x in reach
    ]  # fmt: skip
    sides = np.concatenate(
        [np.stack([other, first])[:, (other > 0) & (first > 0)] for other in shifted], axis=1
    )
    links = sparse.coo_matrix((np.ones(sides.shape[1]), (sides[0], sides[1])), (count + 1,) * 2)
    groups = cast(Any, csgraph).connected_components(links, directed=False)[1]
    return np.asarray(groups, np.int32)[labels]
