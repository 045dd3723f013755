"""How many takes one network run should serve here: measured, and only if the bits stay."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.diffusion.noise import gaussian
from toolkit.messages import SpriteRequest
from toolkit.pipelines.sprites import plan, tell
from toolkit.runtime.denoiser import Call
from toolkit.runtime.models import Models

SIZES = (2, 4, 8)
ROUNDS = 2
LEAST = 4
"""Assets of a shape for which trying pays."""
Shape = tuple[int, int, int]
"""Frames, height, width."""
WORTH = 1.03
"""Less gain than this is noise of the clock, and one by one finishes first assets sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What joining so many takes in one run brought."""

    size: int
    gain: float
    """Time of one by one over time together."""
    exact: bool
    """Whether both ways give the same bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The size to use and the trials that say so."""

    size: int
    trials: tuple[Trial, ...]

    def __str__(self) -> str:
        """What was found, for the person who waits."""
        tried = ", ".join(
            f"{trial.size}: {trial.gain:.2f}x{'' if trial.exact else ' (other bits)'}"
            for trial in self.trials
        )
        if self.size == 1:
            return f"one take a network run; joining takes brings nothing here ({tried})"
        return f"{self.size} takes a network run, the fastest with equal bits ({tried})"


def shape_of(request: SpriteRequest) -> Shape:
    """What decides how fast a network run is."""
    return request.num_frames, request.height, request.width


def choose_sizes(
    models: Models,
    requests: Sequence[SpriteRequest],
    *,
    report: Callable[[str], None],
    clock: Callable[[], float] = time.perf_counter,
) -> dict[Shape, int]:
    """The number of takes per network run for each shape that comes often enough to matter."""
    firsts: dict[Shape, SpriteRequest] = {}
    counts: Counter[Shape] = Counter()
    for request in requests:
        shape = shape_of(request)
        firsts.setdefault(shape, request)
        counts[shape] += 1
    sizes: dict[Shape, int] = {}
    for shape, count in counts.items():
        if count < LEAST:
            continue
        choice = choose_size(models, firsts[shape], most=min(count, SIZES[-1]), clock=clock)
        frames, height, width = shape
        report(f"{frames} frames of {width}x{height}: {choice}")
        sizes[shape] = choice.size
    return sizes


def choose_size(
    models: Models,
    request: SpriteRequest,
    *,
    most: int,
    clock: Callable[[], float] = time.perf_counter,
) -> Choice:
    """The number of takes per network run that is fastest for a request, up to ``most``.

    A size is taken only if it changes no bit, so that how assets are grouped never shows. Larger
    sizes are tried as long as that pays.
    """
    trials: list[Trial] = []
    best = Trial(size=1, gain=1.0, exact=True)
    for size in SIZES:
        if size > most:
            break
        trial = try_size(models, request, size, clock=clock)
        trials.append(trial)
        if not trial.exact or trial.gain < max(best.gain, WORTH):
            break
        best = trial
    return Choice(size=best.size, trials=tuple(trials))


def try_size(
    models: Models,
    request: SpriteRequest,
    size: int,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> Trial:
    """One guided step of ``size`` takes, together and one by one, in turns."""
    calls = _calls(models, request, size)
    alone: list[float] = []
    together: list[float] = []
    exact = True
    for turn in range(ROUNDS + 1):
        began = clock()
        singles = [models.denoiser.predict_many([call])[0] for call in calls]
        between = clock()
        joined = models.denoiser.predict_many(calls)
        ended = clock()
        exact &= all(np.array_equal(*pair) for pair in zip(singles, joined, strict=True))
        if turn:  # the first run of a shape also plans its memory
            alone.append(between - began)
            together.append(ended - between)
    gain = statistics.median(alone) / max(statistics.median(together), 1e-9)
    return Trial(size=size, gain=round(gain, 3), exact=exact)


def _calls(models: Models, request: SpriteRequest, size: int) -> Sequence[Call]:
    request = replace(request, image=b"")
    told = tell(plan(request)[0], request, models)
    shape = (request.num_frames, 4, request.height, request.width)
    sigma = np.full(request.num_frames, 0.5, np.float32)
    branches = 1 if request.guidance_scale == 1 else 2
    return [
        Call(x=gaussian(shape, seed=seed), sigma=sigma, branches=branches, told=told)
        for seed in range(size)
    ]
