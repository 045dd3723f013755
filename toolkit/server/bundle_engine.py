"""The real engine of a worker: ONNX bundles by their hash, and worlds by their name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from toolkit.clip import Clip
from toolkit.errors import BadRequest, ModelNotFound
from toolkit.generate import generate
from toolkit.messages import Request, SpriteRequest, TurntableRequest
from toolkit.pipelines.cost import see
from toolkit.pipelines.speed import Speeds
from toolkit.pipelines.takes import plan
from toolkit.pipelines.turntable import generate_turntable, join_passes
from toolkit.runtime.models import Models, load_models
from toolkit.runtime.session import Provider
from toolkit.runtime.world_bundle import WorldModel, load_world
from toolkit.server.engine import Engine, OnProgress, World


class BundleEngine:
    """The real engine: ONNX bundles by their hash, worlds by their name.

    Raises:
        ModelNotFound: a model is asked for that is not in ``bundles``.
    """

    def __init__(
        self,
        bundles: Mapping[str, Path],
        *,
        worlds: Mapping[str, Path],
        provider: Provider,
        threads: int | None,
    ) -> None:
        self._bundles, self._worlds = bundles, worlds
        self._provider: Provider = provider
        self._threads = threads
        self._models: dict[str, Models] = {}
        self._loaded: dict[str, WorldModel] = {}

    def load(self, model: str) -> None:
        """The bundle's graphs in memory."""
        if model in self._models:
            return
        if model not in self._bundles:
            raise ModelNotFound(f"there is no model {model[:12]!r}; list them with model.list.")
        folder = self._bundles[model]
        self._models[model] = load_models(folder, provider=self._provider, threads=self._threads)

    def takes(self, request: Request) -> int:
        """One run for each action in each direction; a turntable is one."""
        return takes_of(request)

    def generate(
        self, model: str, request: Request, on_progress: OnProgress, cancelled: Callable[[], bool]
    ) -> Clip:
        """The clip, as ``toolkit.generate`` makes it; a mesh takes no model."""
        if isinstance(request, TurntableRequest) and request.mesh:
            return join_passes(
                generate_turntable(request, None, on_progress=on_progress, cancelled=cancelled)
            )
        models = self._models[model]
        began = time.perf_counter()
        clip = generate(request, models, on_progress=on_progress, cancelled=cancelled)
        see(
            request, models.card, Speeds(), provider=self._provider, threads=self._threads,
            seconds=time.perf_counter() - began,
        )  # fmt: skip
        return clip

    def open_world(self, world: str, seed: int) -> World:
        """A new game of a world; its graph is loaded once for all games.

        Raises:
            BadRequest: there is no such world.
        """
        from toolkit.server.played_world import PlayedWorld  # workers that only draw need no games

        if world not in self._worlds:
            known = ", ".join(self._worlds) or "none; start it with --world FOLDER"
            raise BadRequest(f"there is no world {world!r}; this server has {known}.")
        if world not in self._loaded:
            self._loaded[world] = load_world(self._worlds[world], provider=self._provider)
        return PlayedWorld(self._loaded[world], seed)


def takes_of(request: Request) -> int:
    """How many runs of the denoiser a request needs."""
    return len(plan(request)) if isinstance(request, SpriteRequest) else 1


def open_engine(settings: Mapping[str, Any]) -> Engine:
    """The real engine from its settings: ``bundles``, ``worlds``, ``provider``, ``threads``."""
    bundles = {model: Path(folder) for model, folder in settings["bundles"].items()}
    worlds = {name: Path(folder) for name, folder in settings["worlds"].items()}
    return BundleEngine(
        bundles, worlds=worlds, provider=settings["provider"], threads=settings["threads"]
    )
