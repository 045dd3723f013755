"""The model actor: a worker process on a Ray cluster that holds bundles and does tasks."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from toolkit.messages import Progress
from toolkit.pipelines.sprites import OnProgress
from toolkit.runtime.model_card import needed, read_card
from toolkit.runtime.models import Models, load_models, read_verified
from toolkit.runtime.session import Provider

CARD = "model.json"
CONTROL, SERVED, SKETCHES = "control", "served", "sketches"
GROUPS = {CONTROL: 2, SERVED: 1, SKETCHES: 1}
"""Threads of an actor beside the one for batches, so that nobody at a page waits for those."""


class Task(Protocol):
    """A module's function, so that it can travel by its name."""

    def __call__(
        self, argument: Any, models: Models, on_progress: OnProgress, cancelled: Callable[[], bool]
    ) -> Any:
        """What the models make of the argument."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBundle:
    """A bundle in the cluster's object store."""

    hash: str
    files: Any
    """Reference to its files by name, in a list so that only who lacks them fetches them."""


@dataclass(slots=True, kw_only=True)
class News:
    """What a task has told since somebody last asked."""

    steps: list[Progress] = field(default_factory=list[Progress])
    frames: NDArray[np.uint8] | None = None
    """As they looked at the last step."""


class ModelActor:
    """Bundles in a worker process; one task at a time for each group of those who ask."""

    def __init__(self, provider: Provider, threads: int, fetch: Callable[[Any], Any]) -> None:
        self._provider: Provider = provider
        self._threads = threads
        self._fetch = fetch
        self._models: dict[str, Models] = {}
        self._loading = threading.Lock()
        self._news: dict[str, News] = {}
        self._cancelled: set[str] = set()

    def work(self, ticket: str, bundle: SentBundle, task: Task, argument: Any) -> Any:
        """What the task makes of its argument, under a ticket that ``news`` and ``cancel`` take."""
        news = self._news.setdefault(ticket, News())

        def on_progress(progress: Progress, frames: NDArray[np.uint8]) -> None:
            news.frames = frames.copy()
            news.steps.append(progress)

        try:
            models = self._loaded(bundle)
            return task(argument, models, on_progress, lambda: ticket in self._cancelled)
        finally:
            del self._news[ticket]
            self._cancelled.discard(ticket)

    def news(self, ticket: str) -> News:
        """The steps since the last time; nothing of a task that is not at work."""
        told = self._news.get(ticket)
        if told is None:
            return News()
        count = len(told.steps)
        fresh = News(steps=told.steps[:count], frames=told.frames)
        del told.steps[:count]
        return fresh

    def cancel(self, ticket: str) -> None:
        """Stop the task between two steps, or before it begins."""
        self._cancelled.add(ticket)

    def pid(self) -> int:
        """The process it lives in."""
        return os.getpid()

    def _loaded(self, bundle: SentBundle) -> Models:
        with self._loading:
            if bundle.hash not in self._models:
                files = self._fetch(bundle.files[0])
                self._models[bundle.hash] = load_sent(files, self._provider, self._threads)
            return self._models[bundle.hash]


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
    files = {name: read_verified(folder, name, card) for name in needed(card)}
    return {CARD: (folder / CARD).read_bytes(), **files}
