"""A sheet: the frames of a clip with their timing, cut out of one picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exporters.provenance import read_metadata
from toolkit.errors import BadRequest
from toolkit.wire.codec import from_json
from toolkit.wire.fields import ResultInfo, Tag

LAYOUT = "sheet"
"""Key under which a result's PNG says how to cut it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The frames of a clip."""

    frames: NDArray[np.uint8]
    """uint8 ``[T, H, W, 4]``, sRGB, straight alpha, first row at the top."""
    fps: float
    durations: tuple[float, ...] = ()
    tags: tuple[Tag, ...] = ()
    pivot: tuple[float, float] = (0.5, 1.0)
    """Ground point as a share of width and height, y down."""
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def num_frames(self) -> int:
        """How many frames there are."""
        return self.frames.shape[0]

    @property
    def frame_seconds(self) -> tuple[float, ...]:
        """How long each frame is shown."""
        return self.durations or (1.0 / self.fps,) * self.num_frames

    def tag(self, name: str) -> Tag:
        """The tag of that name; empty is the only tag there is, or else all frames."""
        found = next((tag for tag in self.tags if tag.name == name), None)
        if found is not None:
            return found
        if name:
            known = ", ".join(tag.name for tag in self.tags) or "none"
            raise BadRequest(f"tag is {name!r}; the sheet has {known}.")
        if len(self.tags) == 1:
            return self.tags[0]
        return Tag(name="all", start=0, stop=self.num_frames, loop=True, direction="forward")


def layout_of(png: bytes) -> tuple[ResultInfo, dict[str, str]]:
    """How to cut a result's PNG, and the metadata of its clip.

    Raises:
        BadRequest: the picture does not say; another program may have saved it.
    """
    metadata = read_metadata(png)
    if LAYOUT not in metadata:
        raise BadRequest("the picture holds no sheet layout; take a sheet that Playreel made.")
    try:
        body: Any = json.loads(metadata.pop(LAYOUT))
    except ValueError as error:
        raise BadRequest(f"the layout of the sheet is damaged: {error}.") from error
    if not isinstance(body, dict):
        raise BadRequest("the layout of the sheet is damaged; take the original.")
    return from_json(ResultInfo, {**body, "result": "0" * 64}), metadata


def cut(pixels: NDArray[np.uint8], info: ResultInfo, metadata: Mapping[str, str]) -> Sheet:
    """The frames of a sheet's pixels uint8 ``[H, W, 4]``.

    Raises:
        BadRequest: the picture has another size than its layout says.
    """
    columns = max(1, info.columns)
    rows = -(-info.num_frames // columns)
    wanted = (rows * info.height, columns * info.width, 4)
    if pixels.shape != wanted or 0 in wanted or len(info.pivot) != 2 or info.fps <= 0:
        raise BadRequest(f"the sheet is {list(pixels.shape)}; its layout says {list(wanted)}.")
    grid = pixels.reshape(rows, info.height, columns, info.width, 4).swapaxes(1, 2)
    frames = grid.reshape(-1, info.height, info.width, 4)[: info.num_frames]
    return Sheet(
        frames=np.ascontiguousarray(frames), fps=info.fps, durations=info.durations,
        tags=info.tags, pivot=(info.pivot[0], info.pivot[1]), metadata=metadata,
    )  # fmt: skip
