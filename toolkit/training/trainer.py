"""The training loop: stages by the clock, resumable, logging, with sample sheets."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from toolkit.clip import Clip
from toolkit.conditioning.rotary import rotary_phases
from toolkit.data.datasets import Batch, Mixture
from toolkit.model.minilm import load_minilm
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.text_encoder import load_tokenizer, tokenize
from toolkit.training.checkpoint import RunState, load_checkpoint, save_checkpoint, start_from
from toolkit.training.losses import denoising_loss, sample_sigmas
from toolkit.training.network import Weights
from toolkit.training.optimizers import build_optimizers, learning_rate
from toolkit.training.recipes import Recipe, Stage
from toolkit.training.samples import write_sample_sheet

CHECKPOINT = "checkpoint.pt"
BEFORE_DECAY = "checkpoint_before_decay.pt"
"""The run as its rate began to fall: where a longer run branches off."""
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


def train(recipe: Recipe, options: RunOptions, *, report: Callable[[str], None]) -> RunState:
    """Train by the recipe until its hours are spent and return where the run stands."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(recipe.seed)
    options.run.mkdir(parents=True, exist_ok=True)
    weights = Weights(recipe.preset)
    optimizers = build_optimizers(weights.master, recipe)
    state = RunState()
    if options.resume:
        state = load_checkpoint(options.run / CHECKPOINT, weights, optimizers)
    elif options.initial is not None:
        state, fresh = start_from(options.initial, weights)
        report(f"started from {options.initial}; new: {', '.join(fresh) or 'nothing'}")
    session = Session(recipe, options, weights, optimizers, state, report)
    session.run()
    session.checkpoint()
    return state


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
        weights: Weights,
        optimizers: list[torch.optim.Optimizer],
        state: RunState,
        report: Callable[[str], None],
    ) -> None:
        self.recipe, self.options, self.weights = recipe, options, weights
        self.optimizers, self.state, self.report = optimizers, state, report
        self.generator = torch.Generator().manual_seed(recipe.seed + 1000 * state.restarts)
        self.minilm = load_minilm().to(torch.bfloat16)
        self.tokenizer = load_tokenizer()
        self.network: Any = weights.compute
        if options.compile:
            self.network = torch.compile(weights.compute, dynamic=False)
        self.first_step = state.step
        self.saved = time.monotonic()
        self.losses: list[float] = []

    @property
    def progress(self) -> float:
        """Share of the run's hours already spent."""
        return self.state.seconds / (self.options.hours * 3600)

    def run(self) -> None:
        """Train stage after stage until the hours or the steps are spent."""
        while not self.finished():
            stage = stage_at(self.recipe, self.progress)
            self.report(f"stage {stage.name}: {stage.num_frames} frames, batch {stage.batch}")
            mixture = Mixture(
                self.options.packs,
                weights=stage.weights,
                num_frames=stage.num_frames,
                seed=self.recipe.seed + self.state.step + 1000 * self.state.restarts,
                pool_size=self.recipe.pool_size,
            )
            self.run_stage(stage, mixture)

    def finished(self) -> bool:
        """Whether the hours or the allowed steps are spent."""
        limit = self.options.max_steps
        return self.progress >= 1 or (limit is not None and self.state.step >= limit)

    def run_stage(self, stage: Stage, mixture: Mixture) -> None:
        """Steps of one stage, with log lines, checkpoints and sample sheets on the way."""
        logged, counted = time.monotonic(), self.state.step
        while not self.finished() and stage_at(self.recipe, self.progress) is stage:
            started = time.monotonic()
            steady = self.progress < 1 - self.recipe.decay_share
            self.losses.append(self.step(mixture.batch(stage.batch)))
            self.state.step += 1
            self.state.seconds += time.monotonic() - started
            if steady and self.progress >= 1 - self.recipe.decay_share:
                self.save(BEFORE_DECAY)
            if self.state.step % LOG_EVERY == 0:
                now = time.monotonic()
                clips = (self.state.step - counted) * stage.batch
                self.log(stage, clips / (now - logged))
                logged, counted = now, self.state.step
            if time.monotonic() - self.saved > self.recipe.checkpoint_seconds:
                self.checkpoint()
                logged, counted = self.saved, self.state.step

    def step(self, batch: Batch) -> float:
        """One update from one batch; returns the loss."""
        rate = learning_rate(
            self.recipe,
            steps_since_start=self.state.step - self.first_step,
            progress=self.progress,
        )
        loss = self.loss(batch)
        loss.backward()
        self.weights.take_gradients()
        parameters = list(self.weights.master.parameters())
        torch.nn.utils.clip_grad_norm_(parameters, self.recipe.clip_norm)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
        self.weights.refresh(min(self.recipe.ema, (1 + self.state.step) / (10 + self.state.step)))
        return float(loss.detach())

    def loss(self, batch: Batch) -> Tensor:
        """The denoising loss of a batch under fresh noise and drop-out."""
        clean = torch.from_numpy(np.stack([Clip.to_float(frames) for frames in batch.frames]))
        size, frames = clean.shape[:2]
        sigma, counts = sample_sigmas(size, frames, self.generator)
        noise = torch.randn(clean.shape, generator=self.generator)
        level = sigma[..., None, None, None]
        noisy = (1 - level) * clean + level * noise
        states, ids, mask = self.read(batch.captions)
        patch = CLIP_PRESETS[self.recipe.preset].patch
        rope = rotary_phases(
            frames, clean.shape[3] // patch, clean.shape[4] // patch, loop=batch.loop
        )
        cosines, sines = (torch.from_numpy(phase).bfloat16() for phase in rope)
        predicted = self.network(
            noisy.bfloat16(), sigma, states, ids, mask, self.controls(batch), cosines, sines
        )
        return denoising_loss(predicted, clean, sigma, counts)

    def read(self, captions: list[str]) -> tuple[Tensor, Tensor, Tensor]:
        """MiniLM states, ids and mask of the captions, some of them dropped to the empty prompt."""
        drop = torch.rand(len(captions), generator=self.generator) < self.recipe.text_dropout
        kept = ["" if gone else text for gone, text in zip(drop.tolist(), captions, strict=True)]
        ids, mask = tokenize(self.tokenizer, kept)
        with torch.no_grad():
            return self.minilm(ids, mask), ids, mask

    def controls(self, batch: Batch) -> Tensor:
        """The control vectors in bf16, the look (style) dropped for some clips."""
        control = torch.from_numpy(batch.control)
        drop = torch.rand(len(control), 1, 1, generator=self.generator)
        control[..., 6:10] *= drop >= self.recipe.control_dropout
        return control.bfloat16()

    def log(self, stage: Stage, clips_per_second: float) -> None:
        """One JSON line in ``log.jsonl`` and one for the reader."""
        line = {
            "step": self.state.step,
            "hours": round(self.state.seconds / 3600, 4),
            "stage": stage.name,
            "loss": round(float(np.mean(self.losses[-LOG_EVERY:])), 5),
            "clips_per_second": round(clips_per_second, 2),
        }
        with (self.options.run / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        self.report(json.dumps(line))

    def checkpoint(self) -> None:
        """Save the run and draw its fixed-seed sample sheet."""
        self.save(CHECKPOINT)
        write_sample_sheet(self.options.run, self.weights.ema, self.recipe, self.state.step)
        self.saved = time.monotonic()

    def save(self, name: str) -> None:
        """Write weights, optimisers and state to a file of the run."""
        save_checkpoint(self.options.run / name, self.weights, self.optimizers, self.state)


def lower_priority(level: int) -> None:
    """Give way to interactive work: raise this process's niceness where the system has one."""
    if hasattr(os, "nice"):
        os.nice(level)
