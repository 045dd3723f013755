"""Recorded games as windows for the world model: remembered frames, then a few in a row.

Letters in shapes: B windows, K remembered frames, R frames in a row, F = K + R, P cells a frame.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.crafter import CELL_NAMES, Crafter
from toolkit.data.world_changes import caused_steps, own_changes
from toolkit.episode import Episode, find_episodes, read_episode
from toolkit.errors import BadRequest
from toolkit.runtime.world_bundle import CELL, WorldShape, cut_cells, on_clock, tokens_of
from toolkit.runtime.world_memory import FrameMemory, Kept

LOOKED_AT = 24
"""Episodes that are read to learn how a game's camera moves."""
MOST_MOTIONS = 32
CHANGED = 0.04
"""Mean difference, of 2, from which a cell counts as changed."""
CHANGED_WEIGHT, OWN_WEIGHT = 6.0, 12.0
"""What a cell counts that changed, and one that the player's own action changed."""
MOST_KINDS = 256


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


def world_shape(folder: Path, *, recents: int = 4, keyframes: int = 4) -> WorldShape:
    """What the recorded episodes of a folder say of their game.

    Raises:
        BadRequest: there are none, or they are not of one game and size.
    """
    paths = find_episodes(folder)
    episodes = [read_episode(path) for path in paths[:: max(1, len(paths) // LOOKED_AT)]]
    first = episodes[0]
    height, width = first.clip.frames.shape[1:3]
    view = str(first.clip.metadata.get("view", f"{height // CELL}x{width // CELL}"))
    counts: Counter[tuple[float, float]] = Counter()
    for episode in episodes:
        require_same_game(first, episode, folder)
        down_right = episode.tracks["motion"][1:].tolist()
        counts.update((float(down), float(right)) for down, right in down_right)
    usual = [motion for motion, _ in counts.most_common(MOST_MOTIONS)]
    motions = [(0.0, 0.0), *[motion for motion in usual if motion != (0.0, 0.0)]]
    clock = first.tracks.get("phase", np.zeros(1))
    passed: NDArray[np.float64] = np.diff(clock.astype(np.float64))
    return WorldShape(
        game=str(first.clip.metadata.get("game", "game")),
        action_names=first.action_names,
        fps=float(first.clip.fps),
        rows=height // CELL,
        columns=width // CELL,
        view_rows=int(view.split("x")[0]),
        motions=tuple(motions[:MOST_MOTIONS]),
        day=max(0.0, float(np.median(passed))) if len(passed) else 0.0,
        recents=recents,
        keyframes=keyframes,
        kinds=all("semantic" in episode.tracks for episode in episodes),
        kind_names=kind_names(first),
    )


def kind_names(episode: Episode) -> tuple[str, ...]:
    """What the numbers of an episode's cells mean, if it or its game tells."""
    told = str(episode.clip.metadata.get("kinds", ""))
    if not told and episode.clip.metadata.get("game") == Crafter.name:  # its first recordings
        return CELL_NAMES
    return tuple(told.split(",")) if told else ()


def require_same_game(first: Episode, other: Episode, folder: Path) -> None:
    """Return when two episodes can train one model.

    Raises:
        BadRequest: they differ in size or actions, or lack motions.
    """
    same = first.clip.frames.shape[1:] == other.clip.frames.shape[1:]
    if not same or first.action_names != other.action_names or "motion" not in other.tracks:
        raise BadRequest(
            f"the episodes of {folder} are not of one game: sizes {first.clip.frames.shape[1:3]} "
            f"and {other.clip.frames.shape[1:3]}, actions {first.action_names} and "
            f"{other.action_names}; record them again with playreel record, one game a folder."
        )


def to_track(episode: Episode, shape: WorldShape) -> Track:
    """The episode with places, motions and remembered frames."""
    moved = episode.tracks["motion"].astype(np.float32)
    table = np.array(shape.motions, np.float32)
    nearest = np.abs(moved[:, None] - table).sum(-1).argmin(1)
    moved = table[nearest]
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


class WindowPool:
    """Windows drawn from some episodes in memory; each batch, now and then, one is exchanged.

    A share of the windows, ``acted``, is drawn where an action changed something.
    """

    def __init__(
        self,
        folder: Path,
        shape: WorldShape,
        *,
        seed: int,
        remembered: int = 6,
        episodes: int = 48,
        exchange: float = 0.2,
        said: float = 0.1,
        acted: float = 0.4,
    ) -> None:
        self._paths, self._shape, self._rng = (
            find_episodes(folder),
            shape,
            np.random.default_rng(seed),
        )
        self._remembered, self._exchange = remembered, exchange
        self._said, self._acted = said, acted
        count = min(episodes, len(self._paths))
        chosen = self._rng.choice(len(self._paths), count, replace=False)
        tracks = [self._read(int(index)) for index in chosen]
        self._tracks = [track for track in tracks if self._usable(track)]
        if not self._tracks:
            raise BadRequest(
                f"the episodes of {folder} are shorter than {shape.recents + 1} frames; "
                "record longer ones."
            )
        self._caused = caused_steps(self._tracks, len(shape.action_names), MOST_KINDS)
        self._own = [own_changes(track, self._caused) for track in self._tracks]

    def batch(self, size: int) -> Windows:
        """Windows at random places of random episodes."""
        if len(self._paths) > len(self._tracks) and self._rng.random() < self._exchange:
            fresh = self._read(int(self._rng.integers(len(self._paths))))
            if self._usable(fresh):
                place = int(self._rng.integers(len(self._tracks)))
                self._tracks[place] = fresh
                self._own[place] = own_changes(fresh, self._caused)
        parts = [self._window() for _ in range(size)]
        return Windows(
            **{name: np.stack([part[name] for part in parts]) for name in Windows.__slots__}
        )

    def _read(self, index: int) -> Track:
        return to_track(read_episode(self._paths[index]), self._shape)

    def _usable(self, track: Track) -> bool:
        return track.episode.num_frames > self._shape.recents

    def _window(self) -> dict[str, NDArray[Any]]:
        index, start = self._acted_place() or self._any_place()
        track, recents = self._tracks[index], self._shape.recents
        older = track.remembered[start + recents - 1] if self._rng.random() > 0.1 else ()
        count = min(len(older), self._remembered)
        if count and self._rng.random() < 0.2:
            count = int(self._rng.integers(count + 1))
        kept = sorted(self._rng.choice(older, count, replace=False).tolist()) if count else []
        frames = np.array([*kept, *range(start, start + recents)])
        cells_said = bool(self._rng.random() < self._said)
        return window_of(
            track, frames, self._shape, own=self._own[index], missing=self._remembered - count,
            said=cells_said,
        )  # fmt: skip

    def _any_place(self) -> tuple[int, int]:
        """An episode and the first frame in a row, each as likely as another."""
        sizes = np.array([track.episode.num_frames for track in self._tracks], np.float64)
        index = int(self._rng.choice(len(sizes), p=sizes / sizes.sum()))
        last = self._tracks[index].episode.num_frames - self._shape.recents
        return index, int(self._rng.integers(last + 1))

    def _acted_place(self) -> tuple[int, int] | None:
        """For some windows the same with a frame in the row in which an action changed a cell."""
        if self._rng.random() >= self._acted:
            return None
        acted = [own.any(1) for own in self._own]
        sizes = np.array([float(frames.sum()) for frames in acted])
        if not sizes.any():
            return None
        index = int(self._rng.choice(len(sizes), p=sizes / sizes.sum()))
        frame = int(self._rng.choice(np.flatnonzero(acted[index])))
        last = self._tracks[index].episode.num_frames - self._shape.recents
        return index, int(np.clip(frame - self._rng.integers(self._shape.recents), 0, last))


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
