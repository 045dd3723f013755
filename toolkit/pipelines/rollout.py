"""Rollouts: an action script played in a simulated game, as an episode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.episode import Episode
from toolkit.pipelines.action_script import Act
from toolkit.pipelines.world import WorldModelEnv
from toolkit.pipelines.world_moment import Frame

GAP = 2
"""Clear columns between real game and dream, before they are enlarged."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a game showed, frame by frame."""

    frames: list[Frame] = field(default_factory=list[Frame])
    infos: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    rewards: list[float] = field(default_factory=list[float])
    ended: int | None = None
    """Number of the first frame with which the world said that the game is over."""

    def drift(self) -> dict[str, Any] | None:
        """What the drift meter said, ready for JSON; None where the bundle has no textures.

        Shares of cells that look like the world, and the frames at which the game was led back.
        """
        shares = [float(info["valid"]) for info in self.infos if info["valid"] is not None]
        if not shares:
            return None
        led = [tick for tick, info in enumerate(self.infos) if info["anchored"]]
        return {
            "valid": round(float(np.mean(shares)), 4),
            "least_valid": round(min(shares), 4),
            "last_valid": round(shares[-1], 4),
            "anchored": led,
        }


def roll_out(
    env: WorldModelEnv,
    acts: Sequence[Act],
    *,
    seed: int,
    options: Mapping[str, Any] | None = None,
    on_tick: Callable[[int], None] = lambda tick: None,
) -> Seen:
    """Play every act; ``seed`` and ``options`` are those of ``WorldModelEnv.reset``.

    A game that the world calls over goes on: in a dream that is a guess.

    Raises:
        BadRequest: the start does not fit, or an act has cells of another shape.
    """
    frame, info = env.reset(seed=seed, options=dict(options or {}))
    seen = Seen(frames=[frame], infos=[info])
    for tick, act in enumerate(acts, start=1):
        if act.cells is not None:
            env.say_cells(act.cells)
        frame, reward, over, _, info = env.step(act.action)
        seen.frames.append(frame)
        seen.infos.append(info)
        seen.rewards.append(reward)
        if over and seen.ended is None:
            seen.ended = tick
        on_tick(tick)
    return seen


def to_episode(
    env: WorldModelEnv, seen: Seen, acts: Sequence[Act], *, metadata: Mapping[str, str]
) -> Episode:
    """The episode of a rollout, such as recordings are: the dream can be trained on."""
    shape = env.shape
    places = np.array([info["place"] for info in seen.infos], np.float32)
    tracks: dict[str, NDArray[Any]] = {
        "motion": np.diff(places, axis=0, prepend=places[:1]),
        "phase": np.array([info["phase"] for info in seen.infos], np.float32),
    }
    if shape.kinds:
        tracks["semantic"] = np.stack([info["cells"] for info in seen.infos]).astype(np.uint8)
    told = {"game": shape.game, "view": f"{shape.view_rows}x{shape.columns}", **metadata}
    if shape.kind_names:
        told["kinds"] = ",".join(shape.kind_names)
    return Episode(
        clip=Clip(frames=opaque(np.stack(seen.frames)), fps=shape.fps, metadata=told),
        actions=np.array([act.action for act in acts], np.int64),
        action_names=shape.action_names,
        rewards=np.array(seen.rewards, np.float32),
        tracks=tracks,
    )


def opaque(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Frames uint8 ``[T, H, W, 3]`` with full alpha, ``[T, H, W, 4]``."""
    alpha = np.full((*frames.shape[:3], 1), 255, np.uint8)
    return np.concatenate([frames, alpha], -1)


def side_by_side(real: Clip, dream: Clip) -> Clip:
    """The real game at the left and the dream at the right, as long as the shorter of them."""
    count = min(real.num_frames, dream.num_frames)
    gap = np.zeros((count, dream.height, GAP, 4), np.uint8)
    frames = np.concatenate([real.frames[:count], gap, dream.frames[:count]], 2)
    return dream.with_frames(frames)


def enlarged(clip: Clip, scale: int) -> Clip:
    """The clip with every pixel as a square of ``scale`` pixels."""
    return clip.with_frames(clip.frames.repeat(scale, 1).repeat(scale, 2))
