"""Clip and FrameTag: the one in-memory result type, and the only place that converts pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest

Direction = Literal["forward", "reverse", "pingpong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameTag:
    """A named run of frames: ``walk_right`` is frames ``start`` to ``stop - 1``."""

    name: str
    start: int
    stop: int
    """One past the last frame."""
    loop: bool = True
    direction: Direction = "forward"

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop:
            raise BadRequest(
                f"tag {self.name!r} covers frames {self.start} to {self.stop}; "
                "start must be at least 0 and below stop."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """Animated frames with timing, tags, pivot and the metadata that makes them again."""

    frames: NDArray[np.uint8]
    """uint8 ``[T, H, W, 4]``, sRGB, straight alpha."""
    fps: float
    durations: tuple[float, ...] = ()
    """Seconds per frame; empty means every frame lasts ``1 / fps``."""
    tags: tuple[FrameTag, ...] = ()
    pivot: tuple[float, float] = (0.5, 1.0)
    """Ground point as a share of width and height, y down."""
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    """Strings only: prompt, seed, model hash, version, request; enough to make the clip again."""

    def __post_init__(self) -> None:
        shape = self.frames.shape
        if self.frames.dtype != np.uint8 or len(shape) != 4 or shape[3] != 4 or 0 in shape:
            raise BadRequest(
                f"frames are {self.frames.dtype} {list(shape)}; "
                "they must be uint8 [T, H, W, 4] with at least one pixel."
            )
        if not 0 < self.fps <= 240:
            raise BadRequest(f"fps is {self.fps}; must be above 0 and at most 240.")
        if self.durations and len(self.durations) != shape[0]:
            raise BadRequest(
                f"{len(self.durations)} durations for {shape[0]} frames; give one each."
            )
        for seconds in self.durations:
            if not 0 < seconds < inf:
                raise BadRequest(f"a frame has the duration {seconds}; must be above 0 seconds.")
        for tag in self.tags:
            if tag.stop > shape[0]:
                raise BadRequest(f"tag {tag.name!r} ends at {tag.stop}; the clip has {shape[0]}.")

    @property
    def num_frames(self) -> int:
        """How many frames the clip has."""
        return self.frames.shape[0]

    @property
    def height(self) -> int:
        """Frame height in pixels."""
        return self.frames.shape[1]

    @property
    def width(self) -> int:
        """Frame width in pixels."""
        return self.frames.shape[2]

    @property
    def frame_seconds(self) -> tuple[float, ...]:
        """The duration of each frame in seconds."""
        return self.durations or (1.0 / self.fps,) * self.num_frames

    @property
    def tags_or_whole(self) -> tuple[FrameTag, ...]:
        """The tags, or one tag ``default`` over all frames when there are none."""
        return self.tags or (FrameTag(name="default", start=0, stop=self.num_frames),)

    def with_frames(self, frames: NDArray[np.uint8]) -> Clip:
        """The same clip with other pixels of the same frame count."""
        return replace(self, frames=frames)

    @staticmethod
    def to_float(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Network input: f32 ``[T, 4, H, W]``, premultiplied RGBA in [-1, 1]."""
        pixels = frames.astype(np.float32) / np.float32(255)
        pixels[..., :3] *= pixels[..., 3:]
        return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)) * np.float32(2) - np.float32(1)

    @staticmethod
    def from_float(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Frames uint8 ``[T, H, W, 4]`` from a network's f32 ``[T, 4, H, W]`` in [-1, 1]."""
        unit = np.clip((pixels.transpose(0, 2, 3, 1) + 1) / 2, 0, 1)
        alpha = unit[..., 3:]
        colour = np.where(alpha > 1 / 255, unit[..., :3] / np.maximum(alpha, 1 / 255), 0)
        straight = np.concatenate([np.clip(colour, 0, 1), alpha], axis=-1)
        return np.rint(straight * 255).astype(np.uint8)
