"""Whether one character's clips read as the same person, whatever it does and wherever it looks."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.clips import is_loop, render
from toolkit.data.procedural.labels import CharacterLabels, sample_labels
from toolkit.evaluation.judges import FRAMES, Judge, Verdict, judge_clips
from toolkit.evaluation.prompts import Case, prompt_of

TAKES = (("idle", "down"), ("walk", "right"), ("attack", "left"), ("hurt", "up"))
"""Action and direction of every clip that a character is seen in."""
PERSON = ("race", "class", "color", "second_color", "weapon")
"""What the judge reads that belongs to the character and not to the moment."""
SMALLEST = 1e-6


def characters(count: int, *, seed: int) -> list[Case]:
    """``count`` characters in every one of ``TAKES``, character by character.

    A character keeps its seed in all takes, as on a sheet of ``playreel generate``.
    """
    rng = np.random.default_rng([seed, 2])
    cases: list[Case] = []
    for at in range(count):
        person = _person(rng)
        for action, direction in TAKES:
            labels = replace(person, action=action, direction=direction)
            cases.append(
                Case(
                    labels=labels,
                    prompt=prompt_of(labels),
                    frames=render(labels, FRAMES, rng=np.random.default_rng([seed, 3, at])),
                    loop=is_loop(labels),
                    seed=at,
                    held_out=False,
                )
            )
    return cases


def _person(rng: np.random.Generator) -> CharacterLabels:
    while True:
        labels = sample_labels(rng, split="train")
        if isinstance(labels, CharacterLabels):
            return labels


def agreement(verdict: Verdict) -> NDArray[np.float64]:
    """How likely the judge finds each pair of clips to show one person, log ``[N, N]``.

    For every attribute of a person the probability that both clips have the same answer.
    """
    total = np.zeros((1, 1))
    for head in PERSON:
        likely = np.exp(verdict.log_probabilities[head].astype(np.float64))
        total = total + np.log(np.maximum(likely @ likely.T, SMALLEST))
    return total


def pairs(count: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Index pairs ``[N, 2]`` of two different takes, and whether they show one character ``[N]``.

    Half of them pair each character with itself, half with the next one.
    """
    takes = list(combinations(range(len(TAKES)), 2))
    rows: list[tuple[int, int]] = []
    same: list[bool] = []
    for one in range(count):
        for other in (one, (one + 1) % count):
            rows += [(one * len(TAKES) + a, other * len(TAKES) + b) for a, b in takes]
            same += [one == other] * len(takes)
    return np.array(rows, np.int64), np.array(same)


def verification(judge: Judge, clips: NDArray[np.uint8], threshold: float) -> float:
    """Share of pairs told right as same or different; clips in the order of ``characters``."""
    likely, same = _scored(judge, clips)
    return float(((likely > threshold) == same).mean())


def best_threshold(judge: Judge, clips: NDArray[np.uint8]) -> float:
    """The agreement above which two of these clips are best called the same person."""
    likely, same = _scored(judge, clips)
    order = np.argsort(likely)
    right = np.cumsum(~same[order]) + same.sum() - np.cumsum(same[order])  # cut above each one
    at = int(right.argmax())
    above = likely[order[min(at + 1, len(order) - 1)]]
    return float((likely[order[at]] + above) / 2)


def _scored(
    judge: Judge, clips: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    rows, same = pairs(len(clips) // len(TAKES))
    likely = agreement(judge_clips(judge, clips))
    return likely[rows[:, 0], rows[:, 1]], same
