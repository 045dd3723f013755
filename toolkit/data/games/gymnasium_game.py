"""Any Gymnasium environment with pictures and a finite list of actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.data.games.game import CELL, Sight
from toolkit.data.games.motion import camera_motion
from toolkit.errors import BadRequest

MAX_SIDE = 128
KINDS = 32
"""Kinds of cells that a world model tells apart; 0 is not said."""


class GymnasiumGame:
    """An environment of the Gymnasium registry, seen at ``width`` x ``height`` pixels.

    ``info["motion"]`` may tell how far the camera moved, in cells down and right, and
    ``info["semantic"]`` what each cell shows, ``[rows, columns]`` of 1 to 31, 0 for not said,
    whose names the environment's ``kind_names`` lists; without ``info["motion"]`` the motion is
    looked for in the pictures.

    Raises:
        BadRequest: there is no such environment, its actions are no finite list, it draws no
            pictures, or the size is no multiple of 8.
    """

    def __init__(self, environment: str, *, width: int = 72, height: int = 72) -> None:
        import gymnasium

        check_size(width, height)
        try:
            self.env: Any = gymnasium.make(environment, render_mode="rgb_array")
        except (gymnasium.error.Error, ModuleNotFoundError) as error:
            raise BadRequest(
                f"Gymnasium has no environment {environment!r} that draws ({error}); "
                "install the package that brings it."
            ) from error
        space = self.env.action_space
        if not _numbered_from_zero(space):
            raise BadRequest(
                f"{environment} takes {space}; a world model needs actions numbered from 0."
            )
        self.name = environment
        self.action_names = _names(self.env, int(space.n))
        self.kind_names: tuple[str, ...] = tuple(getattr(self.env.unwrapped, "kind_names", ()))
        self.view = (height // CELL, width // CELL)
        self.fps = min(float(self.env.metadata.get("render_fps") or 10), 60.0)
        self._size = (width, height)
        self._frame = np.zeros((height, width, 3), np.uint8)

    def reset(self, seed: int) -> Sight:
        """A new game; equal seeds give equal games where the environment promises it."""
        _, told = self.env.reset(seed=seed % 2**31)
        self._frame = self._picture()
        return Sight(frame=self._frame, semantic=self._cells(told))

    def step(self, action: int) -> Sight:
        """What is seen after an action, and how far the camera, or the whole picture, moved."""
        _, reward, terminated, truncated, told = self.env.step(action)
        before, self._frame = self._frame, self._picture()
        motion = told.get("motion") or camera_motion(before, self._frame, rows=self.view[0])
        return Sight(
            frame=self._frame, reward=float(reward), over=bool(terminated or truncated),
            motion=(float(motion[0]), float(motion[1])), semantic=self._cells(told),
        )  # fmt: skip

    def _cells(self, told: Mapping[str, Any]) -> NDArray[np.uint8] | None:
        """What each cell shows, if the environment tells it."""
        if "semantic" not in told:
            return None
        cells = np.asarray(told["semantic"])
        if cells.shape != self.view or cells.min() < 0 or cells.max() >= KINDS:
            raise BadRequest(
                f"{self.name} tells a semantic of {list(cells.shape)}; must be {list(self.view)}, "
                f"numbers 0 to {KINDS - 1}, one for each 8x8 pixels of the frame."
            )
        return cells.astype(np.uint8)

    def _picture(self) -> NDArray[np.uint8]:
        drawn: Any = self.env.render()
        if not isinstance(drawn, np.ndarray) or drawn.ndim != 3 or drawn.shape[-1] < 3:  # type: ignore[reportUnknownMemberType]
            raise BadRequest(f"{self.name} draws no RGB pictures; choose another environment.")
        return fit(np.asarray(drawn[..., :3], np.uint8), *self._size)


def fit(frame: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """A frame ``[H, W, 3]`` at another size: whole factors keep hard edges, others are averaged."""
    if frame.shape[:2] == (height, width):
        return frame
    enlarged = frame.shape[0] <= height and frame.shape[1] <= width
    kind = Image.Resampling.NEAREST if enlarged else Image.Resampling.BOX
    return np.asarray(Image.fromarray(frame).resize((width, height), kind))


def _numbered_from_zero(space: Any) -> bool:
    from gymnasium.spaces import Discrete

    return isinstance(space, Discrete) and int(cast(Any, space).start) == 0


def check_size(width: int, height: int) -> None:
    """Return when a world model can have frames of this size.

    Raises:
        BadRequest: a side is no multiple of 8 from 16 to 128.
    """
    for name, side in (("width", width), ("height", height)):
        if side % CELL or not 2 * CELL <= side <= MAX_SIDE:
            raise BadRequest(
                f"{name} is {side}; must be a multiple of {CELL} from {2 * CELL} to {MAX_SIDE}."
            )


def _names(env: Any, count: int) -> tuple[str, ...]:
    """The environment's own names of its actions, or their numbers."""
    meanings: Any = getattr(env.unwrapped, "get_action_meanings", None)
    if callable(meanings):
        words = tuple(str(word).lower() for word in meanings())  # type: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        if len(words) == count == len(set(words)):
            return words
    return tuple(f"action_{number}" for number in range(count))
