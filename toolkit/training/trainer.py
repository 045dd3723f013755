"""The training loop: stages by the clock, resumable, logging, with sample sheets."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from toolkit.data.datasets import Batch
from toolkit.training.batches import SHARD_SEED, Batches, OpenBatches, mixture_of, own_shards
from toolkit.training.checkpoint import (
    BEFORE_DECAY,
    CHECKPOINT,
    RunState,
    begin,
    load_clip_bundle,
    save_checkpoint,
)
from toolkit.training.distillation import become_student, objective_of, save_teacher
from toolkit.training.network import ClipNetwork, Weights, clip_weights
from toolkit.training.optimizers import build_optimizers, learning_rate, update
from toolkit.training.precision import fastest_dtype
from toolkit.training.processes import Processes
from toolkit.training.recipes import Recipe, Stage
from toolkit.training.samples import write_sample_sheet

LOG_EVERY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Where and how long to train."""

    run: Path
    """Folder of the checkpoint, the log and the sample sheets."""
    hours: float
    """Length of the whole run, over all its sessions."""
    packs: Path | None = None
    """Folder of training packs; None trains on the generator alone."""
    resume: bool = False
    initial: Path | None = None
    """Checkpoint, or bundle folder, whose weights start a new run."""
    threads: int = 2
    compile: bool = True
    max_steps: int | None = None
    log_every: int = LOG_EVERY
    """Steps between two lines of the log."""


def train(
    recipe: Recipe,
    options: RunOptions,
    *,
    report: Callable[[str], None],
    open_batches: OpenBatches | None = None,
) -> RunState:
    """Train by the recipe until its hours or steps are spent and return where the run stands.

    Processes that ``accelerate launch`` started share the batches out; the first one writes.
    ``open_batches`` stands in for the mixture of packs and generator.

    Raises:
        BadRequest: the parts of the batches cannot be shared out to so many processes.
    """
    processes = Processes()
    torch.set_num_threads(options.threads)
    torch.manual_seed(recipe.seed)
    options.run.mkdir(parents=True, exist_ok=True)
    dtype = fastest_dtype(processes)
    weights = clip_weights(recipe.preset, dtype=dtype).to(processes.device)
    optimizers = build_optimizers(weights.master, recipe, dtype=weights.dtype)
    state = begin(
        weights, optimizers, run=options.run, resume=options.resume, initial=options.initial,
        load_weights=load_clip_bundle, report=report,
    )  # fmt: skip
    if recipe.student is not None and options.initial is not None and not options.resume:
        if processes.is_main:
            save_teacher(options.run, weights)
        become_student(weights)
        processes.wait()
    opened = open_batches or mixture_of(recipe, options.packs)
    session = Session(recipe, options, weights, optimizers, state, report, opened, processes)
    session.run()
    session.checkpoint()
    return state


def stage_of_step(stage: Stage, seed: int, step: int) -> Stage:
    """The stage itself or one beside it: whose batch a step takes, the same in every process."""
    shares = [part.share for part in stage.beside]
    drawn = np.random.default_rng((seed, step)).choice(
        1 + len(shares), p=[1 - sum(shares), *shares]
    )
    return (stage, *stage.beside)[drawn]


def stage_at(recipe: Recipe, progress: float) -> Stage:
    """The stage that a share of the run's hours falls into."""
    for stage in recipe.stages:
        if progress < stage.share or stage is recipe.stages[-1]:
            return stage
        progress -= stage.share
    raise AssertionError("a recipe has at least one stage")


class Session:
    """One uninterrupted stretch of a run."""

    def __init__(
        self,
        recipe: Recipe,
        options: RunOptions,
        weights: Weights[ClipNetwork],
        optimizers: list[torch.optim.Optimizer],
        state: RunState,
        report: Callable[[str], None],
        open_batches: OpenBatches,
        processes: Processes,
    ) -> None:
        self.recipe, self.options, self.weights = recipe, options, weights
        self.optimizers, self.state, self.open_batches = optimizers, state, open_batches
        self.processes = processes
        self.report = report if processes.is_main else _silently
        self.shards = own_shards(recipe, processes)
        self.generators = [
            torch.Generator().manual_seed(recipe.seed + 1000 * state.restarts + SHARD_SEED * shard)
            for shard in self.shards
        ]
        self.objective = objective_of(
            recipe, weights, options.run, processes.device, compiled=options.compile
        )
        self.first_step = state.step
        self.saved = time.monotonic()
        self.losses: dict[str, list[float]] = {}

    @property
    def num_shards(self) -> int:
        """How many parts a batch has over all processes."""
        return len(self.shards) * self.processes.count

    @property
    def progress(self) -> float:
        """Share of the run's hours, or of the recipe's steps where it limits them, spent."""
        spent = self.state.seconds / (self.options.hours * 3600)
        return max(spent, self.state.step / self.recipe.steps) if self.recipe.steps else spent

    def run(self) -> None:
        """Train stage after stage until the hours or the steps are spent."""
        while not self.finished():
            stage = stage_at(self.recipe, self.progress)
            seed = self.recipe.seed + self.state.step + 1000 * self.state.restarts
            opened: dict[str, list[Batches]] = {}
            for part in (stage, *stage.beside):
                self.report(f"stage {part.name}: {part.num_frames} frames, batch {part.batch}")
                opened[part.name] = [
                    self.open_batches(part, seed + SHARD_SEED * shard) for shard in self.shards
                ]
            self.run_stage(stage, opened)

    def finished(self) -> bool:
        """Whether the hours or the allowed steps are spent."""
        limit = self.options.max_steps
        return self.progress >= 1 or (limit is not None and self.state.step >= limit)

    def run_stage(self, stage: Stage, opened: dict[str, list[Batches]]) -> None:
        """Steps of one stage, with log lines, checkpoints and sample sheets on the way."""
        logged, frames = time.monotonic(), 0
        while not self.finished() and stage_at(self.recipe, self.progress) is stage:
            started = time.monotonic()
            steady = self.progress < 1 - self.recipe.decay_share
            part = stage_of_step(stage, self.recipe.seed, self.state.step)
            size = part.batch // self.num_shards
            loss = self.step([batches.batch(size) for batches in opened[part.name]])
            # The clock decides on stages and rates, so that all processes must read the same one.
            loss, seconds = self.processes.mean(loss, time.monotonic() - started)
            self.losses.setdefault(part.name, []).append(loss)
            frames += part.batch * part.num_frames
            self.state.step += 1
            self.state.seconds += seconds
            if steady and self.progress >= 1 - self.recipe.decay_share:
                self.save(BEFORE_DECAY)
            if self.state.step % self.options.log_every == 0:
                now = time.monotonic()
                self.log(stage, frames / (now - logged))
                logged, frames = now, 0
            if time.monotonic() - self.saved > self.recipe.checkpoint_seconds:
                self.checkpoint()
                logged, frames = self.saved, 0

    def step(self, batches: list[Batch]) -> float:
        """One update from this process's parts of a batch; returns their mean loss."""
        rate = learning_rate(
            self.recipe,
            steps_since_start=self.state.step - self.first_step,
            progress=self.progress,
        )
        losses: list[float] = []
        for batch, generator in zip(batches, self.generators, strict=True):
            loss = self.objective(batch, generator)
            (loss / self.num_shards).backward()
            self.weights.take_gradients()
            losses.append(float(loss.detach()))
        self.processes.add_gradients(list(self.weights.master.parameters()))
        update(self.weights, self.optimizers, self.recipe, rate=rate, step=self.state.step)
        return float(np.mean(losses))

    def log(self, stage: Stage, frames_per_second: float) -> None:
        """One JSON line in ``log.jsonl`` and one for the reader; losses are those since the last.

        A stage that others stand beside has its own loss in ``loss``, theirs under their names.
        """
        means = {name: round(float(np.mean(losses)), 5) for name, losses in self.losses.items()}
        self.losses = {}
        line = {
            "step": self.state.step,
            "hours": round(self.state.seconds / 3600, 4),
            "stage": stage.name,
            "loss": means.pop(stage.name, None),
            **{f"loss_{name}": mean for name, mean in means.items()},
            "frames_per_second": round(frames_per_second, 1),
        }
        if not self.processes.is_main:
            return
        with (self.options.run / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        self.report(json.dumps(line))

    def checkpoint(self) -> None:
        """Save the run and draw its fixed-seed sample sheet."""
        self.save(CHECKPOINT)
        if self.processes.is_main:
            write_sample_sheet(self.options.run, self.weights.ema, self.recipe, self.state.step)
        self.saved = time.monotonic()

    def save(self, name: str) -> None:
        """Write weights, optimisers and state to a file of the run; one process does."""
        if self.processes.is_main:
            save_checkpoint(self.options.run / name, self.weights, self.optimizers, self.state)


def lower_priority(level: int) -> None:
    """Give way to interactive work: raise this process's niceness where the system has one."""
    if hasattr(os, "nice"):
        os.nice(level)


def _silently(_: str) -> None:
    """What a process reports that is not the first."""
