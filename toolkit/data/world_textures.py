"""The textures of a recorded game: cells near one of which every other recorded cell is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.episode import find_episodes, read_episode
from toolkit.runtime.world_bundle import WorldShape, cut_cells
from toolkit.runtime.world_textures import Textures

MOST = 1024
"""Textures."""
EPISODES, FRAMES = 48, 24
"""Recordings that are looked at, and frames of each."""
USUAL = 0.99
"""Share of other recorded cells that must be valid."""
ALIKE = 0.12
"""Two cells are alike at this share of the distance of two random ones: dreams are a little soft,
and halfway between two textures is neither."""


def gather_textures(folder: Path, shape: WorldShape) -> Textures:
    """The textures of the recordings of a folder; equal recordings give equal textures.

    They are chosen one after the other, each the recorded cell that is farthest from all before
    it. The reach is what other recorded cells need, and at least ``ALIKE``.

    Raises:
        BadRequest: there are no recordings, or they are of another size.
    """
    cells = [recorded_cells(path, shape) for path in spread(find_episodes(folder), EPISODES)]
    held_out = np.concatenate(cells[1::4] or cells)
    chosen = cells if len(cells) < 4 else [part for i, part in enumerate(cells) if i % 4 != 1]
    known = Textures(cells=farthest(np.unique(np.concatenate(chosen), axis=0), MOST), reach=0.0)
    apart = float(np.sqrt(2 * held_out.astype(np.float32).var(0).mean()))
    needed = float(np.quantile(nearest(held_out, known), USUAL))
    return replace(known, reach=round(max(needed, ALIKE * apart), 3))


def recorded_cells(path: Path, shape: WorldShape) -> NDArray[np.uint8]:
    """Cells uint8 ``[n, 192]`` of frames spread over an episode."""
    frames = read_episode(path).clip.frames[..., :3]
    at = np.linspace(0, len(frames) - 1, min(FRAMES, len(frames))).astype(int)
    return cut_cells(frames[at], shape).reshape(-1, 192)


def spread(paths: list[Path], most: int) -> list[Path]:
    """At most so many of the paths, from everywhere among them."""
    at = np.linspace(0, len(paths) - 1, min(most, len(paths))).astype(int)
    return [paths[index] for index in at.tolist()]


def farthest(cells: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    """At most so many different cells of ``[n, 192]``, none near another."""
    values = cells.astype(np.float32)
    chosen = [0]
    left = ((values - values[0]) ** 2).sum(1)
    while len(chosen) < most and left.max() > 0:
        chosen.append(int(left.argmax()))
        left = np.minimum(left, ((values - values[chosen[-1]]) ** 2).sum(1))
    return cells[chosen]


def nearest(shown: NDArray[np.uint8], known: Textures) -> NDArray[np.float32]:
    """``Textures.distances``, a few thousand cells at a time."""
    parts = [known.distances(shown[at : at + 4096]) for at in range(0, len(shown), 4096)]
    return np.concatenate(parts)
