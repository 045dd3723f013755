"""A game of a world model as a session plays it."""

from __future__ import annotations

from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import WorldModel
from toolkit.server.engine import Frames


class PlayedWorld:
    """One game; it begins with the frame that the seed chooses."""

    def __init__(self, world: WorldModel, seed: int) -> None:
        self._env = WorldModelEnv(world)
        self._env.reset(seed=seed % 2**32)

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
