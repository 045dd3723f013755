"""Training the judge on renders of the generator, and its accuracy on fresh ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from toolkit.clip import Clip
from toolkit.data.procedural.clips import render
from toolkit.data.procedural.labels import Labels, sample_labels
from toolkit.evaluation.attributes import HEADS, NOT_ASKED, answers
from toolkit.evaluation.fitting import fit
from toolkit.evaluation.judges import FRAMES, SIDE, Judge, judge_clips, judge_folder, save_judge
from toolkit.evaluation.scores import accuracies
from toolkit.training.precision import fastest_dtype
from toolkit.training.processes import Processes

TRAIN_SEED, VALIDATION_SEED = 7_000_001, 8_000_001
"""Seeds of the judge's own renders; the evaluated prompts use others (``prompts.SEED``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeRecipe:
    """How a judge is trained."""

    minutes: float = 7.0
    """CPU minutes a thread, so that a busy machine gives the same judge."""
    threads: int = 2
    width: int = 48
    batch: int = 64
    pool: int = 3072
    """Renders kept at hand; the oldest are replaced as training goes on."""
    fresh: int = 12
    """Renders replaced a step."""
    rate: float = 2e-3
    validation: int = 1024
    """Fresh renders that the printed accuracy is measured on."""
    max_steps: int | None = None
    """Stop after so many steps even when minutes are left."""


class RenderPool:
    """Labelled renders uint8 ``[N, 8, 4, 64, 64]``, premultiplied, renewed a few at a time."""

    def __init__(self, size: int, rng: np.random.Generator) -> None:
        self.rng, self.oldest = rng, 0
        self.labels: list[Labels] = [sample_labels(rng, split="any") for _ in range(size)]
        self.pixels = torch.stack([self._draw(one) for one in self.labels])
        self.answers = answers(self.labels)

    def renew(self, count: int) -> None:
        """Replace the ``count`` oldest renders."""
        for _ in range(count):
            labels = sample_labels(self.rng, split="any")
            self.labels[self.oldest] = labels
            self.pixels[self.oldest] = self._draw(labels)
            for head, index in answers([labels]).items():
                self.answers[head][self.oldest] = index[0]
            self.oldest = (self.oldest + 1) % len(self.labels)

    def batch(self, size: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Random clips f32 ``[B, 8, 4, 64, 64]``, roughened, and their answers ``[B]``."""
        chosen = self.rng.choice(len(self.pixels), size)
        clips = self.pixels[torch.from_numpy(chosen)].float() / 127.5 - 1
        picked = {head: torch.from_numpy(index[chosen]) for head, index in self.answers.items()}
        return roughen(clips, self.rng), picked

    def _draw(self, labels: Labels) -> Tensor:
        """A render in the network's layout, uint8 ``[8, 4, 64, 64]``."""
        pixels = Clip.to_float(render(labels, FRAMES, rng=self.rng))
        return torch.from_numpy(pixels).add(1).mul(127.5).round().to(torch.uint8)


def roughen(clips: Tensor, rng: np.random.Generator) -> Tensor:
    """Shifted by up to 3 pixels and, for half of the calls, with light noise or blur.

    Generated clips are never as clean as renders; a judge that has seen only clean ones misreads
    them for reasons that have nothing to do with what they show.
    """
    shift_y, shift_x = (int(value) for value in rng.integers(-3, 4, 2))
    clips = torch.roll(clips, (shift_y, shift_x), (-2, -1))
    kind = rng.random()
    if kind < 0.3:
        # One field for all clips: one for each would cost half as much as the network.
        clips = clips + torch.randn_like(clips[:1]) * float(rng.uniform(0, 0.15))
    elif kind < 0.5:
        share = float(rng.uniform(0, 0.7))
        soft = F.avg_pool2d(clips.flatten(0, 1), 3, 1, 1).view_as(clips)
        clips = clips * (1 - share) + soft * share
    return clips


def judge_loss(logits: dict[str, Tensor], wanted: dict[str, Tensor]) -> Tensor:
    """Cross-entropy summed over heads, each averaged over the clips it applies to."""
    total = torch.zeros(())
    for head, index in wanted.items():
        count = (index != NOT_ASKED).sum().clamp(min=1)
        total = total + F.cross_entropy(
            logits[head].float(), index, ignore_index=NOT_ASKED, reduction="sum"
        ) / count  # fmt: skip
    return total


def train_judge(recipe: JudgeRecipe, *, report: Callable[[str], None]) -> Judge:
    """A judge trained on the CPU for the recipe's minutes, in evaluation mode."""
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(TRAIN_SEED)
    dtype = fastest_dtype(Processes())
    pool = RenderPool(recipe.pool, np.random.default_rng(TRAIN_SEED))
    judge = Judge(recipe.width)
    judge.to(memory_format=torch.channels_last)  # type: ignore[reportCallIssue]  # torch's own gap

    def loss_of() -> Tensor:
        pool.renew(recipe.fresh)
        clips, wanted = pool.batch(recipe.batch)
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype is torch.bfloat16):
            return judge_loss(judge(clips), wanted)

    steps = fit(
        judge, loss_of, rate=recipe.rate, cpu_minutes=recipe.minutes * recipe.threads,
        clip_norm=5.0, max_steps=recipe.max_steps, report=report,
    )  # fmt: skip
    report(f"{steps} steps of {recipe.batch} clips")
    return judge


def validate_judge(judge: Judge, count: int) -> dict[str, float]:
    """Accuracy per head and joint on ``count`` fresh renders that training never drew."""
    rng = np.random.default_rng(VALIDATION_SEED)
    labels = [sample_labels(rng, split="any") for _ in range(count)]
    frames = np.stack([render(one, FRAMES, rng=rng) for one in labels])
    verdict = judge_clips(judge, frames)
    return accuracies({head: verdict.guesses(head) for head in HEADS}, answers(labels))


def make_judge(
    recipe: JudgeRecipe, folder: Path | None = None, *, report: Callable[[str], None]
) -> dict[str, Any]:
    """Train, measure and save a judge; returns its card with the accuracies.

    Called by ``playreel evaluate judges --minutes M``; ``folder=None`` replaces the judge that
    comes with Playreel.
    """
    judge = train_judge(recipe, report=report)
    card: dict[str, Any] = {
        "accuracy": validate_judge(judge, recipe.validation),
        "chance": {head: 1 / len(names) for head, names in HEADS.items()},
        "recipe": asdict(recipe),
        "clip": [FRAMES, SIDE, SIDE],
        "seeds": {"train": TRAIN_SEED, "validation": VALIDATION_SEED},
    }
    save_judge(judge, folder or judge_folder(), card)
    return card
