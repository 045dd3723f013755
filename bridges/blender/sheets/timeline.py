"""Which frame shows when, on the timeline of a scene."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.wire.fields import Tag

from .sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Frames of a sheet on frames of a scene."""

    order: tuple[int, ...]
    """Indices into the sheet's frames as they are shown."""
    starts: tuple[int, ...]
    """Scene frames, from 0, at which each is shown first."""
    length: int
    """Scene frames of one round."""
    loop: bool

    @property
    def held(self) -> tuple[int, ...]:
        """The sheet's frame on every frame of the scene."""
        ends = (*self.starts[1:], self.length)
        spans = zip(self.order, self.starts, ends, strict=True)
        return tuple(index for index, start, end in spans for _ in range(start, end))


def play_order(tag: Tag) -> tuple[int, ...]:
    """The frames of a tag as they are played once."""
    forward = tuple(range(tag.start, tag.stop))
    match tag.direction:
        case "forward":
            return forward
        case "reverse":
            return forward[::-1]
        case "pingpong":
            return forward + forward[-2:0:-1]


def timeline(sheet: Sheet, tag: Tag, scene_fps: float) -> Timeline:
    """When to show the frames of a tag so that they keep their pace; each for a frame at least."""
    order = play_order(tag)
    starts: list[int] = []
    seconds, free = 0.0, 0
    for index in order:
        starts.append(max(free, round(seconds * scene_fps)))
        free = starts[-1] + 1
        seconds += sheet.frame_seconds[index]
    length = max(free, round(seconds * scene_fps))
    return Timeline(order=order, starts=tuple(starts), length=length, loop=tag.loop)
