"""What is left of a dream after a thousand frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.crafter import DAY, Crafter
from toolkit.data.games.crafter_player import STEPS
from toolkit.evaluation.metrics import mean_of
from toolkit.evaluation.tiles import TileReader
from toolkit.evaluation.world_scores import validity
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import WorldModel

LAST = 10
"""Frames at the end that are read."""
WAYS = ("random", "noop", "straight")


class Extent(Protocol):
    """How much is measured."""

    @property
    def long_worlds(self) -> range:
        """The seeds of the worlds."""
        ...

    @property
    def drift(self) -> int:
        """Frames that they are played for."""
        ...


def drift_scores(
    world: WorldModel,
    game: Crafter,
    reader: TileReader,
    extent: Extent,
    report: Callable[[str], None],
) -> dict[str, dict[str, float]]:
    """By way of playing: shares of cells that show a texture, and of frames that show the player.

    Of the model's last ten frames, which fall in the day; ``valid_first`` is of its first ten, and
    ``real_valid`` of the real game's.
    """
    scores: dict[str, dict[str, float]] = {}
    for way in WAYS:
        found = [_played(world, game, reader, seed, way, extent.drift)
                 for seed in extent.long_worlds]  # fmt: skip
        scores[way] = {name: mean_of(one[name] for one in found) for name in found[0]}
        scores[way]["worst_valid"] = min(one["valid"] for one in found)
        report(f"{extent.drift} frames of {way}: {scores[way]['valid']:.1%} of cells valid")
    return {**scores, "all": {"valid": float(np.mean([scores[way]["valid"] for way in WAYS]))}}


def _played(
    world: WorldModel, game: Crafter, reader: TileReader, seed: int, way: str, frames: int
) -> dict[str, float]:
    actions = actions_of(game, seed, way, frames)
    time = (100 - frames) % DAY  # the last frame is at step 100 of a day
    first = game.reset(seed, time=time)
    env = WorldModelEnv(world)
    env.reset(seed=seed, options={"start": first.frame, "phase": first.phase})
    dreamt: list[NDArray[np.uint8]] = [env.step(action)[0] for action in actions.tolist()]
    real = [game.step(action).frame for action in actions[:LAST].tolist()]
    ends, begins = slice(-LAST, None), slice(0, LAST)
    phases = (time + 1 + np.arange(frames)) / DAY % 1
    last = validity(reader, np.stack(dreamt[ends]), phases[ends])
    return {
        **last,
        "valid_first": validity(reader, np.stack(dreamt[begins]), phases[begins])["valid"],
        "real_valid": validity(reader, np.stack(real[begins]), phases[begins])["valid"],
    }


def actions_of(game: Crafter, seed: int, way: str, frames: int) -> NDArray[np.int64]:
    """Any actions but sleep, none, or one direction, int64 ``[frames]``."""
    rng, names = np.random.default_rng([seed, 7]), game.action_names
    match way:
        case "random":
            awake = [index for index, name in enumerate(names) if name != "sleep"]
            return rng.choice(awake, frames)
        case "noop":
            return np.zeros(frames, np.int64)
        case _:
            return np.full(frames, names.index(list(STEPS)[seed % len(STEPS)]), np.int64)
