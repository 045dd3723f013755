"""The engine of a lane whose clips are made on a Ray cluster, by the actors that batches use."""

# ray's annotations leave most of it open
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from toolkit.clip import Clip
from toolkit.cluster.actor import CONTROL, SERVED, SKETCHES, News, SentBundle
from toolkit.cluster.connection import address_of, connect
from toolkit.cluster.workers import Workers
from toolkit.errors import BadRequest, JobCancelled, ModelNotFound, PlayreelError
from toolkit.generate import generate
from toolkit.messages import Request, TurntableRequest
from toolkit.pipelines.sprites import OnProgress as OnStep
from toolkit.runtime.models import Models
from toolkit.runtime.session import Provider
from toolkit.server.bundle_engine import BundleEngine, takes_of
from toolkit.server.engine import Engine, OnProgress, World
from toolkit.server.settings import LaneSettings

ENGINE = "toolkit.server.ray_engine:open_engine"
LOOK_SECONDS = 0.1
"""How often a lane asks how far its job is."""
MAX_LOSSES = 3
"""So many workers may die under one job before it counts as failed."""


@contextmanager
def ray_lanes(
    address: str, *, provider: Provider, threads: int | None
) -> Generator[tuple[LaneSettings, ...]]:
    """A lane for each actor of the cluster at the address, or of one started here, and sketches.

    The actors that were not there yet are this program's, and end with the block.

    Raises:
        PlayreelError: ray is not installed.
        ClusterUnreachable: nothing answers at the address, or it has no room for an actor.
    """
    ray = connect(address)
    try:
        workers = Workers(ray, provider=provider, threads=threads, address=address)
        options = {"address": address_of(ray)}
        mains = tuple(
            LaneSettings(
                name="main" if not at else f"main_{at}", engine=ENGINE,
                options={**options, "number": number},
            )
            for at, number in enumerate(workers.numbers)
        )  # fmt: skip
        sketches = LaneSettings(name="preview", kind="preview", engine=ENGINE, options=options)
        yield (*mains, sketches)
        workers.close()
    finally:
        ray.shutdown()


def draw(
    request: Request, models: Models, on_progress: OnStep, cancelled: Callable[[], bool]
) -> Clip:
    """The clip of a request; the task that actors get."""
    return generate(request, models, on_progress=on_progress, cancelled=cancelled)


class RayEngine:
    """Jobs of one lane, each by the lane's own actor; a job whose actor dies goes to the next."""

    def __init__(
        self, ray: Any, workers: Workers, bundles: Mapping[str, Path], number: int | None
    ) -> None:
        self._ray, self._workers, self._bundles = ray, workers, bundles
        self._number = number
        """``None`` for sketches, which the actors make in turn."""
        self._here = BundleEngine({}, worlds={}, provider="cpu", threads=1)
        """For meshes, which take no model and were sent to this machine."""
        self._sketches = 0
        self._sent: dict[str, SentBundle] = {}

    def load(self, model: str) -> None:
        """The bundle where all actors can fetch it.

        Raises:
            ModelNotFound: there is no such model.
        """
        if model in self._sent:
            return
        if model not in self._bundles:
            raise ModelNotFound(f"there is no model {model[:12]!r}; list them with model.list.")
        self._sent[model] = self._workers.send(self._bundles[model])

    def takes(self, request: Request) -> int:
        """One run for each action in each direction; a turntable is one."""
        return takes_of(request)

    def generate(
        self, model: str, request: Request, on_progress: OnProgress, cancelled: Callable[[], bool]
    ) -> Clip:
        """The clip, as ``toolkit.generate`` makes it, wherever its actor runs.

        Raises:
            PlayreelError: the request cannot be met, or one actor after the other died under it.
            JobCancelled: ``cancelled()`` became true.
        """
        if isinstance(request, TurntableRequest) and request.mesh:
            return self._here.generate(model, request, on_progress, cancelled)
        steps = Steps(on_progress)
        for _ in range(MAX_LOSSES):
            number = self._next_number()
            actor = self._workers[number]
            try:
                return self._draw(number, self._sent[model], request, steps, cancelled)
            except self._ray.exceptions.RayActorError:
                self._workers.replace(number, actor)
            except self._ray.exceptions.RayTaskError as error:
                raise error.cause from None
        raise PlayreelError(f"{MAX_LOSSES} workers of the cluster died under it; ask for less.")

    def open_world(self, world: str, seed: int) -> World:
        """No game: those are played where the server runs.

        Raises:
            BadRequest: always.
        """
        raise BadRequest(f"world {world!r} cannot be played on a cluster.")

    def _next_number(self) -> int:
        if self._number is not None:
            return self._number
        self._sketches += 1
        return self._workers.numbers[self._sketches % len(self._workers.numbers)]

    def _draw(
        self,
        number: int,
        bundle: SentBundle,
        request: Request,
        steps: Steps,
        cancelled: Callable[[], bool],
    ) -> Clip:
        actor, ticket = self._workers[number], secrets.token_hex(8)
        group = SKETCHES if self._number is None else SERVED
        work = actor.work.options(concurrency_group=group).remote(ticket, bundle, draw, request)
        steps.begin()
        while not self._ray.wait([work], timeout=LOOK_SECONDS)[0]:
            if cancelled():
                self._workers.cancel(number, ticket)
                raise JobCancelled("cancelled between two steps.")
            asked = actor.news.options(concurrency_group=CONTROL).remote(ticket)
            steps.tell(self._ray.get(asked))
        return self._ray.get(work)


class Steps:
    """Passes steps on, those of a job that began anew only from where it had been."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self._told = self._made = 0

    def begin(self) -> None:
        """A worker takes the job up from its start."""
        self._made = 0

    def tell(self, news: News) -> None:
        """The steps that are new; all of them look like the last."""
        for progress in news.steps:
            self._made += 1
            if self._made > self._told and news.frames is not None:
                self._told = self._made
                self._on_progress(progress, news.frames)


def open_engine(settings: Mapping[str, Any]) -> Engine:
    """The engine from its settings: ``address``, ``number``, and those of the real one."""
    ray = connect(settings["address"])
    workers = Workers(
        ray,
        provider=settings["provider"],
        threads=settings["threads"],
        address=settings["address"],
    )
    bundles = {model: Path(folder) for model, folder in settings["bundles"].items()}
    return RayEngine(ray, workers, bundles, settings.get("number"))
