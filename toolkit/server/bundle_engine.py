"""The real engine of a worker: ONNX bundles by their hash, and worlds by their name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from toolkit.clip import Clip
from toolkit.errors import BadRequest, ModelNotFound
from toolkit.generate import generate
from toolkit.messages import Request, SpriteRequest
from toolkit.pipelines.takes import plan
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.models import Models, load_models
from toolkit.runtime.session import Provider
from toolkit.runtime.world_bundle import WorldModel, load_world
from toolkit.server.engine import Engine, Frames, OnProgress, World


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
        return len(plan(request)) if isinstance(request, SpriteRequest) else 1

    def generate(
        self, model: str, request: Request, on_progress: OnProgress, cancelled: Callable[[], bool]
    ) -> Clip:
        """The clip, as ``toolkit.generate`` makes it."""
        return generate(request, self._models[model], on_progress=on_progress, cancelled=cancelled)

    def open_world(self, world: str, seed: int) -> World:
        """A new game of a world; its graph is loaded once for all games.

        Raises:
            BadRequest: there is no such world.
        """
        if world not in self._worlds:
            known = ", ".join(self._worlds) or "none; start it with --world FOLDER"
            raise BadRequest(f"there is no world {world!r}; this server has {known}.")
        if world not in self._loaded:
            self._loaded[world] = load_world(self._worlds[world], provider=self._provider)
        return PlayedWorld(WorldModelEnv(self._loaded[world]), seed)


class PlayedWorld:
    """A game of a world model as a session plays it."""

    def __init__(self, env: WorldModelEnv, seed: int) -> None:
        self._env = env
        env.reset(seed=seed % 2**32)

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the actions, by number."""
        return self._env.shape.action_names

    def look(self) -> Frames:
        """The present frame."""
        return self._env.render()

    def step(self, action: int) -> Frames:
        """The next frame after an action."""
        return self._env.step(action)[0]

    def snapshot(self) -> bytes:
        """The whole state, exact to the bit."""
        return self._env.snapshot()

    def restore(self, state: bytes) -> None:
        """Continue from a state that ``snapshot`` gave."""
        self._env.restore(state)


def open_engine(settings: Mapping[str, Any]) -> Engine:
    """The real engine from its settings: ``bundles``, ``worlds``, ``provider``, ``threads``."""
    bundles = {model: Path(folder) for model, folder in settings["bundles"].items()}
    worlds = {name: Path(folder) for name, folder in settings["worlds"].items()}
    return BundleEngine(
        bundles, worlds=worlds, provider=settings["provider"], threads=settings["threads"]
    )
