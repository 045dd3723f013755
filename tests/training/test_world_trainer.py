from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.tiny_world import record_strip
from toolkit.errors import BadRequest
from toolkit.model.export_world import export_world
from toolkit.model.import_onnx import load_world_bundle
from toolkit.model.presets import WORLD_PRESETS
from toolkit.model.world_transformer import WorldTransformer
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import DEFAULT_WORLD, load_world
from toolkit.training.checkpoint import RunState, start_from
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


def test_a_bundle_starts_a_run_with_its_weights_and_shape(games: Path, tmp_path: Path):
    torch.manual_seed(3)
    recipe, run = tiny_world(), tmp_path / "run"
    shape = replace(run_shape(recipe, options(run, games, max_steps=0)), day=0.125)
    made = WorldTransformer(WORLD_PRESETS[recipe.preset], shape)
    for parameter in made.parameters():  # equal tensors would be stored once
        torch.nn.init.normal_(parameter, std=0.1)
    frames = np.zeros((1, *shape.size, 3), np.uint8)
    export_world(
        made, tmp_path / "world", name="strip", starts=(frames, np.zeros(1, np.float32)),
        training={"steps": 7, "hours": 0.5},
    )  # fmt: skip
    on = replace(options(tmp_path / "on", games, max_steps=0), initial=tmp_path / "world")
    assert run_shape(recipe, on).day == 0.125
    forgetful = replace(recipe, anchored=False, recall=False, keyframes=0)
    expected = replace(shape, anchored=False, recall=False, keyframes=0)
    assert run_shape(forgetful, on) == expected
    started = Weights(WorldTransformer(WORLD_PRESETS[recipe.preset], shape))
    state, missing = start_from(tmp_path / "world", started, load_world_bundle)
    assert (missing, state.steps_in_all, state.hours_in_all) == ([], 7, 0.5)
    theirs = dict(made.named_parameters())
    assert not shape.kinds
    for name, ours in started.ema.named_parameters():
        if not name.startswith("guess."):  # this game has no kinds of cells to guess
            torch.testing.assert_close(ours, theirs[name], atol=1e-3, rtol=1e-3)


def test_a_bundle_of_another_game_starts_nothing(games: Path, tmp_path: Path):
    on = replace(options(tmp_path, games, max_steps=0), initial=DEFAULT_WORLD)
    with pytest.raises(BadRequest, match=r"crafter with frames of .* start without --init"):
        train_world(tiny_world(), on, report=lambda _: None)
