"""What a worker can do: run models and play worlds. Tests put a scripted one in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.messages import Progress, Request

Frames = NDArray[np.uint8]
OnProgress = Callable[[Progress, Frames], None]


class World(Protocol):
    """A game that is simulated one frame at a time."""

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the actions, by number."""
        ...

    def look(self) -> Frames:
        """The present frame, uint8 RGB ``[H, W, 3]``."""
        ...

    def step(self, action: int) -> Frames:
        """The next frame after an action."""
        ...

    def snapshot(self) -> bytes:
        """The whole state."""
        ...

    def restore(self, state: bytes) -> None:
        """Continue from a state that ``snapshot`` gave."""
        ...


class Engine(Protocol):
    """Everything a worker process runs."""

    def load(self, model: str) -> None:
        """Make a model ready; a second time changes nothing."""
        ...

    def takes(self, request: Request) -> int:
        """How many runs of the denoiser the request needs."""
        ...

    def generate(
        self, model: str, request: Request, on_progress: OnProgress, cancelled: Callable[[], bool]
    ) -> Clip:
        """The clip of a request by a loaded model."""
        ...

    def open_world(self, world: str, seed: int) -> World:
        """A new game."""
        ...
