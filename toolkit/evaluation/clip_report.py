"""The evaluation of a clip bundle: scores, ceilings and baselines in one dict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.evaluation.attributes import answers
from toolkit.evaluation.bars import BARS
from toolkit.evaluation.baselines import nearest_captions, static_clips, untrained_clips
from toolkit.evaluation.generation import ClipMaker, bundle_maker
from toolkit.evaluation.identity import best_threshold, characters, verification
from toolkit.evaluation.judges import Judge, judge_clips, load_judge
from toolkit.evaluation.made import IMAGE_SHARE, EvaluationOptions, Made, make_all
from toolkit.evaluation.memorisation import memorised_share
from toolkit.evaluation.metrics import frechet_distance
from toolkit.evaluation.prompts import SEED, Case, evaluation_cases, training_cases
from toolkit.evaluation.reports import report_on, write_report
from toolkit.evaluation.scores import Asked, image_scores, score_clips
from toolkit.runtime.model_card import read_card
from toolkit.runtime.threads import cache_folder

REPORT_FILE = "evaluation.json"


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
    people = characters(chosen.characters, seed=chosen.seed)
    made = make_all(
        make or bundle_maker(bundle),
        cases,
        people,
        chosen,
        card=card,
        cache=cache or cache_folder() / "evaluation",
        report=report,
    )
    scores = {
        **compare(judge, cases, people, made, chosen),
        "judge": {name: judge_card[name] for name in ("accuracy", "chance", "recipe", "seeds")},
        "options": asdict(chosen),
    }
    body = report_on(card, scores, bars=BARS, command=command)
    if write:
        write_report(body, bundle / REPORT_FILE)
    return body


def compare(
    judge: Judge,
    cases: list[Case],
    people: list[Case],
    made: Made,
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
        "model": made.clips,
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
        "shares": pixel_shares(scores["model"], scores["real"], scores["untrained"]),
        "frechet_real_halves": frechet_distance(*np.array_split(asked.reference, 2)),
        "identity": identity_scores(judge, people, made.characters, options),
        "memorised": {
            "model": memorised_share(made.clips, train_frames, real),
            "nearest_training_clip": memorised_share(train_frames[nearest], train_frames, real),
        },
        "student": student_scores(judge, made.student, asked, scores["model"]),
        "from_image": image_scores(made.from_image, real[::IMAGE_SHARE]),
        "counts": {
            "prompts": len(cases),
            "held_out_pairs": int(asked.held_out.sum()),
            "loops": int(asked.loop.sum()),
            "train_clips": len(train),
            "characters": options.characters,
        },
    }


def identity_scores(
    judge: Judge, people: list[Case], made: NDArray[np.uint8], options: EvaluationOptions
) -> dict[str, float]:
    """Accuracy of telling same from different characters, of ours and of real clips (chance 0.5).

    What counts as the same is settled on real clips of other characters.
    """
    others = characters(options.characters, seed=options.seed + 1)
    threshold = best_threshold(judge, np.stack([case.frames for case in others]))
    real = np.stack([case.frames for case in people])
    return {
        "model": verification(judge, made, threshold),
        "real": verification(judge, real, threshold),
        "threshold": threshold,
    }


def student_scores(
    judge: Judge, clips: NDArray[np.uint8] | None, asked: Asked, teacher: dict[str, Any]
) -> dict[str, Any] | None:
    """The few-step network's scores, and its accuracies as shares of the full walk's."""
    if clips is None:
        return None
    scores = score_clips(judge, clips, asked)
    return {**scores, "share_of_teacher": shares(scores["accuracy"], teacher["accuracy"])}


def pixel_shares(
    model: dict[str, Any], real: dict[str, Any], untrained: dict[str, Any]
) -> dict[str, float]:
    """Scores that are judged beside the real renders', and the Fréchet distance's share."""
    beside = {
        name: ratio(model[name], real[name])
        for name in ("binary_alpha", "flicker", "alpha_fringe", "stray_islands")
    }
    return {**beside, "frechet": ratio(model["frechet"], untrained["frechet"])}


def ratio(ours: float, theirs: float) -> float:
    """Ours over theirs; 1 where both are nothing, not a number where only theirs is."""
    if theirs > 0:
        return ours / theirs
    return 1.0 if ours == 0 else float("nan")


def shares(scores: dict[str, float], ceiling: dict[str, float]) -> dict[str, float]:
    """Each accuracy as a share of what the judge reads off real renders of the same labels."""
    return {
        head: score / ceiling[head] if ceiling[head] > 0 else float("nan")
        for head, score in scores.items()
    }
