"""The real game and a world model under one script: equal first frames, equal actions.

Letters in shapes: T frames of the real game, C of them given to the model, N = T - C dreamt ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.game import Game, Sight
from toolkit.pipelines.world import Ablation, WorldModelEnv
from toolkit.runtime.world_bundle import WorldModel

Frames = NDArray[np.uint8]
MAX_SEED = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What the real game showed under a script."""

    seed: int
    given: int
    """C: how many of the frames a model is given before it goes on alone."""
    frames: Frames
    """uint8 ``[T, H, W, 3]``."""
    actions: NDArray[np.int64]
    """int64 ``[T - 1]``."""
    effective: NDArray[np.bool_]
    """bool ``[T - 1]``: whether the action did anything that waiting would not have done.

    A recorder knows no better than that all of them did."""
    places: NDArray[np.int64]
    """int64 ``[T, 2]``: the camera, in cells down and right of the first frame's."""
    phases: NDArray[np.float64]
    """f64 ``[T]``: the time of day in turns."""
    cells: NDArray[np.uint8]
    """uint8 ``[T, rows, columns]``: what each cell shows."""

    @property
    def dreamt(self) -> slice:
        """The frames that a model makes itself."""
        return slice(self.given, len(self.frames))

    def part(self, first: int, given: int, last: int | None = None) -> Take:
        """The take from frame ``first`` up to before ``last``, of which ``given`` are given."""
        end = len(self.frames) if last is None else last
        return replace(
            self, given=given, frames=self.frames[first:end],
            actions=self.actions[first : end - 1], effective=self.effective[first : end - 1],
            places=self.places[first:end] - self.places[first], phases=self.phases[first:end],
            cells=self.cells[first:end],
        )  # fmt: skip

    def going_on_from(self, frame: Frames, at: int) -> Take:
        """The rest of the take for whoever knows of the past nothing but a dreamt frame.

        ``frame`` uint8 ``[H, W, 3]`` is shown in place of dreamt frame ``at``.
        """
        index = self.given + at
        frames = np.concatenate([frame[None], self.frames[index + 1 :]])
        return replace(self.part(index, 1), frames=frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dream:
    """What a model showed under the same script, from frame C on."""

    frames: Frames
    """uint8 ``[N, H, W, 3]``."""
    places: NDArray[np.int64]
    """int64 ``[N, 2]``: where the model believes the camera is, counted as in its take."""


class Recorder:
    """Plays the real game and writes down what it shows.

    Args:
        game: already begun.
        opening: what it showed first.
        seed: of the model's noise later on.
    """

    def __init__(self, game: Game, opening: Sight, *, seed: int) -> None:
        self.game, self.seed, self.sights = game, seed, [opening]
        self._actions: list[int] = []

    def __len__(self) -> int:
        return len(self.sights)

    @property
    def over(self) -> bool:
        """Whether the game has ended."""
        return self.sights[-1].over

    def act(self, action: int) -> Sight:
        """What the game shows after an action."""
        self._actions.append(action)
        self.sights.append(self.game.step(action))
        return self.sights[-1]

    def take(self, *, given: int) -> Take:
        """Everything up to now; the first ``given`` frames will be given to the model."""
        moved = np.array([sight.motion for sight in self.sights], np.float64)
        moved[0] = 0
        rows, columns = (side // 8 for side in self.sights[0].frame.shape[:2])
        unsaid = np.zeros((rows, columns), np.uint8)
        cells = [unsaid if s.semantic is None else s.semantic for s in self.sights]
        return Take(
            seed=self.seed % MAX_SEED,
            given=given,
            frames=np.stack([sight.frame for sight in self.sights]),
            actions=np.array(self._actions, np.int64),
            effective=np.ones(len(self._actions), np.bool_),
            places=np.rint(moved.cumsum(0)).astype(np.int64),
            phases=np.array([sight.phase for sight in self.sights], np.float64),
            cells=np.stack(cells),
        )


def dream(world: WorldModel, take: Take, *, ablation: Ablation | None = None) -> Dream:
    """The model's frames for the take's actions after the given ones.

    Its camera is counted from where the real one stood at the last given frame, so that what it
    misread in the given frames is not held against what it dreams.
    """
    env = WorldModelEnv(world, ablation=ablation)
    given = take.given
    _, info = env.reset(
        seed=take.seed,
        options={
            "start": take.frames[:given],
            "actions": take.actions[: given - 1].tolist(),
            "phase": float(take.phases[0]),
        },
    )
    began = np.array(info["place"]) - take.places[given - 1]
    frames: list[Frames] = []
    places: list[NDArray[np.float64]] = []
    for action in take.actions[given - 1 :].tolist():
        frame, _, _, _, info = env.step(action)
        frames.append(frame)
        places.append(np.array(info["place"]) - began)
    return Dream(frames=np.stack(frames), places=np.rint(np.stack(places)).astype(np.int64))


def copied(take: Take) -> Dream:
    """The last given frame, again and again: what costs nothing."""
    count = len(take.frames) - take.given
    return Dream(
        frames=np.repeat(take.frames[take.given - 1 : take.given], count, 0),
        places=np.repeat(take.places[take.given - 1 : take.given], count, 0),
    )


def real(take: Take) -> Dream:
    """The real game as if it had been dreamt: the ceiling."""
    return Dream(frames=take.frames[take.dreamt], places=take.places[take.dreamt])
