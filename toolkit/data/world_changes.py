"""Cells that an action itself changes: felled, mined, placed.

They are one cell in some thousands, so a world model hears of them only when windows are drawn for
them and they count for more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from toolkit.episode import Episode

OWN_SHARE, OWN_LIFT = 0.5, 3.0
"""An action brings a step about that follows it so often, and so many times as often as usual."""
FEWEST = 3
"""Times that a step is seen before it is believed."""


class Seen(Protocol):
    """An episode, and where each of its cells was seen before."""

    @property
    def episode(self) -> Episode:
        """The recording; its track ``semantic`` says what cells show."""
        ...

    @property
    def seen(self) -> NDArray[np.int64]:
        """int64 ``[T, P]``: the last frame before that showed what each cell shows, -1: none."""
        ...

    @property
    def seen_as(self) -> NDArray[np.int64]:
        """int64 ``[T, P]``: the cell it was in that frame."""
        ...


def caused_steps(tracks: Sequence[Seen], actions: int, kinds: int) -> NDArray[np.bool_]:
    """Which steps of a cell from one kind to another an action brings about, ``[A, K, K]``.

    A creature that walks by is seen under every action alike; a tree falls under one.
    """
    counts = np.zeros((actions, kinds, kinds))
    for track in tracks:
        taken, before, after = _steps(track)
        there = (before > 0) & (after > 0) & (before != after)
        led = np.broadcast_to(taken[:, None], there.shape)
        np.add.at(counts, (led[there], before[there], after[there]), 1)
    taken = np.bincount(
        np.concatenate([track.episode.actions for track in tracks]), minlength=actions
    )
    share = counts / np.maximum(counts.sum(0), 1)
    usual = taken / max(1, taken.sum())
    return (counts >= FEWEST) & (share >= OWN_SHARE) & (share >= OWN_LIFT * usual[:, None, None])


def own_changes(track: Seen, caused: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which cells the action that led to a frame changed in it, bool ``[T, P]``."""
    changed = np.zeros(track.seen.shape, np.bool_)
    if "semantic" in track.episode.tracks:
        taken, before, after = _steps(track)
        changed[1:] = caused[taken[:, None], before, after]
    return changed


def _steps(
    track: Seen,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The actions ``[T - 1]``, and what cells showed before and after them ``[T - 1, P]``."""
    frames = track.episode.num_frames
    if "semantic" not in track.episode.tracks:
        none = np.zeros((frames - 1, track.seen.shape[1]), np.int64)
        return track.episode.actions[: frames - 1].astype(np.int64), none, none
    kinds = track.episode.tracks["semantic"].reshape(frames, -1).astype(np.int64)
    before = np.where(track.seen >= 0, kinds[track.seen, track.seen_as], 0)
    return track.episode.actions[: frames - 1].astype(np.int64), before[1:], kinds[1:]
