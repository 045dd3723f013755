"""The dreams of a report, kept in a folder so that a stopped evaluation goes on."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from toolkit.damaged_zip import DAMAGED_ZIP
from toolkit.evaluation.world_rollouts import Dream, Take, dream
from toolkit.pipelines.world import Ablation
from toolkit.runtime.world_bundle import WorldModel


class Dreamer:
    """Dreams takes by one world; what its folder holds is not dreamt again.

    Args:
        world: the loaded bundle.
        cache: folder of the dreams, one file each; None keeps none.
    """

    def __init__(self, world: WorldModel, cache: Path | None = None) -> None:
        self.world, self.cache = world, cache
        if cache is not None:
            cache.mkdir(parents=True, exist_ok=True)

    def dream(self, take: Take, *, ablation: Ablation | None = None) -> Dream:
        """The model's frames for the take's actions after the given ones, as ``dream`` tells."""
        if self.cache is None:
            return dream(self.world, take, ablation=ablation)
        path = self.cache / f"{self._key(take, ablation)}.npz"
        kept = _read(path)
        if kept is None:
            kept = dream(self.world, take, ablation=ablation)
            _write(path, kept)
        return kept

    def dream_on(self, take: Take, made: Dream, at: int) -> Dream:
        """The same dream gone on by a model that remembers nothing but dreamt frame ``at``."""
        gone_on = self.dream(take.going_on_from(made.frames[at], at))
        return Dream(frames=gone_on.frames, places=gone_on.places + made.places[at])

    def _key(self, take: Take, ablation: Ablation | None) -> str:
        """What decides a dream: the weights, what is given, the actions, the dice, what is off."""
        said = (self.world.card.hash, take.seed, take.given, float(take.phases[0]), ablation)
        given = take.frames[: take.given].tobytes() + take.places[: take.given].tobytes()
        digest = hashlib.sha256(repr(said).encode() + given + take.actions.tobytes())
        return digest.hexdigest()[:24]


def _write(path: Path, made: Dream) -> None:
    """Written beside and renamed, so that a kill leaves no half file."""
    scratch = path.with_suffix(".tmp")
    with scratch.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, frames=made.frames, places=made.places)
    os.replace(scratch, path)


def _read(path: Path) -> Dream | None:
    """The kept dream; None if there is none, or its file is damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return Dream(frames=file["frames"], places=file["places"])
    except (*DAMAGED_ZIP, ValueError):
        return None
