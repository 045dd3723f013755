"""What is asked of a model: labelled prompts with the real clip that each describes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.captions import canonical_caption
from toolkit.data.procedural.clips import is_loop, render
from toolkit.data.procedural.labels import CharacterLabels, Labels, Split, sample_labels
from toolkit.evaluation.judges import FRAMES

SEED = 9_000_001
"""Of the prompts, the clips' noise and the training clips; no training run draws from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One labelled clip of the generator and the prompt that asks for it."""

    labels: Labels
    prompt: str
    frames: NDArray[np.uint8]
    """The real clip, uint8 ``[8, 64, 64, 4]``."""
    loop: bool
    seed: int
    """Of the noise a model starts from."""
    held_out: bool
    """Whether the labels hold a pair that training never saw together."""


def evaluation_cases(count: int, *, seed: int = SEED) -> list[Case]:
    """``count`` cases, by turns with a held-out pair of labels and with seen pairs only."""
    rng = np.random.default_rng(seed)
    return [_case(rng, "heldout" if at % 2 == 0 else "train", at) for at in range(count)]


def training_cases(count: int, *, seed: int = SEED) -> list[Case]:
    """``count`` clips as training draws them, for retrieval and as the distance's reference."""
    rng = np.random.default_rng([seed, 1])
    return [_case(rng, "train", at) for at in range(count)]


def prompt_of(labels: Labels) -> str:
    """The canonical caption of what the judge asks about.

    Hair and shield go unsaid: the judge does not look at them, and the longest captions would
    run past the text encoder's 24 tokens and lose their direction.
    """
    if isinstance(labels, CharacterLabels):
        labels = replace(labels, hair_color="", hair_style="bald", shield_color="none")
    return canonical_caption(labels)


def _case(rng: np.random.Generator, split: Split, at: int) -> Case:
    labels = sample_labels(rng, split=split)
    return Case(
        labels=labels,
        prompt=prompt_of(labels),
        frames=render(labels, FRAMES, rng=rng),
        loop=is_loop(labels),
        seed=at,
        held_out=split == "heldout",
    )
