"""Palette colours on which neighbouring pixels agree, so that specks join what surrounds them.

A Potts model: a pixel takes the palette colour that is near its own and that its eight neighbours
and itself a frame earlier and later have. Solved by iterated conditional modes (Besag 1986), an
eighth of the pixels at a time, no two of which are neighbours: the sum never grows, nothing swings.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from toolkit.postprocess.spans import Span

Lab = NDArray[np.float32]
AGREEMENT = 0.004
"""Squared OKLab distance that a neighbour's colour is worth: three together outvote 0.11."""
IN_TIME = 2.0
"""How many neighbours a frame earlier or later counts for."""
ROUNDS = 3
HIDDEN = -1
BESIDE = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1) if row or column]


def agree(
    shown: NDArray[np.intp],
    lab: Lab,
    palette: Lab,
    spans: Sequence[Span],
    *,
    weight: float = AGREEMENT,
) -> NDArray[np.intp]:
    """Palette indices ``[T, H, W]`` on which neighbours agree, from the nearest ones ``shown``.

    ``shown`` is ``HIDDEN`` where nothing is seen; ``lab [T, H, W, 3]`` are the pixels' own colours,
    ``palette [K, 3]`` those to choose from. Pixels that have a palette colour exactly keep it.
    """
    settled = shown.copy()
    before, after = _frames_beside(len(shown), spans)
    exact = (lab == palette[shown]).all(-1)
    times, rows, columns = np.nonzero((shown != HIDDEN) & ~exact)
    lattice = times % 2 * 4 + rows % 2 * 2 + columns % 2
    parts = [tuple(axis[lattice == part] for axis in (times, rows, columns)) for part in range(8)]
    away = [_distances(lab[part], palette) for part in parts]
    for _ in range(ROUNDS):
        for (t, y, x), far in zip(parts, away, strict=True):
            votes = _votes(settled, t, y, x, (before, after), len(palette))
            settled[t, y, x] = (far - np.float32(weight) * votes).argmin(-1)
    return settled


def _distances(lab: Lab, palette: Lab) -> Lab:
    """Squared distance of each pixel ``[N, 3]`` from each palette colour, ``[N, K]``."""
    return sum(
        (np.square(lab[:, None, axis] - palette[:, axis]) for axis in range(3)),
        np.zeros((), np.float32),
    )


def _frames_beside(count: int, spans: Sequence[Span]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The frame before and after each; itself at the ends of a span that does not loop."""
    before, after = np.arange(count), np.arange(count)
    for span in spans:
        inside = np.arange(span.start, span.stop)
        before[inside[1:]], after[inside[:-1]] = inside[:-1], inside[1:]
        if span.loop:
            before[span.start], after[span.stop - 1] = span.stop - 1, span.start
    return before, after


def _votes(
    settled: NDArray[np.intp],
    t: NDArray[np.intp],
    y: NDArray[np.intp],
    x: NDArray[np.intp],
    beside: tuple[NDArray[np.intp], NDArray[np.intp]],
    count: int,
) -> Lab:
    """How much each palette colour is had around each pixel, ``[N, K]``."""
    votes = np.zeros((len(t), count), np.float32)
    walled = np.pad(settled, ((0, 0), (1, 1), (1, 1)), constant_values=HIDDEN)
    for row, column in BESIDE:
        _count(votes, walled[t, y + 1 + row, x + 1 + column], 1.0)
    for frames in beside:
        there = np.where(frames[t] == t, HIDDEN, settled[frames[t], y, x])
        _count(votes, there, IN_TIME)
    return votes


def _count(votes: Lab, seen: NDArray[np.intp], worth: float) -> None:
    seers = np.nonzero(seen != HIDDEN)[0]
    votes[seers, seen[seers]] += np.float32(worth)
