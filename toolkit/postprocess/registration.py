"""Where a clip stands: one baseline and one ground point for all its frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.postprocess.spans import Span, spans_of

VISIBLE = 128
"""Alpha from which a pixel counts as body."""
SLACK = 1 / 8
"""Share of the width that a lever pulled or an arm raised explains; less is not moved."""


def ground_points(frames: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Each frame's centroid column and lowest body row, int64 ``[N, 2]``, of ``[T, H, W, 4]``.

    Frames without body are left out. Integers, so that moving the picture moves them exactly.
    """
    body = frames[..., 3] >= VISIBLE
    body = body[body.any((1, 2))]
    rows, columns = np.sum(body, axis=2), np.sum(body, axis=1)
    area = np.sum(columns, axis=1)
    moment = columns @ np.arange(columns.shape[1], dtype=np.int64)
    lowest = rows.shape[1] - 1 - np.argmax(rows[:, ::-1] > 0, axis=1)
    return np.stack([(2 * moment + area) // (2 * area), lowest], axis=1)


def ground_of(frames: NDArray[np.uint8]) -> tuple[int, int] | None:
    """The common ground pixel of ``[T, H, W, 4]``: median column, lowest row of all; None if empty.

    Never per frame: a jump has to leave the ground.
    """
    points = ground_points(frames)
    if not len(points):
        return None
    return _lower_median(points[:, 0].tolist()), int(points[:, 1].max())


def pivot_of(clip: Clip) -> tuple[float, float]:
    """The clip's ground point as shares of width and height; its own pivot if all is empty."""
    ground = ground_of(clip.frames)
    if ground is None:
        return clip.pivot
    return (ground[0] + 0.5) / clip.width, (ground[1] + 1) / clip.height


def align(clip: Clip) -> Clip:
    """The clip with its tags moved by whole pixels onto one ground point, and the pivot set to it.

    All frames of a tag move together and nothing visible leaves the picture. A tag that stays
    over a quarter of the height above the ground is flying and keeps its height; one less than
    ``SLACK`` to the side keeps its column. A clip of one tag keeps every pixel.
    """
    grounds = [(span, ground_of(clip.frames[span.start : span.stop])) for span in spans_of(clip)]
    placed = [(span, ground) for span, ground in grounds if ground is not None]
    if not placed:
        return clip
    column = _lower_median([ground[0] for _, ground in placed])
    row = max(ground[1] for _, ground in placed)
    frames = clip.frames.copy()
    for span, ground in placed:
        right, down = column - ground[0], row - ground[1]
        right = right if abs(right) > SLACK * clip.width else 0
        down = down if down * 4 <= clip.height else 0
        _move(frames, span, right, down)
    moved = clip.with_frames(frames)
    return replace(moved, pivot=pivot_of(moved))


def _lower_median(values: list[int]) -> int:
    """A median that is one of the values, so that aligning twice finds the same one."""
    return sorted(values)[(len(values) - 1) // 2]


def _move(frames: NDArray[np.uint8], span: Span, right: int, down: int) -> None:
    """Shift a span in place, as far as what is visible stays inside."""
    part = frames[span.start : span.stop]
    _, rows, columns = np.nonzero(part[..., 3])
    height, width = part.shape[1:3]
    down = int(np.clip(down, -rows.min(), height - 1 - rows.max()))
    right = int(np.clip(right, -columns.min(), width - 1 - columns.max()))
    if right or down:
        # What np.roll wraps around is transparent, by the limits above.
        part[:] = np.roll(np.where(part[..., 3:] > 0, part, 0), (down, right), (1, 2))
