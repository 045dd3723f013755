from pathlib import Path

import numpy as np
import pytest

from tests.tiny_world import record_strip
from toolkit.model.presets import WORLD_PRESETS
from toolkit.model.world_transformer import WorldTransformer
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import load_world
from toolkit.training.checkpoint import RunState
from toolkit.training.network import Weights
from toolkit.training.optimizers import build_optimizers
from toolkit.training.world_bundling import bundle_world
from toolkit.training.world_recipes import tiny_world
from toolkit.training.world_trainer import (
    WorldRunOptions,
    WorldSession,
    run_shape,
    train_world,
)


@pytest.fixture(scope="module")
def games(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("games")
    record_strip(folder)
    return folder


def options(run: Path, games: Path, *, max_steps: int, resume: bool = False) -> WorldRunOptions:
    return WorldRunOptions(
        run=run, data=games, hours=100, resume=resume, threads=1, compile=False,
        max_steps=max_steps,
    )  # fmt: skip


def test_no_step_learns_again_from_an_earlier_batch(games: Path, tmp_path: Path):
    recipe = tiny_world()
    chosen = options(tmp_path, games, max_steps=3)
    weights = Weights(WorldTransformer(WORLD_PRESETS[recipe.preset], run_shape(recipe, chosen)))
    optimizers = build_optimizers(weights.master, recipe)
    session = WorldSession(recipe, chosen, weights, optimizers, RunState(), lambda _: None)
    for _ in range(2):
        session.step()
        assert all(parameter.grad is None for parameter in weights.master.parameters())


def test_a_run_goes_on_where_it_was_and_becomes_a_world_that_plays(games: Path, tmp_path: Path):
    said: list[str] = []
    run, out = tmp_path / "run", tmp_path / "world"
    first = train_world(tiny_world(), options(run, games, max_steps=2), report=said.append)
    both = options(run, games, max_steps=4, resume=True)
    second = train_world(tiny_world(), both, report=said.append)
    assert (first.step, second.step) == (2, 4)
    bundle_world(run, games, out, recipe="tiny")
    env = WorldModelEnv(load_world(out))
    frame, _ = env.reset(seed=1)
    assert env.step(1)[0].shape == frame.shape == (24, 32, 3)
    assert frame.dtype == np.uint8
