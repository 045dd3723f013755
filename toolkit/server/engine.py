"""What a worker can do: run models and play worlds. Tests put a scripted one in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.messages import Progress, Request

Frames = NDArray[np.uint8]
OnProgress = Callable[[Progress, Frames], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The cells of a world that a client may say something about."""

    rows: int = 0
    """0 where it may not."""
    columns: int = 0
    kinds: tuple[str, ...] = ()
    """Names of what cells show, by number; the first means that it is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How far a dream has drifted."""

    valid: float = -1.0
    """Share of cells that look like the world; -1 where it is not measured."""
    anchored: bool = False
    """Whether the present frame is an earlier one again, because the dream had drifted."""


class World(Protocol):
    """A game that is simulated one frame at a time."""

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the actions, by number."""
        ...

    @property
    def grid(self) -> Grid:
        """The cells that may be said."""
        ...

    @property
    def health(self) -> Health:
        """Of the present frame."""
        ...

    def say(self, cells: Sequence[int]) -> None:
        """Tell what each cell of the next frames shows, row by row; 0 is not said."""
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
        """The clip of a request by a loaded model; of a mesh, which takes none, it is empty."""
        ...

    def open_world(self, world: str, seed: int) -> World:
        """A new game."""
        ...
