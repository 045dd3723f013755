"""Recorded games as windows for the world model: remembered frames, then a few in a row.

Letters in shapes: B windows, K remembered frames, R frames in a row, F = K + R, P cells a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.episode import Episode
from toolkit.runtime.world_bundle import CELL, WorldShape, cut_cells, on_clock, tokens_of
from toolkit.runtime.world_memory import FrameMemory, Kept

CHANGED = 0.04
"""Mean difference, of 2, from which a cell counts as changed."""
CHANGED_WEIGHT, OWN_WEIGHT = 6.0, 12.0
"""What a cell counts that changed, and one that the player's own action changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """A batch; of each window the first K frames are remembered ones, oldest first."""

    pixels: NDArray[np.float32]
    """f32 ``[B, F, P, 192]`` in [-1, 1]."""
    recalled: NDArray[np.float32]
    """f32 ``[B, F, P, 193]``: each cell when it was last seen before, and 1 where it was."""
    recalled_from: NDArray[np.int64]
    """int64 ``[B, F, P]``: the cell of the R frames in a row that is recalled, -1 for none."""
    actions: NDArray[np.int64]
    """int64 ``[B, F]``: what led to each frame; the number of actions for "nothing did"."""
    phases: NDArray[np.float32]
    """f32 ``[B, F, 2]``: cosine and sine of the time of day; zeros in games without one."""
    cells: NDArray[np.int64]
    """int64 ``[B, F, P]``: what each cell shows; 0 is not known."""
    said: NDArray[np.bool_]
    """bool ``[B, F]``: whether the player is to say what the cells show."""
    places: NDArray[np.float32]
    """f32 ``[B, F, 3]``: cells down and right of the last camera, and age."""
    valid: NDArray[np.bool_]
    """bool ``[B, F]``: whether there is such a remembered frame."""
    next_actions: NDArray[np.int64]
    """int64 ``[B, F]``: the action taken at each frame, -1 for none."""
    next_motions: NDArray[np.int64]
    """int64 ``[B, F]``: how the camera then moved, as a number of the shape's motions."""
    outcomes: NDArray[np.float32]
    """f32 ``[B, F, 2]``: reward, and whether the game ended."""
    own: NDArray[np.bool_]
    """bool ``[B, F, P]``: whether the action that led to the frame changed the cell."""
    weights: NDArray[np.float32]
    """f32 ``[B, F, P]``: what each cell counts in the loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """An episode with what the windows need of it."""

    episode: Episode
    places: NDArray[np.float32]
    """f32 ``[T, 2]``: where the camera stood."""
    motions: NDArray[np.int64]
    """int64 ``[T]``: how it moved to get there."""
    seen: NDArray[np.int64]
    """int64 ``[T, P]``: the last frame before that showed what each cell shows, -1 for none."""
    seen_as: NDArray[np.int64]
    """int64 ``[T, P]``: the cell it was in that frame."""
    cut: NDArray[np.uint8]
    """uint8 ``[T, P, 192]``: the frames as cells."""
    remembered: list[tuple[int, ...]]
    """Of each frame: the frames remembered when the ``recents`` before it are in memory too."""


def to_track(episode: Episode, shape: WorldShape) -> Track:
    """The episode with places, motions and remembered frames."""
    moved = episode.tracks["motion"].astype(np.float32)
    nearest = nearest_motions(moved, shape)
    moved = np.array(shape.motions, np.float32)[nearest]
    moved[0] = 0
    places = moved.cumsum(0, dtype=np.float32)
    memory = FrameMemory(
        recents=shape.recents,
        keyframes=shape.keyframes,
        view=(shape.view_rows, shape.columns),
    )
    remembered: list[tuple[int, ...]] = []
    for time, (down, right) in enumerate(places.tolist()):
        memory.admit(Kept(time=time, place=(down, right)))
        remembered.append(tuple(memory.times[: -shape.recents]))
    seen, seen_as = last_seen(places, shape)
    return Track(
        episode=episode, places=places, motions=nearest, remembered=remembered, seen=seen,
        seen_as=seen_as, cut=cut_cells(episode.clip.frames[..., :3], shape),
    )  # fmt: skip


def nearest_motions(moved: NDArray[np.floating[Any]], shape: WorldShape) -> NDArray[np.int64]:
    """Of ways that a camera moved ``[T, 2]`` the number of the shape's nearest, int64 ``[T]``."""
    table = np.array(shape.motions, moved.dtype)
    return np.abs(moved[:, None] - table).sum(-1).argmin(1)


def last_seen(
    places: NDArray[np.float32], shape: WorldShape
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each cell of each frame: the last frame before that showed it (-1), and as which cell.

    Both int64 ``[T, P]``; ``places [T, 2]`` says where the camera stood. Cells of the display,
    which does not scroll, are their own.
    """
    corners = np.rint(places - places.min(0)).astype(np.int64)
    rows, columns = shape.view_rows, shape.columns
    newest = np.full(corners.max(0) + np.array([rows, columns]), -1, np.int64)
    seen = np.empty((len(places), shape.rows, columns), np.int64)
    seen_as = np.broadcast_to(
        np.arange(shape.tokens).reshape(shape.rows, columns), seen.shape
    ).copy()
    for time, (top, left) in enumerate(corners.tolist()):
        here = newest[top : top + rows, left : left + columns]
        seen[time, :rows], seen[time, rows:] = here, time - 1
        moved = (corners[time] - corners[here]) @ (columns, 1)
        seen_as[time, :rows] += np.where(here < 0, 0, moved)
        here[:] = time
    return seen.reshape(len(places), -1), seen_as.reshape(len(places), -1)


def window_of(
    track: Track,
    frames: NDArray[np.int64],
    shape: WorldShape,
    *,
    own: NDArray[np.bool_],
    missing: int,
    said: bool,
) -> dict[str, NDArray[Any]]:
    """The parts of ``Windows`` for some frames of an episode, ``missing`` blank ones before them.

    ``own``, bool ``[T, P]``, is what actions changed in the episode; ``said`` is whether the player
    is to say what the cells show.
    """
    episode, last = track.episode, frames[-1]
    rgb = episode.clip.frames[frames, ..., :3]
    after = np.minimum(frames + 1, episode.num_frames - 1)
    is_last = frames == episode.num_frames - 1
    none = len(shape.action_names)
    before = np.where(frames > 0, episode.actions[frames - 1], none)
    taken = np.where(is_last, -1, episode.actions[np.minimum(frames, episode.num_frames - 2)])
    earned = np.where(frames > 0, episode.rewards[frames - 1], 0.0)
    ended = is_last & episode.terminated
    ages = (last - frames).astype(np.float32)
    kinds = np.zeros((len(frames), shape.tokens), np.int64)
    if shape.kinds:
        kinds = episode.tracks["semantic"][frames].reshape(len(frames), -1).astype(np.int64)
    recalled, recalled_from = recall(track, frames, shape)
    if said:  # as it is played: what a client says is heard above what is remembered
        recalled[kinds > 0], recalled_from[kinds > 0] = 0, -1
    parts = {
        "pixels": tokens_of(rgb, shape),
        "recalled": recalled,
        "recalled_from": recalled_from,
        "actions": before.astype(np.int64),
        "phases": day_phases(episode, frames, shape),
        "cells": kinds,
        "said": np.full(len(frames), said),
        "places": np.concatenate(
            [track.places[frames] - track.places[last], ages[:, None]], 1
        ).astype(np.float32),
        "valid": np.ones(len(frames), np.bool_),
        "next_actions": taken.astype(np.int64),
        "next_motions": track.motions[after].astype(np.int64),
        "outcomes": np.stack([earned, ended], 1).astype(np.float32),
        "own": own[frames],
        "weights": np.where(
            own[frames], OWN_WEIGHT, cell_weights(rgb, track.places[frames], frames, shape)
        ).astype(np.float32),
    }  # fmt: skip
    return {name: _pad(values, missing) for name, values in parts.items()}


def recall(
    track: Track, frames: NDArray[np.int64], shape: WorldShape
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """``recalled`` and ``recalled_from`` of ``Windows`` for some frames of an episode."""
    seen, seen_as = track.seen[frames], track.seen_as[frames]
    oldest = 0 if shape.recall else frames[:, None] - 1
    seen = np.where(seen >= oldest, seen, -1)
    known = (seen >= 0)[..., None].astype(np.float32)
    pixels = track.cut[seen, seen_as].astype(np.float32) / 127.5 - 1
    first = frames[-1] - shape.recents + 1
    inside = np.where(seen >= first, (seen - first) * shape.tokens + seen_as, -1)
    return np.concatenate([pixels * known, known], -1), inside


def _pad(values: NDArray[Any], count: int) -> NDArray[Any]:
    return np.concatenate([np.zeros((count, *values.shape[1:]), values.dtype), values])


def day_phases(
    episode: Episode, frames: NDArray[np.int64], shape: WorldShape
) -> NDArray[np.float32]:
    """Cosine and sine of the time of day, ``[F, 2]``."""
    if "phase" not in episode.tracks:
        return np.zeros((len(frames), 2), np.float32)
    return on_clock(episode.tracks["phase"][frames], shape.day)


def cell_weights(
    rgb: NDArray[np.uint8],
    places: NDArray[np.float32],
    frames: NDArray[np.int64],
    shape: WorldShape,
) -> NDArray[np.float32]:
    """What each cell counts, ``[F, P]``: more where the frame before, moved along, differs."""
    weights = np.ones((len(rgb), shape.rows, shape.columns), np.float32)
    top = shape.view_rows * CELL
    for index in range(1, len(rgb)):
        if frames[index] != frames[index - 1] + 1:
            continue
        down, right = np.rint((places[index] - places[index - 1]) * CELL).astype(int).tolist()
        expected = rgb[index - 1].astype(np.float32).copy()
        expected[:top] = _moved(expected[:top], down, right)
        off = np.abs(expected - rgb[index]).reshape(
            shape.rows, CELL, shape.columns, CELL, 3
        )  # fmt: skip
        unlike = np.nan_to_num(off, nan=0.0).mean((1, 3, 4)) / 127.5 > CHANGED
        weights[index][unlike] = CHANGED_WEIGHT
    return weights.reshape(len(rgb), -1)


def _moved(image: NDArray[np.float32], down: int, right: int) -> NDArray[np.float32]:
    """The image as a camera sees it that moved; NaN where it sees what it did not see before."""
    height, width = image.shape[:2]
    padded = np.full_like(image, np.nan)
    if abs(down) < height and abs(right) < width:
        seen = image[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)]
        top, left = max(-down, 0), max(-right, 0)
        padded[top : top + seen.shape[0], left : left + seen.shape[1]] = seen
    return padded
