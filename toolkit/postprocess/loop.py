"""Loops: how well the last frame leads to the first, and ways to make it do so."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest

LoopMethod = Literal["trim", "crossfade", "pingpong"]
STILL = 1e-3
"""Mean difference (of 1) under which a clip counts as still; keeps the ratio finite."""


def close_loop(clip: Clip, *, method: LoopMethod = "trim", overlap: int = 2) -> Clip:
    """The clip with every looping tag made to repeat smoothly; other tags stay as they are.

    ``trim`` drops a last frame that repeats the first and would show twice. ``crossfade`` blends
    the last ``overlap`` frames, premultiplied, into the first ones and drops them. ``pingpong``
    keeps the frames and sets the direction, which exporters and engines then play.

    Raises:
        BadRequest: ``overlap`` is not at least 1 and at most half of each looping tag.
    """
    match method:
        case "pingpong":
            return _pingpong(clip)
        case "trim":
            drop = [range(tag.stop - _repeats_first(clip, tag), tag.stop) for tag in _loops(clip)]
            return _without(clip, drop)
        case "crossfade":
            return _crossfade(clip, overlap)
        case _:
            assert_never(method)


def seam_ratio(frames: NDArray[np.uint8]) -> float:
    """How large the step from last to first frame of ``[T, H, W, 4]`` is beside a usual step.

    1 is a perfect loop, 0 a repeated frame, far above 1 a visible jump; premultiplied mean
    absolute differences, the usual step being the median. One frame gives 0.
    """
    shown = _premultiplied(frames)
    steps = np.abs(np.diff(shown, axis=0)).mean((1, 2, 3))
    seam = float(np.abs(shown[0] - shown[-1]).mean())
    return 0.0 if seam == 0 else seam / max(float(np.median(steps)), STILL)


def duplicate_frames(frames: NDArray[np.uint8]) -> dict[int, int]:
    """Index of each frame of ``[T, H, W, 4]`` that looks as an earlier one, to the earliest."""
    first: dict[bytes, int] = {}
    shown = np.where(frames[..., 3:] > 0, frames, 0)
    found = {index: first.setdefault(frame.tobytes(), index) for index, frame in enumerate(shown)}
    return {index: earlier for index, earlier in found.items() if earlier < index}


def _loops(clip: Clip) -> list[FrameTag]:
    return [tag for tag in clip.tags_or_whole if tag.loop]


def _repeats_first(clip: Clip, tag: FrameTag) -> bool:
    """Whether the last frame is the first again, after something else was shown."""
    twins = duplicate_frames(clip.frames[tag.start : tag.stop])
    count = tag.stop - tag.start
    return twins.get(count - 1) == 0 and len(twins) < count - 1


def _pingpong(clip: Clip) -> Clip:
    tags = (replace(tag, direction="pingpong") if tag.loop else tag for tag in clip.tags_or_whole)
    return replace(clip, tags=tuple(tags))


def _crossfade(clip: Clip, overlap: int) -> Clip:
    frames = clip.frames.copy()
    for tag in _loops(clip):
        if not 1 <= overlap <= (tag.stop - tag.start) // 2:
            raise BadRequest(
                f"overlap is {overlap}; tag {tag.name!r} of {tag.stop - tag.start} frames "
                f"allows 1 to {(tag.stop - tag.start) // 2}."
            )
        head, tail = slice(tag.start, tag.start + overlap), slice(tag.stop - overlap, tag.stop)
        weight = np.asarray(np.arange(1, overlap + 1) / (overlap + 1), np.float32)
        start, end = Clip.to_float(clip.frames[head]), Clip.to_float(clip.frames[tail])
        blend = end + (start - end) * weight.reshape(-1, 1, 1, 1)
        frames[head] = Clip.from_float(np.asarray(blend, np.float32))
    drop = [range(tag.stop - overlap, tag.stop) for tag in _loops(clip)]
    return _without(clip.with_frames(frames), drop)


def _without(clip: Clip, drop: list[range]) -> Clip:
    """The clip without some frames; durations and tags follow."""
    keep = np.ones(clip.num_frames, bool)
    for gone in drop:
        keep[gone] = False
    place = [0, *np.cumsum(keep).tolist()]
    tags = (replace(tag, start=place[tag.start], stop=place[tag.stop]) for tag in clip.tags)
    kept = zip(clip.durations, keep, strict=False)
    durations = tuple(seconds for seconds, stays in kept if stays)
    return replace(clip, frames=clip.frames[keep], durations=durations, tags=tuple(tags))


def _premultiplied(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Premultiplied RGBA f32 ``[T, 4, H, W]`` in [0, 1]."""
    return (Clip.to_float(frames) + np.float32(1)) / np.float32(2)
