"""A game as somebody plays it: steps, taking back, keeping a moment and going back to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from toolkit.errors import BadRequest
from toolkit.pipelines.action_script import Act
from toolkit.pipelines.rollout import Seen
from toolkit.pipelines.world import WorldModelEnv
from toolkit.pipelines.world_moment import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A moment that was kept."""

    state: bytes
    steps: int


class GameTable:
    """One game, and what of it has not been taken back."""

    def __init__(self, env: WorldModelEnv, *, seed: int, options: dict[str, Any]) -> None:
        self.env = env
        frame, info = env.reset(seed=seed, options=options)
        self.seen = Seen(frames=[frame], infos=[info])
        self.acts: list[Act] = []
        self.kept: Bookmark | None = None

    @property
    def frame(self) -> Frame:
        """The present frame."""
        return self.seen.frames[-1]

    @property
    def steps(self) -> int:
        """Steps since the start."""
        return len(self.acts)

    def step(self, action: int) -> None:
        """Do an action."""
        frame, reward, ended, _, info = self.env.step(action)
        self.acts.append(Act(action=action))
        self.seen.frames.append(frame)
        self.seen.infos.append(info)
        self.seen.rewards.append(reward)
        if ended and self.seen.ended is None:
            self.seen.ended = self.steps

    def take_back(self) -> None:
        """Take the last step back.

        Raises:
            BadRequest: no more can be taken back.
        """
        if not self.acts:
            raise BadRequest("this is the start; nothing can be taken back.")
        self.env.rewind()
        self._cut(self.steps - 1)

    def keep(self) -> None:
        """Keep this moment, instead of the one kept before."""
        self.kept = Bookmark(state=self.env.snapshot(), steps=self.steps)

    def go_back(self) -> None:
        """Go back to the moment that was kept.

        Raises:
            BadRequest: none was, or it was taken back.
        """
        if self.kept is None or self.kept.steps > self.steps:
            raise BadRequest("no moment is kept; keep one first.")
        self.env.restore(self.kept.state)
        self._cut(self.kept.steps)

    def _cut(self, steps: int) -> None:
        """Forget what came after so many steps."""
        seen, over = self.seen, self.seen.ended
        self.acts = self.acts[:steps]
        self.seen = replace(
            seen, frames=seen.frames[: steps + 1], infos=seen.infos[: steps + 1],
            rewards=seen.rewards[:steps], ended=over if over and over <= steps else None,
        )  # fmt: skip
