"""A game of a world model as a session plays it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.errors import BadRequest
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import WorldModel
from toolkit.server.engine import Frames, Grid, Health


class PlayedWorld:
    """One game; it begins with the frame that the seed chooses."""

    def __init__(self, world: WorldModel, seed: int) -> None:
        self._env = WorldModelEnv(world, anchoring=True)
        self._env.reset(seed=seed % 2**32)

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the actions, by number."""
        return self._env.shape.action_names

    @property
    def grid(self) -> Grid:
        """The cells of its frames, in a world that learned from named cells."""
        shape = self._env.shape
        if not shape.kinds:
            return Grid()
        return Grid(rows=shape.rows, columns=shape.columns, kinds=shape.kind_names)

    @property
    def health(self) -> Health:
        """What the drift meter says."""
        info = self._env.info
        return Health(valid=-1.0 if info["valid"] is None else info["valid"],
                      anchored=info["anchored"])  # fmt: skip

    def say(self, cells: Sequence[int]) -> None:
        """Tell what each cell of the next frames shows.

        Raises:
            BadRequest: the world takes no cells, or others.
        """
        grid = self.grid
        if len(cells) != grid.rows * grid.columns:
            raise BadRequest(
                f"{len(cells)} cells are said; this world takes {grid.rows * grid.columns}."
            )
        self._env.say_cells(np.array(cells, np.int64).reshape(grid.rows, grid.columns))

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
