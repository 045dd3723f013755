"""What a folder of recordings says of its game: actions, size, how the camera moves, the clock."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.crafter import CELL_NAMES, Crafter
from toolkit.episode import Episode, find_episodes, read_episode
from toolkit.errors import BadRequest
from toolkit.runtime.world_bundle import CELL, WorldShape

LOOKED_AT = 24
"""Episodes that are read to learn how a game's camera moves."""
MOST_MOTIONS = 32


def world_shape(folder: Path) -> WorldShape:
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
