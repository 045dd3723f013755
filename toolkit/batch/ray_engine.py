"""Clips made by model actors on a Ray cluster: one a GPU, or one for every few cores."""

# ray's annotations leave most of it open
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingImports=false

from __future__ import annotations

import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from toolkit.batch.making import Failed, Job, Outcome, make
from toolkit.batch.order import Order
from toolkit.errors import ClusterUnreachable, PlayreelError
from toolkit.runtime.models import REQUIRED, Models, load_models, read_card, read_verified
from toolkit.runtime.session import Provider

CORES_PER_ACTOR = 2
QUEUED_PER_ACTOR = 2
"""One in the works and one waiting, so that no actor idles while its result travels."""
MAX_LOSSES = 3
"""So many workers may die under one job before it counts as failed."""
WAKE_SECONDS = 1.0
CONNECT_SECONDS = 5.0
CARD = "model.json"


class ModelActor:
    """A loaded bundle in a worker process; Ray makes one of it for each share of the cluster."""

    def __init__(self, bundle: Mapping[str, bytes], provider: Provider, threads: int) -> None:
        self.models = load_sent(bundle, provider, threads)

    def make(self, job: Job) -> Outcome:
        """The job's clip, or why there is none."""
        return make(job, self.models)

    def pid(self) -> int:
        """The process it lives in."""
        import os

        return os.getpid()


def load_sent(bundle: Mapping[str, bytes], provider: Provider, threads: int) -> Models:
    """The models of a bundle that came as bytes: a worker need not have its folder."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in bundle.items():
            (Path(folder) / name).write_bytes(content)
        return load_models(Path(folder), provider=provider, threads=threads)


def bundle_bytes(folder: Path) -> dict[str, bytes]:
    """The files of a bundle that are needed to run it.

    Raises:
        ModelNotFound, ModelMismatch: it is not whole.
    """
    card = read_card(folder)
    files = {name: read_verified(folder, name, card) for name in REQUIRED}
    return {CARD: (folder / CARD).read_bytes(), **files}


def open_ray_engine(order: Order, report: Callable[[str], None]) -> RayEngine:
    """An engine on the cluster at the order's address, or on one started here.

    Raises:
        PlayreelError: ray is not installed.
        ClusterUnreachable: nothing answers at the address, or it has no room for an actor.
        ModelNotFound, ModelMismatch: the bundle is not whole.
    """
    ray = _ray()
    bundle = bundle_bytes(order.bundle_folder)
    if order.ray_address:
        require_answer(order.ray_address)
    try:
        ray.init(
            address=order.ray_address or "local",
            include_dashboard=False if not order.ray_address else None,
            log_to_driver=False,
            logging_level="ERROR",
            # Ray's workers give way to every other program by default, and then starve beside one
            _system_config=None if order.ray_address else {"worker_niceness": 0},
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise _unreachable(order.ray_address or "this machine", str(error)) from error
    try:
        engine = RayEngine(ray, bundle, order)
    except PlayreelError:
        ray.shutdown()
        raise
    report(f"{engine.actors} model actors on Ray at {order.ray_address or 'this machine'}")
    return engine


def require_answer(address: str) -> None:
    """Return when something listens at ``host:port``; Ray itself would wait for minutes.

    Raises:
        ClusterUnreachable: nothing does.
    """
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        raise _unreachable(address, "it is not host:port")
    try:
        socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(address, str(error)) from error


class RayEngine:
    """Actors that each make one clip at a time; a job whose worker dies goes to another."""

    def __init__(self, ray: Any, bundle: Mapping[str, bytes], order: Order) -> None:
        self._ray = ray
        self._flying: dict[Any, tuple[Job, Any]] = {}
        self._losses: Counter[str] = Counter()
        share, self.actors = shares(ray.available_resources(), order.provider, order.threads)
        if self.actors == 0:
            raise _unreachable(order.ray_address or "this machine", f"nothing is free of {share}")
        self._actor = ray.remote(max_restarts=0, **share)(ModelActor)
        self._arguments = ray.put(dict(bundle)), order.provider, order.threads or CORES_PER_ACTOR
        self._workers = [self._start() for _ in range(self.actors)]
        self.capacity = self.actors * QUEUED_PER_ACTOR

    def submit(self, job: Job) -> None:
        """Hand a job to the actor with the least to do."""
        load = Counter(id(worker) for _, worker in self._flying.values())
        worker = min(self._workers, key=lambda each: load[id(each)])
        self._flying[worker.make.remote(job)] = job, worker

    def next(self) -> Outcome:
        """Wait for the next job that is finished, whatever dies meanwhile."""
        while True:
            ready, _ = self._ray.wait(list(self._flying), timeout=WAKE_SECONDS)
            for reference in ready:
                job, worker = self._flying.pop(reference)
                try:
                    return self._ray.get(reference)
                except self._ray.exceptions.RayActorError as error:
                    self._replace(worker)
                    lost = self._lost(job, str(error))
                    if lost is not None:
                        return lost
                except self._ray.exceptions.RayError as error:
                    return Failed(name=job.name, reason=_first_line(error))

    def pids(self) -> list[int]:
        """The processes of the actors."""
        return self._ray.get([worker.pid.remote() for worker in self._workers])

    def close(self) -> None:
        """End the actors, and the cluster if it was started here."""
        for worker in self._workers:
            with suppress(self._ray.exceptions.RayError, ValueError):
                self._ray.kill(worker)
        self._ray.shutdown()

    def _lost(self, job: Job, reason: str) -> Failed | None:
        """Hand the job in again, unless workers died under it too often."""
        self._losses[job.name] += 1
        if self._losses[job.name] >= MAX_LOSSES:
            first = reason.splitlines()[0][:200]
            return Failed(name=job.name, reason=f"{MAX_LOSSES} workers died under it: {first}")
        self.submit(job)
        return None

    def _start(self) -> Any:
        """A fresh actor; what is handed to it waits until it has loaded the bundle."""
        return self._actor.remote(*self._arguments)

    def _replace(self, worker: Any) -> None:
        """A fresh actor in place of a dead one, which another lost job may have replaced already.

        Ray's own restarts would do, but refuse what is handed in while they last.
        """
        if worker in self._workers:
            self._workers[self._workers.index(worker)] = self._start()


def shares(
    resources: Mapping[str, float], provider: Provider, threads: int | None
) -> tuple[dict[str, float], int]:
    """What one actor takes of a cluster, and how many fit: a GPU each, or its threads' cores."""
    cpus = resources.get("CPU", 0)
    if provider != "cpu":
        count = int(resources.get("GPU", 0))
        return {"num_gpus": 1, "num_cpus": min(1, cpus)}, count
    cores = min(threads or CORES_PER_ACTOR, int(cpus))
    return {"num_cpus": cores}, int(cpus) // cores if cores else 0


def _ray() -> Any:
    try:
        return import_module("ray")
    except ModuleNotFoundError as error:
        raise PlayreelError("engine ray needs ray; pip install 'playreel[cluster]'.") from error


def _unreachable(address: str, reason: str) -> ClusterUnreachable:
    first = (reason.splitlines() or ["no answer"])[0][:200]
    return ClusterUnreachable(
        f"no Ray cluster for us at {address}: {first}; start one with ray start --head, "
        "or leave --ray-address out."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
