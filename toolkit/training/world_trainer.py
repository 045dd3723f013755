"""The training loop of the world model: by the clock, resumable, logging, with sample sheets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from toolkit.data.world_pool import WindowPool
from toolkit.data.world_recordings import world_shape
from toolkit.errors import BadRequest
from toolkit.model.import_onnx import load_world_bundle
from toolkit.model.presets import WORLD_PRESETS
from toolkit.model.world_transformer import WorldTransformer
from toolkit.runtime.world_bundle import WorldShape, frame_of, read_world_card, shape_of
from toolkit.training.checkpoint import (
    BEFORE_DECAY,
    CHECKPOINT,
    RunState,
    begin,
    save_checkpoint,
)
from toolkit.training.network import Weights
from toolkit.training.optimizers import build_optimizers, learning_rate, update
from toolkit.training.precision import fastest_dtype
from toolkit.training.processes import Processes
from toolkit.training.world_inputs import WorldBatch, draw_levels
from toolkit.training.world_losses import WorldLoss, predict, world_loss
from toolkit.training.world_recipes import WorldRecipe

SHAPE_FILE = "shape.json"
LOG_EVERY = 20
SHEET_SEED = 7
SHEET_WINDOWS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldRunOptions:
    """Where, on what and how long to train."""

    run: Path
    """Folder of the checkpoint, the log and the sample sheets."""
    data: Path
    """Folder of episodes, as ``playreel record`` writes them."""
    hours: float
    """Length of the whole run, over all its sessions."""
    resume: bool = False
    initial: Path | None = None
    """Checkpoint, or world bundle folder, whose weights and shape start a new run."""
    threads: int = 2
    compile: bool = True
    max_steps: int | None = None


def train_world(
    recipe: WorldRecipe, options: WorldRunOptions, *, report: Callable[[str], None]
) -> RunState:
    """Train by the recipe until its hours are spent and return where the run stands.

    Raises:
        BadRequest: there are no episodes, or no run to resume.
    """
    torch.set_num_threads(options.threads)
    torch.manual_seed(recipe.seed)
    shape = run_shape(recipe, options)
    network = WorldTransformer(WORLD_PRESETS[recipe.preset], shape)
    weights = Weights(network, dtype=fastest_dtype(Processes()))
    optimizers = build_optimizers(weights.master, recipe, dtype=weights.dtype)
    state = begin(
        weights, optimizers, run=options.run, resume=options.resume, initial=options.initial,
        load_weights=load_world_bundle, report=report,
    )  # fmt: skip
    session = WorldSession(recipe, options, weights, optimizers, state, report)
    session.run()
    session.checkpoint()
    return state


def run_shape(recipe: WorldRecipe, options: WorldRunOptions) -> WorldShape:
    """The shape of the run's game: of its recordings, or as the run or what it starts from began.

    Raises:
        BadRequest: the recordings are of another game than what the run starts from.
    """
    if options.resume:
        return read_shape(options.run)
    shape = _remembering(recipe, world_shape(options.data))
    if options.initial is not None:
        before = initial_shape(options.initial)
        if (before.action_names, before.size) != (shape.action_names, shape.size):
            raise BadRequest(
                f"{options.initial} is of {before.game} with frames of {before.size} and "
                f"{len(before.action_names)} actions, {options.data} of {shape.game} with "
                f"{shape.size} and {len(shape.action_names)}; start without --init."
            )
        shape = _remembering(recipe, before)
    options.run.mkdir(parents=True, exist_ok=True)
    path = options.run / SHAPE_FILE
    path.write_text(json.dumps(asdict(shape), indent=2) + "\n", "utf-8")
    return shape


def _remembering(recipe: WorldRecipe, shape: WorldShape) -> WorldShape:
    """The shape, remembering what the recipe says."""
    return replace(
        shape, recents=recipe.recents, keyframes=recipe.keyframes, anchored=recipe.anchored,
        recall=recipe.recall,
    )  # fmt: skip


def initial_shape(source: Path) -> WorldShape:
    """The shape of a world bundle folder, or of the run that a checkpoint lies in."""
    return read_world_card(source).shape if source.is_dir() else read_shape(source.parent)


def read_shape(run: Path) -> WorldShape:
    """The shape that a run wrote down.

    Raises:
        BadRequest: the folder is no run of a world.
    """
    path = run / SHAPE_FILE
    if not path.is_file():
        raise BadRequest(f"{path} does not exist; start without --resume or name another --run.")
    return shape_of(json.loads(path.read_text("utf-8")))


class WorldSession:
    """One uninterrupted stretch of a run."""

    def __init__(
        self,
        recipe: WorldRecipe,
        options: WorldRunOptions,
        weights: Weights[WorldTransformer],
        optimizers: list[torch.optim.Optimizer],
        state: RunState,
        report: Callable[[str], None],
    ) -> None:
        self.recipe, self.options, self.weights = recipe, options, weights
        self.optimizers, self.state, self.report = optimizers, state, report
        seed = recipe.seed + 1000 * state.restarts
        self.generator = torch.Generator().manual_seed(seed)
        self.pool = self._pool(seed)
        self.network: Any = partial(predict, weights.compute)
        if options.compile:
            self.network = torch.compile(self.network, dynamic=False)
        self.first_step = state.step
        self.saved = time.monotonic()
        self.losses: list[WorldLoss] = []

    def _pool(self, seed: int) -> WindowPool:
        return WindowPool(
            self.options.data,
            self.weights.master.shape,
            seed=seed,
            remembered=self.recipe.remembered,
            episodes=self.recipe.pool_size,
        )

    @property
    def progress(self) -> float:
        """Share of the run's hours already spent."""
        return self.state.seconds / (self.options.hours * 3600)

    def finished(self) -> bool:
        """Whether the hours or the allowed steps are spent."""
        limit = self.options.max_steps
        return self.progress >= 1 or (limit is not None and self.state.step >= limit)

    def run(self) -> None:
        """Train until the hours or the steps are spent."""
        logged, counted = time.monotonic(), self.state.step
        while not self.finished():
            started = time.monotonic()
            steady = self.progress < 1 - self.recipe.decay_share
            self.losses.append(self.step())
            self.state.step += 1
            self.state.seconds += time.monotonic() - started
            if steady and self.progress >= 1 - self.recipe.decay_share:
                self.save(BEFORE_DECAY)
            if self.state.step % LOG_EVERY == 0:
                now = time.monotonic()
                self.log((self.state.step - counted) * self.recipe.batch / (now - logged))
                logged, counted = now, self.state.step
            if time.monotonic() - self.saved > self.recipe.checkpoint_seconds:
                self.checkpoint()
                logged, counted = self.saved, self.state.step

    def step(self) -> WorldLoss:
        """One update from one batch."""
        rate = learning_rate(
            self.recipe,
            steps_since_start=self.state.step - self.first_step,
            progress=self.progress,
        )
        batch = self.batch()
        chance = float(torch.rand((), generator=self.generator))
        own = self.progress >= self.recipe.own_from and chance < self.recipe.own_share
        loss = world_loss(self.network, self.weights.compute, batch, self.generator, own=own)
        loss.total.backward()
        self.weights.take_gradients()
        update(self.weights, self.optimizers, self.recipe, rate=rate, step=self.state.step)
        return loss

    def batch(self) -> WorldBatch:
        """Fresh windows; without anchors every camera stands at one place."""
        batch = WorldBatch.of(self.pool.batch(self.recipe.batch))
        if not self.recipe.anchored:
            batch.places[..., :2] = 0
        return batch

    def log(self, windows_per_second: float) -> None:
        """One JSON line in ``log.jsonl`` and one for the reader."""
        last = self.losses[-LOG_EVERY:]
        own = [loss.own for loss in last if not np.isnan(loss.own)]
        line = {
            "step": self.state.step,
            "hours": round(self.state.seconds / 3600, 4),
            "first": round(float(np.mean([loss.first for loss in last])), 5),
            "second": round(float(np.mean([loss.second for loss in last])), 5),
            "kinds": round(float(np.mean([loss.kinds for loss in last])), 4),
            "own": round(float(np.mean(own)), 4) if own else None,
            "motion": round(float(np.mean([loss.motion for loss in last])), 4),
            "windows_per_second": round(windows_per_second, 3),
        }
        with (self.options.run / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        self.report(json.dumps(line))

    def checkpoint(self) -> None:
        """Save the run and draw its fixed-seed sample sheet."""
        self.save(CHECKPOINT)
        self.draw_sheet()
        self.saved = time.monotonic()

    def save(self, name: str) -> None:
        """Write weights, optimisers and state to a file of the run."""
        save_checkpoint(self.options.run / name, self.weights, self.optimizers, self.state)

    @torch.no_grad()
    def draw_sheet(self) -> None:
        """Write ``samples_<step>.png``: of each window the real frames, begun and finished."""
        batch = WorldBatch.of(self._pool(SHEET_SEED).batch(SHEET_WINDOWS))
        average, shape = self.weights.ema, self.weights.ema.shape
        generator = torch.Generator().manual_seed(SHEET_SEED)
        levels = draw_levels(batch, shape, generator)
        levels[:, : -shape.recents], levels[:, -shape.recents :] = shape.last_sigma, 1.0
        both = torch.cat([batch.pixels, batch.pixels[:, -shape.recents :]], 1)
        level = levels[..., None, None]
        noisy = (1 - level) * both + level * torch.randn(both.shape, generator=generator)
        cells = batch.cells * batch.said[..., None]
        shown = torch.cat([batch.cells, cells[:, -shape.recents :]], 1)
        clean = predict(average, batch, shown, noisy, levels).clean
        real, begun = batch.pixels[:, -shape.recents :], clean[:, -shape.recents :]
        finished = clean[:, -2 * shape.recents : -shape.recents]
        rows = [
            np.concatenate(list(frame_of(tokens.numpy(), shape)), axis=1)
            for window in zip(real, begun, finished, strict=True)
            for tokens in window
        ]
        Image.fromarray(np.concatenate(rows)).save(
            self.options.run / f"samples_{self.state.step:06d}.png"
        )
