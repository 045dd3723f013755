"""The real engine of a worker: ONNX bundles by their hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from toolkit.clip import Clip
from toolkit.errors import BadRequest, ModelNotFound
from toolkit.generate import generate
from toolkit.messages import Request, SpriteRequest
from toolkit.pipelines.takes import plan
from toolkit.runtime.models import Models, load_models
from toolkit.runtime.session import Provider
from toolkit.server.engine import Engine, OnProgress, World


class BundleEngine:
    """The real engine: ONNX bundles by their hash.

    Raises:
        ModelNotFound: a model is asked for that is not in ``bundles``.
    """

    def __init__(
        self, bundles: Mapping[str, Path], *, provider: Provider, threads: int | None
    ) -> None:
        self._bundles = bundles
        self._provider: Provider = provider
        self._threads = threads
        self._models: dict[str, Models] = {}

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
        return len(plan(request)) if isinstance(request, SpriteRequest) else 1

    def generate(
        self, model: str, request: Request, on_progress: OnProgress, cancelled: Callable[[], bool]
    ) -> Clip:
        """The clip, as ``toolkit.generate`` makes it."""
        return generate(request, self._models[model], on_progress=on_progress, cancelled=cancelled)

    def open_world(self, world: str, seed: int) -> World:
        """No world is shipped with this version."""
        raise BadRequest(f"there is no world {world!r}; this server has none.")


def open_engine(settings: Mapping[str, Any]) -> Engine:
    """The real engine from its settings as JSON: ``bundles``, ``provider``, ``threads``."""
    bundles = {model: Path(folder) for model, folder in settings["bundles"].items()}
    return BundleEngine(bundles, provider=settings["provider"], threads=settings["threads"])
