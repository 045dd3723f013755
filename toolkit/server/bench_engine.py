"""The engine of ``playreel bench server``: the real bundles, and a world that costs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from toolkit.server.bundle_engine import BundleEngine, open_engine
from toolkit.server.engine import Engine, Frames, Grid, Health, World

SIDE = 72


class NoiseWorld:
    """Frames of noise, 72x72: what is measured is the way they take, not their making."""

    actions = ("noop",)
    grid, health = Grid(), Health()

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def say(self, cells: Sequence[int]) -> None:
        """Noise has no cells."""

    def look(self) -> Frames:
        """A frame of noise."""
        return self._random.integers(0, 256, (SIDE, SIDE, 3), np.uint8)

    def step(self, action: int) -> Frames:
        """Another frame of noise."""
        return self.look()

    def snapshot(self) -> bytes:
        """Nothing is remembered."""
        return b""

    def restore(self, state: bytes) -> None:
        """Nothing is remembered."""


class BenchEngine:
    """Bundles as the real engine runs them, and the world of noise."""

    def __init__(self, real: BundleEngine) -> None:
        self.load, self.takes, self.generate = real.load, real.takes, real.generate

    def open_world(self, world: str, seed: int) -> World:
        """The world of noise, whatever it is called."""
        return NoiseWorld(seed)


def open_bench(settings: Mapping[str, Any]) -> Engine:
    """The engine from the same settings as the real one."""
    real = open_engine(settings)
    assert isinstance(real, BundleEngine), "it opens bundles"
    return BenchEngine(real)
