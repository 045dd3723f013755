"""Every clip that a report needs of a bundle, made by the way users go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest
from toolkit.evaluation.generation import ClipMaker, generate_cached, png_of
from toolkit.evaluation.prompts import SEED, Case
from toolkit.messages import SpriteRequest
from toolkit.runtime.model_card import DENOISER, STUDENT, TEXT_ENCODER, ModelCard

IMAGE_SHARE = 8
"""One prompt in so many is also tried with the real first frame given."""
Clips = NDArray[np.uint8]
"""uint8 ``[N, F, H, W, 4]``, straight alpha."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationOptions:
    """How much is evaluated; the defaults are what ``evaluation.json`` reports."""

    prompts: int = 512
    seed: int = SEED
    train_clips: int = 2000
    """Training clips for retrieval and for the Fréchet distance."""
    characters: int = 24
    """Characters whose identity is verified, four clips each."""
    num_inference_steps: int = 20
    guidance_scale: float = 2.5

    def __post_init__(self) -> None:
        for name, least in (("prompts", 2), ("characters", 2)):
            if getattr(self, name) < least:
                raise BadRequest(
                    f"{name} is {getattr(self, name)}; give at least {least} "
                    "(512 prompts for a real report)."
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The bundle's clips."""

    clips: Clips
    """One a case."""
    from_image: Clips
    """One for every eighth case, with its first frame given."""
    characters: Clips
    """One for every take of every character."""
    student: Clips | None
    """One a case by the few-step network, where the bundle has one."""


def make_all(
    make: ClipMaker,
    cases: Sequence[Case],
    people: Sequence[Case],
    options: EvaluationOptions,
    *,
    card: ModelCard,
    cache: Path,
    report: Callable[[str], None],
) -> Made:
    """All clips of a report; ``cache`` keeps them, so that a stopped run goes on."""
    asked = requests_of(cases, options)
    given = [
        replace(request, image=png_of(case.frames[0]))
        for request, case in zip(asked[::IMAGE_SHARE], cases[::IMAGE_SHARE], strict=True)
    ]
    wanted = [*asked, *given, *requests_of(people, options)]
    made = generate_cached(make, wanted, model=drawn_by(card), cache=cache, report=report)
    clips, from_image, characters = np.split(made, np.cumsum([len(asked), len(given)]))
    quick = None
    if card.student is not None:
        few = [card.student.quickened(request) for request in asked]
        drawing = drawn_by(card, STUDENT)
        quick = generate_cached(make, few, model=drawing, cache=cache, report=report)
    return Made(clips=clips, from_image=from_image, characters=characters, student=quick)


def drawn_by(card: ModelCard, network: str = DENOISER) -> str:
    """The hashes of what draws a clip: a network and what reads its words."""
    return f"{card.files[network]} {card.files[TEXT_ENCODER]}"


def requests_of(cases: Sequence[Case], options: EvaluationOptions) -> list[SpriteRequest]:
    """What a user would ask for to get each case's clip."""
    return [
        SpriteRequest(
            prompt=case.prompt,
            num_frames=case.frames.shape[0],
            height=case.frames.shape[1],
            width=case.frames.shape[2],
            seed=case.seed,
            num_inference_steps=options.num_inference_steps,
            guidance_scale=options.guidance_scale,
            loop=case.loop,
        )
        for case in cases
    ]
