"""From a run of a world to a bundle that plays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.data.world_recordings import kind_names
from toolkit.data.world_textures import gather_textures
from toolkit.episode import find_episodes, read_episode
from toolkit.model.export_world import export_world, first_frames
from toolkit.model.presets import WORLD_PRESETS
from toolkit.model.world_transformer import WorldTransformer
from toolkit.training.checkpoint import CHECKPOINT, load_checkpoint
from toolkit.training.network import Weights
from toolkit.training.optimizers import build_optimizers
from toolkit.training.world_recipes import WORLD_RECIPES
from toolkit.training.world_trainer import read_shape


def bundle_world(
    run: Path, data: Path, out: Path, *, recipe: str, name: str = ""
) -> dict[str, Any]:
    """Export the run's averaged weights to ``out``, with first frames of the recordings.

    Raises:
        BadRequest: the folders hold no run or no recordings.
    """
    chosen, shape = WORLD_RECIPES[recipe](), read_shape(run)
    weights = Weights(WorldTransformer(WORLD_PRESETS[chosen.preset], shape))
    state = load_checkpoint(
        run / CHECKPOINT, weights, build_optimizers(weights.master, chosen)
    )  # fmt: skip
    if shape.kinds and not shape.kind_names:  # runs that began before there were names
        first = read_episode(find_episodes(data)[0])
        weights.ema.shape = replace(shape, kind_names=kind_names(first))
    training = {
        "recipe": recipe,
        "steps": state.steps_in_all,
        "hours": round(state.hours_in_all, 3),
        "data": shape.game,
    }
    export_world(
        weights.ema, out, name=name or shape.game, starts=first_frames(data, shape),
        textures=gather_textures(data, shape), training=training,
    )  # fmt: skip
    return {"bundle": str(out), "step": state.step, "hours": training["hours"]}
