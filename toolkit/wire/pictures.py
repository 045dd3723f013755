"""Pictures that come to a client while something goes on: previews of jobs and frames of games."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.wire.frames import PREVIEW, Assembly, Frame

MOST_PICTURE = 2**24


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Frames of a job as they look so far: an encoded sheet, described by ``metadata``."""

    job: str
    metadata: Mapping[str, Any]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The newest frame of a game: rows of RGB bytes, described by ``metadata``."""

    count: int
    """Frames of this game so far."""
    metadata: Mapping[str, Any]
    content: bytes


class Pictures:
    """Puts pictures together; ``screens`` holds the newest frame of each game by its session."""

    def __init__(self) -> None:
        self.screens: dict[str, Screen] = {}
        self._parts: dict[int, Assembly] = {}
        """What has not come whole, by its stream."""

    def clear(self) -> None:
        """Forget what has not come whole: the connection is another one."""
        self._parts.clear()

    def receive(self, frame: Frame) -> Preview | None:
        """One frame of the protocol; the preview that it completes, if it does."""
        if frame.index == 0:
            self._parts[frame.stream] = Assembly(most=MOST_PICTURE)
        picture = self._parts.get(frame.stream)
        content = picture.add(frame) if picture else None
        if picture is None or content is None:
            return None
        del self._parts[frame.stream]
        metadata = picture.metadata
        if frame.kind == PREVIEW:
            job = str(metadata.get("job", ""))
            return Preview(job=job, metadata=metadata, content=content)
        session = str(metadata.get("session", ""))
        before = self.screens.get(session)
        count = before.count + 1 if before else 1
        self.screens[session] = Screen(count=count, metadata=metadata, content=content)
        return None
