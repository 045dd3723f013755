"""One asset's clip: seeds are tried until one meets the quality bar."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from toolkit.batch.assets import QualityBar
from toolkit.batch.mesh_source import NO_MESH, MeshSource
from toolkit.batch.paths import retry_seed
from toolkit.clip import Clip
from toolkit.errors import JobCancelled, PlayreelError
from toolkit.generate import generate
from toolkit.messages import Request, TurntableRequest
from toolkit.pipelines.turntable import split_passes
from toolkit.postprocess.quality import QualityRecord, quality
from toolkit.runtime.models import Models


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What an engine makes."""

    name: str
    request: Request
    """Complete: the frame of a reference is its image."""
    bar: QualityBar
    mesh: MeshSource = NO_MESH
    first_seed: int | None = None
    """The seed that passed before, tried ahead of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One seed and how its clip measured."""

    seed: int
    seconds: float
    quality: dict[str, Any]
    exceeded: tuple[str, ...]
    """What it measures above the bar, in words; empty when it passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A clip, of the seed that passed or else of the best one."""

    name: str
    request: Request
    """The job's, with the chosen seed."""
    clip: Clip
    chosen: Attempt
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No clip, and why."""

    name: str
    reason: str


Outcome = Made | Failed


def seeds_of(job: Job) -> tuple[int, ...]:
    """The seeds to try, in order, each once; a mesh always looks the same."""
    if job.mesh.files:
        return (job.request.seed,)
    own = [retry_seed(job.request.seed, attempt) for attempt in range(job.bar.retries + 1)]
    first = [] if job.first_seed is None else [job.first_seed]
    return tuple(dict.fromkeys([*first, *own]))[: len(own)]


def make(job: Job, models: Models, cancelled: Callable[[], bool] | None = None) -> Outcome:
    """The job's clip, or why there is none.

    Raises:
        JobCancelled: ``cancelled()`` became true between two steps.
    """
    try:
        return _make(job, models, cancelled)
    except JobCancelled:
        raise
    except PlayreelError as error:
        return Failed(name=job.name, reason=str(error))
    except MemoryError:
        return Failed(name=job.name, reason="the memory is used up; ask for fewer frames.")


def _make(job: Job, models: Models, cancelled: Callable[[], bool] | None) -> Made:
    best: tuple[Attempt, Clip] | None = None
    attempts: list[Attempt] = []
    for seed in seeds_of(job):
        began = time.perf_counter()
        clip = clip_of(replace(job.request, seed=seed), job.mesh, models, cancelled)
        attempt = judge(clip, seed, job.bar, time.perf_counter() - began)
        attempts.append(attempt)
        if best is None or len(attempt.exceeded) < len(best[0].exceeded):
            best = attempt, clip
        if not attempt.exceeded:
            break
    assert best is not None, "there is always a first seed"
    return Made(
        name=job.name,
        request=replace(job.request, seed=best[0].seed),
        clip=best[1],
        chosen=best[0],
        attempts=tuple(attempts),
    )


def clip_of(
    request: Request,
    mesh: MeshSource,
    models: Models,
    cancelled: Callable[[], bool] | None = None,
) -> Clip:
    """The clip of a complete request, wherever the files of its mesh came from."""
    if not isinstance(request, TurntableRequest) or not mesh.files:
        return generate(request, models, cancelled=cancelled)
    with mesh.placed(request) as placed:
        return generate(placed, models, cancelled=cancelled)


def judge(clip: Clip, seed: int, bar: QualityBar, seconds: float) -> Attempt:
    """The clip's measures beside the bar; of several passes, those of the first."""
    record = quality(next(iter(split_passes(clip).values())))
    return Attempt(
        seed=seed,
        seconds=round(seconds, 3),
        quality=record.to_dict(),
        exceeded=exceeded(record, bar),
    )


def exceeded(record: QualityRecord, bar: QualityBar) -> tuple[str, ...]:
    """What the record measures above the bar, in words."""
    return tuple(
        f"{name} is {_shown(getattr(record, name))}, allowed {_shown(limit)}"
        for name, limit in bar.limits.items()
        if getattr(record, name) > limit
    )


def _shown(value: float) -> str:
    return f"{float(value):g}"
