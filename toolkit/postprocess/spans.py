"""The runs of frames that belong together in time, so that no step mixes one tag with the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from toolkit.clip import Clip


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Frames ``start`` to ``stop - 1``, shown in order."""

    start: int
    stop: int
    """One past the last frame."""
    loop: bool
    """Whether the first frame follows the last one."""


def spans_of(clip: Clip) -> tuple[Span, ...]:
    """The clip cut at every tag's ends: each frame is in exactly one span, even if tags overlap.

    A span loops when a looping, not ping-pong, tag covers exactly its frames.
    """
    tags = clip.tags_or_whole
    cuts = {0, clip.num_frames, *(tag.start for tag in tags), *(tag.stop for tag in tags)}
    cyclic = {(tag.start, tag.stop) for tag in tags if tag.loop and tag.direction != "pingpong"}
    return tuple(
        Span(start=start, stop=stop, loop=(start, stop) in cyclic)
        for start, stop in pairwise(sorted(cuts))
    )
