"""How fast this machine runs a bundle on clips of a shape: measured once, remembered."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.diffusion.noise import gaussian
from toolkit.messages import SpriteRequest
from toolkit.pipelines.sprites import plan, tell
from toolkit.pipelines.work import Work
from toolkit.runtime.denoiser import Call, feeds_of
from toolkit.runtime.memory import peak_mib
from toolkit.runtime.models import Models, read_verified
from toolkit.runtime.operations import operations
from toolkit.runtime.session import profile
from toolkit.runtime.threads import cache_folder

ROUNDS = 3
FILE = "speed.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What one network run of a shape takes."""

    single_seconds: float
    guided_seconds: float
    operations: int
    """Floating point operations of a single run."""
    peak_mib: float | None
    """Most memory this process has held by then; ``None`` where the system does not say."""

    frame_seconds: float = 0.0
    """Of a frame that no network makes: a view of a mesh."""

    def seconds(self, work: Work) -> float:
        """Of all network runs, or views, of some work in this shape."""
        runs = work.single_runs * self.single_seconds + work.guided_runs * self.guided_seconds
        return runs + work.frames * self.frame_seconds


class Speeds:
    """Speeds by shape, kept for next time in the user's cache folder."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or cache_folder() / FILE
        self._known = self._read()

    def get(self, key: str) -> Speed | None:
        """The speed under a key, or ``None``."""
        return self._known.get(key)

    def put(self, key: str, speed: Speed) -> None:
        """Keep a speed; without write access it is measured again next time."""
        self._known[key] = speed
        body = json.dumps({name: asdict(each) for name, each in self._known.items()})
        temporary = self.path.with_suffix(f".{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(body)
            temporary.replace(self.path)
        except OSError:
            return

    def _read(self) -> dict[str, Speed]:
        try:
            body: dict[str, Any] = json.loads(self.path.read_text())
            return {key: Speed(**entry) for key, entry in body.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}


def speed_key(request: SpriteRequest, *, bundle: str, provider: str, threads: int | None) -> str:
    """What a speed depends on."""
    shape = f"{request.num_frames}x{request.width}x{request.height}"
    return f"{bundle[:16]}-{provider}-{threads or 'auto'}-{shape}"


def measure(
    models: Models,
    request: SpriteRequest,
    bundle: Path,
    clock: Callable[[], float] = time.perf_counter,
) -> Speed:
    """The speed of one request's shape, from a few network runs."""
    told = tell(plan(request)[0], request, models)
    shape = (request.num_frames, 4, request.height, request.width)
    x, sigma = gaussian(shape, seed=0), np.full(request.num_frames, 0.5, np.float32)
    single, guided = (Call(x=x, sigma=sigma, branches=count, told=told) for count in (1, 2))
    graph = read_verified(bundle, "denoiser.onnx", models.card)
    return Speed(
        single_seconds=_median(models, single, clock),
        guided_seconds=_median(models, guided, clock),
        operations=operations(profile(graph, feeds_of(single))),
        peak_mib=peak_mib(),
    )


def _median(models: Models, call: Call, clock: Callable[[], float]) -> float:
    taken: list[float] = []
    for turn in range(ROUNDS + 1):
        began = clock()
        models.denoiser.predict_many([call])
        if turn:  # the first run of a shape also plans its memory
            taken.append(clock() - began)
    return statistics.median(taken)
