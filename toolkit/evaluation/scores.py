"""One row of the report: every score of one set of clips made for the same prompts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip, FrameTag
from toolkit.evaluation.attributes import ACTION_ANSWERS, HEADS, NOT_ASKED
from toolkit.evaluation.judges import Judge, Verdict, judge_clips
from toolkit.evaluation.metrics import (
    binary_alpha_ratio,
    edge_sharpness,
    flicker,
    frechet_distance,
    loop_closure,
    matched_flicker,
    mean_of,
    motion_energy,
    psnr,
)
from toolkit.postprocess.quality import QualityRecord, quality

Clips = NDArray[np.uint8]
"""uint8 ``[N, F, H, W, 4]``, straight alpha."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every row is compared with."""

    answers: dict[str, NDArray[np.int64]]
    """Per head int64 ``[N]``, ``NOT_ASKED`` where it does not apply."""
    real: Clips
    """Real renders of the same labels."""
    loop: NDArray[np.bool_]
    held_out: NDArray[np.bool_]
    reference: NDArray[np.float32]
    """Judge features of training clips ``[M, 128]``, for the Fréchet distance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Whether two colours land on the right parts of the figure."""

    prompts: int
    """Prompts that name two different colours."""
    bound: float
    """Both colours read where they belong; chance is 1 / 144."""
    swapped: float
    """Both read, each in the other's place."""
    preferred: float
    """The judge finds the right order likelier than the swap; chance is 0.5."""


def accuracies(
    guesses: dict[str, NDArray[np.int64]],
    wanted: dict[str, NDArray[np.int64]],
    chosen: NDArray[np.bool_] | None = None,
) -> dict[str, float]:
    """Share of right answers per head over the clips it applies to, and ``joint``: all right.

    ``chosen`` bool ``[N]`` keeps some clips only; a head that nobody was asked is left out.
    """
    first = next(iter(wanted.values()))
    kept = np.ones(len(first), bool) if chosen is None else chosen
    joint, scores = np.ones(len(first), bool), dict[str, float]()
    for head, index in wanted.items():
        applies, right = kept & (index != NOT_ASKED), guesses[head] == index
        joint &= right | (index == NOT_ASKED)
        if applies.any():
            scores[head] = float(right[applies].mean())
    return {**scores, "joint": float(joint[kept].mean()) if kept.any() else float("nan")}


def color_binding(
    log_probabilities: dict[str, NDArray[np.float32]], wanted: dict[str, NDArray[np.int64]]
) -> Binding:
    """How often main and second colour are read in their places, over two-colour prompts."""
    first, second = wanted["color"], wanted["second_color"]
    two = np.flatnonzero((second != NOT_ASKED) & (first != second))
    if not len(two):
        nothing = float("nan")
        return Binding(prompts=0, bound=nothing, swapped=nothing, preferred=nothing)
    main, other = (log_probabilities[head][two] for head in ("color", "second_color"))
    a, b, row = first[two], second[two], np.arange(len(two))
    read_main, read_other = main.argmax(1), other.argmax(1)
    right = main[row, a] + other[row, b]
    return Binding(
        prompts=len(two),
        bound=float(((read_main == a) & (read_other == b)).mean()),
        swapped=float(((read_main == b) & (read_other == a)).mean()),
        preferred=float((right > main[row, b] + other[row, a]).mean()),
    )


def score_clips(judge: Judge, clips: Clips, asked: Asked) -> dict[str, Any]:
    """Accuracy, binding, Fréchet distance and the network-free scores of one set of clips."""
    verdict = judge_clips(judge, clips)
    return {**judged_scores(verdict, asked), **pixel_scores(clips, asked)}


def judged_scores(verdict: Verdict, asked: Asked) -> dict[str, Any]:
    """The scores that rest on the judge."""
    guesses = {head: verdict.guesses(head) for head in HEADS}
    return {
        "accuracy": accuracies(guesses, asked.answers),
        "accuracy_seen_pairs": accuracies(guesses, asked.answers, ~asked.held_out),
        "accuracy_held_out_pairs": accuracies(guesses, asked.answers, asked.held_out),
        "binding": asdict(color_binding(verdict.log_probabilities, asked.answers)),
        "frechet": frechet_distance(verdict.features, asked.reference),
        "character_action": character_action(verdict, asked.answers),
    }


def character_action(verdict: Verdict, wanted: dict[str, NDArray[np.int64]]) -> float:
    """Share of the characters whose action is read right among the eight that characters have."""
    people = np.flatnonzero(wanted["race"] != NOT_ASKED)
    if not len(people):
        return float("nan")
    read = verdict.log_probabilities["action"][people][:, ACTION_ANSWERS].argmax(1)
    return float((np.array(ACTION_ANSWERS)[read] == wanted["action"][people]).mean())


def pixel_scores(clips: Clips, asked: Asked) -> dict[str, float]:
    """The scores that need no network; ratios are to the real renders of the same labels."""
    edges = [edge_sharpness(clip) for clip in clips]
    real = [edge_sharpness(clip) for clip in asked.real]
    clean = [_quality(clip, loop) for clip, loop in zip(clips, asked.loop.tolist(), strict=True)]
    loops = [loop_closure(clip) for clip, loop in zip(clips, asked.loop, strict=True) if loop]
    closed = [value for value in loops if not np.isnan(value)]
    return {
        "silhouette_sharpness": _ratio(
            [one.silhouette for one in edges], [one.silhouette for one in real]
        ),
        "inner_sharpness": _ratio([one.inner for one in edges], [one.inner for one in real]),
        "binary_alpha": mean_of(binary_alpha_ratio(clip) for clip in clips),
        "loop_closure": float(np.median(closed)) if closed else float("nan"),
        "flicker": mean_of(flicker(clip) for clip in clips),
        "matched_flicker": mean_of(
            matched_flicker(clip, real) for clip, real in zip(clips, asked.real, strict=True)
        ),
        "motion": mean_of(motion_energy(clip) for clip in clips),
        "alpha_fringe": mean_of(one.alpha_fringe for one in clean),
        "stray_islands": mean_of(one.stray_islands_per_frame for one in clean),
    }


def _quality(frames: NDArray[np.uint8], loop: bool) -> QualityRecord:
    whole = FrameTag(name="whole", start=0, stop=len(frames), loop=loop)
    return quality(Clip(frames=frames, fps=12, tags=(whole,)))


def image_scores(clips: Clips, real: Clips) -> dict[str, float]:
    """Clips that were given the first frame of a real one: decibels to it, then and later.

    ``static_later_psnr`` is the still picture's: a model below it moves, but not as the real clip.
    """
    pairs = list(zip(clips, real, strict=True))
    return {
        "clips": len(pairs),
        "first_frame_psnr": mean_of(psnr(made[0], true[0]) for made, true in pairs),
        "later_psnr": mean_of(_later_psnr(made, true) for made, true in pairs),
        "static_later_psnr": mean_of(
            _later_psnr(np.repeat(true[:1], len(true), 0), true) for _, true in pairs
        ),
    }


def _later_psnr(made: NDArray[np.uint8], true: NDArray[np.uint8]) -> float:
    """Mean PSNR of the frames after the first."""
    return mean_of(psnr(a, b) for a, b in zip(made[1:], true[1:], strict=True))


def _ratio(values: list[float], real: list[float]) -> float:
    usual = mean_of(real)
    return mean_of(values) / usual if usual > 0 else float("nan")
