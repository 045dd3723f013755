"""A few-step network: one run goes where the teacher's guided steps lead.

Progressive distillation (2202.00512) of guided diffusion (2210.03142) in a single stage: from a
noised clip the teacher takes its Euler steps down to the student's next sigma, and the student
learns the clean clip that leads there in one. It keeps the teacher's text tower, so that a bundle
encodes words once for both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from toolkit.data.datasets import Batch
from toolkit.diffusion.guidance import lean_at
from toolkit.diffusion.schedule import flow_sigmas
from toolkit.errors import BadRequest
from toolkit.training.losses import denoising_loss
from toolkit.training.network import ClipNetwork, Weights
from toolkit.training.objective import Denoising, Network, Objective, Reader, Told, predict
from toolkit.training.recipes import Recipe, StudentPlan

TEACHER = "teacher.pt"
GIVEN_SHARE = 0.3
"""Of the clips, whose first frame is given, as it is for requests with an image."""
EXACT = 6
"""Digits of a sigma that f32 keeps, so that the ends of the guided interval are met."""


def save_teacher(run: Path, weights: Weights[ClipNetwork]) -> None:
    """Keep the averaged weights in the run's folder, as the teacher of all its sessions."""
    torch.save(weights.ema.state_dict(), run / TEACHER)


@torch.no_grad()
def become_student(weights: Weights[ClipNetwork]) -> None:
    """Start from the averaged weights."""
    weights.master.load_state_dict(weights.ema.state_dict())
    weights.sync()


def load_teacher(run: Path, preset: str, device: torch.device, dtype: torch.dtype) -> ClipNetwork:
    """The teacher of a run, frozen.

    Raises:
        BadRequest: the run has none.
    """
    path = run / TEACHER
    if not path.is_file():
        raise BadRequest(
            f"{path} does not exist; start a student with --init and trained weights, "
            "or resume the run that did."
        )
    teacher = ClipNetwork(preset)
    teacher.load_state_dict(torch.load(path, weights_only=True, map_location="cpu"))
    return teacher.to(device, dtype).requires_grad_(False).eval()


def objective_of(
    recipe: Recipe,
    weights: Weights[ClipNetwork],
    run: Path,
    device: torch.device,
    *,
    compiled: bool,
) -> Objective:
    """What the recipe asks of the network: the first training's task, or a student's.

    Raises:
        BadRequest: a student's run has no teacher.
    """
    reader = Reader(recipe, device, weights.dtype)

    def ready(network: ClipNetwork) -> Any:
        return torch.compile(network, dynamic=False) if compiled else network

    weights.compute.tower.requires_grad_(not recipe.words_kept)
    if recipe.student is None:
        return Denoising(ready(weights.compute), reader)
    teacher = load_teacher(run, recipe.preset, device, weights.dtype)
    return Distillation(recipe.student, ready(weights.compute), ready(teacher), reader)


class Distillation:
    """The objective of a student's run."""

    def __init__(
        self, plan: StudentPlan, network: Network, teacher: Network, reader: Reader
    ) -> None:
        if plan.teacher_steps % plan.num_inference_steps:
            raise BadRequest(
                f"{plan.teacher_steps} teacher steps for {plan.num_inference_steps} student steps; "
                "the first must be a multiple of the second."
            )
        self.plan, self.network, self.teacher, self.reader = plan, network, teacher, reader
        self.sigmas = torch.from_numpy(flow_sigmas(plan.num_inference_steps)).float()

    def __call__(self, batch: Batch, generator: torch.Generator) -> Tensor:
        """The v-loss against where the teacher leads."""
        device = self.reader.device
        clean = self.reader.clean(batch)
        at = torch.randint(len(self.sigmas) - 1, (len(clean),), generator=generator)
        given = given_frames(clean.shape[0], clean.shape[1], generator).to(device)
        noise = torch.randn(clean.shape, generator=generator).to(device)
        now, then = self.sigmas[at].to(device), self.sigmas[at + 1].to(device)
        clean = clean.to(device)
        start = hold(noised(clean, noise, now), clean, given)
        with torch.no_grad():
            goal = self.walk(batch, start, clean, given, now, then)
        target = leading(start, goal, now, then)
        told = self.reader.told(batch, batch.captions, torch.from_numpy(batch.control))
        sigma = per_frame(now, given)
        return denoising_loss(predict(self.network, start, sigma, told), target, sigma, ~given)

    def walk(
        self, batch: Batch, x: Tensor, clean: Tensor, given: Tensor, now: Tensor, then: Tensor
    ) -> Tensor:
        """Where the teacher's guided Euler steps lead from ``x`` at ``now``: its place at ``then``.

        Sigmas are ``[B]``; given frames stay as they are.
        """
        told = self.both(batch)
        count = self.plan.teacher_steps // self.plan.num_inference_steps
        for step in range(count):
            here = now + (then - now) * (step / count)
            there = now + (then - now) * ((step + 1) / count)
            predicted = self.guided(x, here, given, told)
            ratio = (there / here)[:, None, None, None, None]
            x = hold(predicted + (x - predicted) * ratio, clean, given)
        return x

    def both(self, batch: Batch) -> Told:
        """The batch with its captions, then once more with none."""
        control = torch.from_numpy(batch.control).repeat(2, 1, 1)
        captions = [*batch.captions, *[""] * len(batch.captions)]
        return self.reader.told(batch, captions, control)

    def guided(self, x: Tensor, sigma: Tensor, given: Tensor, told: Told) -> Tensor:
        """The teacher's prediction, guided at the sigmas where sampling is."""
        levels = per_frame(sigma, given).repeat(2, 1)
        with_words, without = predict(self.teacher, x.repeat(2, 1, 1, 1, 1), levels, told).chunk(2)
        leans = [lean_at(round(at, EXACT), self.plan.guidance_scale) for at in sigma.tolist()]
        scale = torch.tensor(leans, device=x.device)[:, None, None, None, None]
        return without.float() + scale * (with_words.float() - without.float())


def given_frames(batch: int, frames: int, generator: torch.Generator) -> Tensor:
    """Which frames are given, bool ``[B, F]``: the first one of some clips."""
    given = torch.zeros(batch, frames, dtype=torch.bool)
    if frames > 1:
        given[:, 0] = torch.rand(batch, generator=generator) < GIVEN_SHARE
    return given


def noised(clean: Tensor, noise: Tensor, sigma: Tensor) -> Tensor:
    """``clean`` at one sigma a clip ``[B]``."""
    level = sigma[:, None, None, None, None]
    return (1 - level) * clean + level * noise


def hold(x: Tensor, clean: Tensor, given: Tensor) -> Tensor:
    """``x`` with the given frames put back."""
    return torch.where(given[..., None, None, None], clean, x)


def per_frame(sigma: Tensor, given: Tensor) -> Tensor:
    """Sigma ``[B, F]`` from one a clip; given frames are told to be clean."""
    return sigma[:, None].masked_fill(given, 0.0)


def leading(start: Tensor, goal: Tensor, now: Tensor, then: Tensor) -> Tensor:
    """The clean clip for which one Euler step from ``start`` at ``now`` ends at ``goal``."""
    ratio = (then / now)[:, None, None, None, None]
    return (goal - ratio * start) / (1 - ratio)
