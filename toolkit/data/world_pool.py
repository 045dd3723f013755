"""Windows of recorded games, drawn at random for training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.data.world_changes import caused_steps, own_changes
from toolkit.data.world_windows import Track, Windows, to_track, window_of
from toolkit.episode import find_episodes, read_episode
from toolkit.errors import BadRequest
from toolkit.runtime.world_bundle import WorldShape

MOST_KINDS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What actions changed in an episode."""

    own: NDArray[np.bool_]
    """bool ``[T, P]``: the cells, by frame."""
    frames: NDArray[np.int64]
    """int64: the frames in which there is one."""

    @classmethod
    def of(cls, track: Track, caused: NDArray[np.bool_]) -> Changes:
        """Those of an episode, by ``caused_steps`` ``[A, K, K]``."""
        own = own_changes(track, caused)
        return cls(own=own, frames=np.flatnonzero(own.any(1)))


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
        self._changes = [Changes.of(track, self._caused) for track in self._tracks]

    def batch(self, size: int) -> Windows:
        """Windows at random places of random episodes."""
        if len(self._paths) > len(self._tracks) and self._rng.random() < self._exchange:
            fresh = self._read(int(self._rng.integers(len(self._paths))))
            if self._usable(fresh):
                place = int(self._rng.integers(len(self._tracks)))
                self._tracks[place] = fresh
                self._changes[place] = Changes.of(fresh, self._caused)
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
            track, frames, self._shape, own=self._changes[index].own,
            missing=self._remembered - count, said=cells_said,
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
        sizes = np.array([len(changes.frames) for changes in self._changes], np.float64)
        if not sizes.any():
            return None
        index = int(self._rng.choice(len(sizes), p=sizes / sizes.sum()))
        frame = int(self._rng.choice(self._changes[index].frames))
        last = self._tracks[index].episode.num_frames - self._shape.recents
        return index, int(np.clip(frame - self._rng.integers(self._shape.recents), 0, last))
