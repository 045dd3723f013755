"""Clips made by model actors on a Ray cluster: one a GPU, or one for every few cores."""

# ray's annotations leave most of it open
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from toolkit.batch.making import Failed, Job, Outcome, make
from toolkit.batch.order import Order
from toolkit.cluster.actor import SentBundle
from toolkit.cluster.connection import HERE, connect
from toolkit.cluster.workers import Workers
from toolkit.errors import PlayreelError
from toolkit.pipelines.sprites import OnProgress
from toolkit.runtime.models import Models

QUEUED_PER_ACTOR = 2
"""One in the works and one waiting, so that no actor idles while its result travels."""
MAX_LOSSES = 3
"""So many workers may die under one job before it counts as failed."""
WAKE_SECONDS = 1.0


def open_ray_engine(order: Order, report: Callable[[str], None]) -> RayEngine:
    """An engine on the cluster at the order's address, or on one started here.

    Raises:
        PlayreelError: ray is not installed.
        ClusterUnreachable: nothing answers at the address, or it has no room for an actor.
        ModelNotFound, ModelMismatch: the bundle is not whole.
    """
    ray = connect(order.ray_address)
    try:
        workers = Workers(
            ray, provider=order.provider, threads=order.threads, address=order.ray_address
        )
        engine = RayEngine(ray, workers, workers.send(order.bundle_folder))
    except PlayreelError:
        ray.shutdown()
        raise
    report(f"{len(workers.numbers)} model actors on Ray at {order.ray_address or HERE}")
    return engine


def make_there(
    job: Job, models: Models, on_progress: OnProgress, cancelled: Callable[[], bool]
) -> Outcome:
    """The job's clip, or why there is none; the task that actors get."""
    return make(job, models, cancelled)


@dataclass(frozen=True, slots=True)
class _Flight:
    """A job that was handed to an actor."""

    job: Job
    number: int
    actor: Any
    ticket: str


class RayEngine:
    """Actors that each make one clip at a time; a job whose worker dies goes to another."""

    def __init__(self, ray: Any, workers: Workers, bundle: SentBundle) -> None:
        self.workers = workers
        self.capacity = len(workers.numbers) * QUEUED_PER_ACTOR
        self._ray = ray
        self._bundle = bundle
        self._flying: dict[Any, _Flight] = {}
        self._losses: Counter[str] = Counter()

    def submit(self, job: Job) -> None:
        """Hand a job to the actor with the least to do."""
        load = Counter(flight.number for flight in self._flying.values())
        number = min(self.workers.numbers, key=lambda each: load[each])
        flight = _Flight(job, number, self.workers[number], secrets.token_hex(8))
        work = flight.actor.work.remote(flight.ticket, self._bundle, make_there, job)
        self._flying[work] = flight

    def next(self) -> Outcome:
        """Wait for the next job that is finished, whatever dies meanwhile."""
        while True:
            ready, _ = self._ray.wait(list(self._flying), timeout=WAKE_SECONDS)
            for work in ready:
                outcome = self._outcome(work, self._flying.pop(work))
                if outcome is not None:
                    return outcome

    def close(self) -> None:
        """End what is in the works, our actors, and the cluster if it was started here."""
        for flight in self._flying.values():
            self.workers.cancel(flight.number, flight.ticket)
        self.workers.close()
        self._ray.shutdown()

    def _outcome(self, work: Any, flight: _Flight) -> Outcome | None:
        """What came of a job; ``None`` when its worker died and another has it now."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(work)
        except errors.RayActorError as error:
            self.workers.replace(flight.number, flight.actor)
            return self._lost(flight.job, str(error))
        except errors.RayTaskError as error:
            return Failed(name=flight.job.name, reason=_first_line(error.cause))
        except errors.RayError as error:
            return Failed(name=flight.job.name, reason=_first_line(error))

    def _lost(self, job: Job, reason: str) -> Failed | None:
        """Hand the job in again, unless workers died under it too often."""
        self._losses[job.name] += 1
        if self._losses[job.name] >= MAX_LOSSES:
            first = reason.splitlines()[0][:200]
            return Failed(name=job.name, reason=f"{MAX_LOSSES} workers died under it: {first}")
        self.submit(job)
        return None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
