"""The line that cartoons draw around a figure and where a part of it stands before another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.rendering.frame import Frame

STEP = 0.12
"""Step in depth, as a share of the subject's radius, that draws a line on what is behind."""
EMPTY = -1e30
"""Depth where there is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """How wide and of which colour the line is."""

    width: int
    """Pixels, 1 to 4."""
    color: tuple[int, int, int] = (0, 0, 0)
    """8-bit sRGB."""


def outlined(frame: Frame, outline: Outline, *, radius: float) -> Frame:
    """The frame with a line that grows outwards from each nearer shape.

    Around the figure the line is as smooth as the figure's edge. Its pixels take depth, normal
    and object of the shape they belong to, so that all passes keep one alpha.
    """
    height, width = frame.objects.shape
    depth = np.where(frame.objects >= 0, frame.depth, EMPTY)
    own: NDArray[np.float32] = frame.rgba[..., 3].astype(np.float32) / np.float32(255)
    source: NDArray[np.intp] = np.arange(height * width, dtype=np.intp).reshape(height, width)
    best, cover, chosen = depth, own, source
    for down, right in _disc(outline.width):
        near = _shifted(depth, down, right, EMPTY)
        chosen = np.where(near > best, _shifted(source, down, right, 0), chosen)
        best = np.maximum(best, near)
        cover = np.maximum(cover, _shifted(own, down, right, 0.0))
    behind = best - depth > STEP * radius
    line = np.where(behind & (frame.objects >= 0), 1.0, 0.0)
    rgba = _composed(frame.rgba, outline.color, cover, line)
    moved = np.where(behind, chosen, source).ravel()
    return replace(
        frame,
        rgba=rgba,
        depth=frame.depth.ravel()[moved].reshape(height, width),
        normal=frame.normal.reshape(-1, 3)[moved].reshape(height, width, 3),
        objects=frame.objects.ravel()[moved].reshape(height, width),
    )


def _disc(radius: int) -> list[tuple[int, int]]:
    """Offsets down and right within the radius, without the middle."""
    reach = range(-radius, radius + 1)
    limit = (radius + 0.35) ** 2
    return [(y, x) for y in reach for x in reach if 0 < y * y + x * x <= limit]


def _shifted(values: NDArray[Any], down: int, right: int, empty: float) -> NDArray[Any]:
    """The values moved by so many pixels, ``empty`` where none came in."""
    height, width = values.shape
    out = np.full_like(values, empty)
    rows = slice(max(down, 0), height + min(down, 0))
    columns = slice(max(right, 0), width + min(right, 0))
    from_rows = slice(max(-down, 0), height + min(-down, 0))
    from_columns = slice(max(-right, 0), width + min(-right, 0))
    out[rows, columns] = values[from_rows, from_columns]
    return out


def _composed(
    rgba: NDArray[np.uint8],
    color: tuple[int, int, int],
    cover: NDArray[np.float32],
    line: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """The figure over the line's own colour, and the line where it lies on the figure."""
    share = rgba[..., 3:].astype(np.float32) / 255 * (1 - line[..., None])
    alpha = share + np.maximum(cover, line)[..., None] * (1 - share)
    mixed = rgba[..., :3] * share + np.array(color, np.float32) * (alpha - share)
    out = np.zeros_like(rgba)
    np.divide(mixed, alpha, out=mixed, where=alpha > 0)
    out[..., :3] = np.rint(np.where(alpha > 0, mixed, 0))
    out[..., 3:] = np.rint(alpha * 255)
    return out
