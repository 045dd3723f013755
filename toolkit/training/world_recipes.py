"""Recipes of the world model: everything that decides a run besides its recordings."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldRecipe:
    """Everything that decides a training run of a world."""

    preset: str = "world-s"
    seed: int = 0
    batch: int = 4
    """Windows a step."""
    recents: int = 4
    """Frames in a row of a window, all of them learned from."""
    remembered: int = 2
    """Keyframes of a window, a choice of those in memory."""
    keyframes: int = 4
    anchored: bool = True
    """Whether keys are turned by where in the world a cell lies; the ablation turns it off."""
    recall: bool = True
    """Whether cells are handed what they looked like whenever last seen, not only just before."""
    own_from: float = 0.5
    """Share of the hours after which windows are shown the model's own frames."""
    own_share: float = 0.6
    """Share of steps then trained on own frames."""
    lr: float = 1e-3
    warmup_steps: int = 100
    decay_share: float = 0.25
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    ema: float = 0.998
    pool_size: int = 48
    """Episodes held in memory."""
    checkpoint_seconds: float = 360.0


def world() -> WorldRecipe:
    """The world model at its full size."""
    return WorldRecipe()


def world_small() -> WorldRecipe:
    """A small network for a game of few kinds of cells."""
    return replace(world(), preset="world-xs", batch=8)


def world_unanchored() -> WorldRecipe:
    """The ablation: rotary phases by place on the screen."""
    return replace(world(), anchored=False)


def world_short() -> WorldRecipe:
    """The ablation: four frames of context and no memory beyond them."""
    return replace(world(), recents=4, remembered=0, keyframes=0, recall=False)


def tiny_world() -> WorldRecipe:
    """A run of seconds for the tests."""
    return WorldRecipe(
        preset="world-tiny", batch=2, recents=3, remembered=2, keyframes=2, pool_size=2,
        warmup_steps=2, checkpoint_seconds=1e9,
    )  # fmt: skip


WORLD_RECIPES = {
    "world": world, "world-small": world_small, "world-unanchored": world_unanchored,
    "world-short": world_short, "tiny": tiny_world,
}  # fmt: skip
