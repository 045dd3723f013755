"""The evaluation of a clip bundle: scores, ceilings and baselines in one dict."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit import __version__
from toolkit.errors import BadRequest
from toolkit.evaluation.attributes import answers
from toolkit.evaluation.baselines import nearest_captions, static_clips, untrained_clips
from toolkit.evaluation.generation import ClipMaker, bundle_maker, generate_cached, png_of
from toolkit.evaluation.judges import Judge, judge_clips, load_judge
from toolkit.evaluation.prompts import SEED, Case, evaluation_cases, training_cases
from toolkit.evaluation.scores import Asked, image_scores, score_clips
from toolkit.messages import SpriteRequest
from toolkit.runtime.models import read_card
from toolkit.runtime.threads import cache_folder

REPORT_FILE = "evaluation.json"
IMAGE_SHARE = 8
"""One prompt in so many is also tried with the real first frame given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationOptions:
    """How much is evaluated; the defaults are what ``evaluation.json`` reports."""

    prompts: int = 512
    seed: int = SEED
    train_clips: int = 2000
    """Training clips for retrieval and for the Fréchet distance."""
    num_inference_steps: int = 20
    guidance_scale: float = 2.5

    def __post_init__(self) -> None:
        if self.prompts < 2:
            raise BadRequest(f"prompts is {self.prompts}; give at least 2 (512 for a real report).")


def evaluate_clip(
    bundle: Path,
    *,
    prompts: int = 512,
    seed: int = SEED,
    judges: Path | None = None,
    cache: Path | None = None,
    write: bool = False,
    command: str = "",
    options: EvaluationOptions | None = None,
    make: ClipMaker | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The report on a bundle as a JSON-ready dict; see ``tables.print_report`` for a table.

    ``playreel evaluate clip BUNDLE --json`` calls
    ``evaluate_clip(bundle, prompts=512, write=True, command="playreel ...", report=...)``.

    Args:
        bundle: the bundle's folder.
        prompts: how many held-out prompts, half of them with label pairs never trained on.
        seed: of prompts and clips; the same numbers give the same report.
        judges: folder of ``judge.safetensors``; None takes the one that comes with Playreel.
        cache: folder that keeps generated clips; None is the user's cache folder.
        write: also write ``evaluation.json`` into the bundle.
        command: what the user typed, kept in the report.
        options: everything else; its ``prompts`` and ``seed`` give way to the arguments.
        make: stands in for the bundle's runtime, for tests.
        report: gets a line of progress now and then.

    Raises:
        ModelNotFound: the bundle or the judge is missing.
        ModelMismatch: the judge answers other questions than today's generator asks.
    """
    chosen = replace(options or EvaluationOptions(), prompts=prompts, seed=seed)
    card = read_card(bundle)
    judge, judge_card = load_judge(judges)
    cases = evaluation_cases(chosen.prompts, seed=chosen.seed)
    report(f"{len(cases)} prompts, {sum(case.held_out for case in cases)} of held-out pairs")
    made, from_image = _generate(
        make or bundle_maker(bundle),
        cases,
        chosen,
        model=card.hash,
        cache=cache or cache_folder() / "evaluation",
        report=report,
    )
    body = {
        "format": 1,
        "bundle": {
            "name": card.name,
            "version": card.version,
            "hash": card.hash,
            "training": dict(card.training),
        },
        **compare(judge, cases, made, from_image, chosen),
        "judge": {name: judge_card[name] for name in ("accuracy", "chance", "recipe", "seeds")},
        "options": asdict(chosen),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "playreel": __version__,
        "command": command,
    }
    body = _without_nan(body)
    if write:
        (bundle / REPORT_FILE).write_text(json.dumps(body, indent=1) + "\n", "utf-8")
    return body


def requests_of(cases: list[Case], options: EvaluationOptions) -> list[SpriteRequest]:
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


def _generate(
    make: ClipMaker,
    cases: list[Case],
    options: EvaluationOptions,
    *,
    model: str,
    cache: Path,
    report: Callable[[str], None],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The clips of all cases, and of every eighth case once more with its first frame given."""
    asked = requests_of(cases, options)
    given = [
        replace(request, image=png_of(case.frames[0]))
        for request, case in zip(asked[::IMAGE_SHARE], cases[::IMAGE_SHARE], strict=True)
    ]
    made = generate_cached(make, [*asked, *given], model=model, cache=cache, report=report)
    return made[: len(asked)], made[len(asked) :]


def compare(
    judge: Judge,
    cases: list[Case],
    made: NDArray[np.uint8],
    from_image: NDArray[np.uint8],
    options: EvaluationOptions,
) -> dict[str, Any]:
    """Scores of the model beside the ceiling and the baselines, and shares of the ceiling."""
    real = np.stack([case.frames for case in cases])
    train = training_cases(options.train_clips, seed=options.seed)
    train_frames = np.stack([case.frames for case in train])
    asked = Asked(
        answers=answers([case.labels for case in cases]),
        real=real,
        loop=np.array([case.loop for case in cases]),
        held_out=np.array([case.held_out for case in cases]),
        reference=judge_clips(judge, train_frames).features,
    )
    nearest = nearest_captions([case.prompt for case in cases], [case.prompt for case in train])
    rows = {
        "model": made,
        "real": real,
        "nearest_training_clip": train_frames[nearest],
        "static_first_frame": static_clips(real),
        "untrained": untrained_clips(real.shape),  # type: ignore[reportArgumentType]
    }
    scores = {name: score_clips(judge, clips, asked) for name, clips in rows.items()}
    return {
        "scores": scores["model"],
        "ceiling": scores["real"],
        "baselines": {name: scores[name] for name in list(rows)[2:]},
        "share_of_ceiling": {
            group: shares(scores["model"][group], scores["real"][group])
            for group in ("accuracy", "accuracy_seen_pairs", "accuracy_held_out_pairs")
        },
        "from_image": image_scores(from_image, real[::IMAGE_SHARE]),
        "counts": {
            "prompts": len(cases),
            "held_out_pairs": int(asked.held_out.sum()),
            "loops": int(asked.loop.sum()),
            "train_clips": len(train),
        },
    }


def shares(scores: dict[str, float], ceiling: dict[str, float]) -> dict[str, float]:
    """Each accuracy as a share of what the judge reads off real renders of the same labels."""
    return {
        head: score / ceiling[head] if ceiling[head] > 0 else float("nan")
        for head, score in scores.items()
    }


def _without_nan(value: Any) -> Any:
    """The same tree with floats rounded and ``nan``, which JSON lacks, as None."""
    match value:
        case dict():
            return {name: _without_nan(part) for name, part in value.items()}  # type: ignore[reportUnknownVariableType]
        case list() | tuple():
            return [_without_nan(part) for part in value]  # type: ignore[reportUnknownVariableType]
        case float():
            return None if np.isnan(value) else round(value, 5)
        case _:
            return value
