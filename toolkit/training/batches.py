"""Where a stage's batches come from, and which parts of them a process draws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from toolkit.data.datasets import Batch, Mixture
from toolkit.errors import BadRequest
from toolkit.training.processes import Processes
from toolkit.training.recipes import Recipe, Stage

SHARD_SEED = 1_000_003
"""Between the seeds of a batch's parts."""


class Batches(Protocol):
    """Endless training batches."""

    def batch(self, size: int) -> Batch:
        """The next ``size`` clips."""
        ...


OpenBatches = Callable[[Stage, int], Batches]
"""The batches of a stage, from a seed."""


def mixture_of(recipe: Recipe, packs: Path | None) -> OpenBatches:
    """The mixture of packs and generator that each stage of the recipe names."""

    def open_batches(stage: Stage, seed: int) -> Mixture:
        return Mixture(
            packs,
            weights=stage.weights,
            num_frames=stage.num_frames,
            seed=seed,
            pool_size=recipe.pool_size,
        )

    return open_batches


def own_shards(recipe: Recipe, processes: Processes) -> range:
    """The parts of every batch that this process draws and learns from.

    Raises:
        BadRequest: the parts cannot be shared out evenly, or some batch not be parted so.
    """
    shards = recipe.shards or processes.count
    if shards % processes.count:
        raise BadRequest(
            f"{processes.count} processes share {shards} parts of a batch; start as many as "
            f"divide {shards}."
        )
    for stage in (part for whole in recipe.stages for part in (whole, *whole.beside)):
        if stage.batch % shards:
            raise BadRequest(
                f"stage {stage.name} has batches of {stage.batch} clips, which {shards} processes "
                "cannot share evenly; start fewer, or change the batch."
            )
    return range(processes.index, shards, processes.count)
