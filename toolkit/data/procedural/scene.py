"""Scene: the frames of one clip on their way to the rasterizer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.palettes import FLASH, plain_parts
from toolkit.data.procedural.rasterizer import ROW, STAMP, render_buffers
from toolkit.data.procedural.rig import Rig

Buffers = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Part and tone, each uint8 ``[F, 64, 64]``."""


class Scene:
    """Collects shapes in ``rig``; ``end_frame`` closes a frame with its camera."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.stops: list[int] = []
        self.stamp_stops: list[int] = []
        self.views: list[NDArray[np.float64]] = []
        self.flashes: list[int] = []

    def end_frame(self, view: NDArray[np.float64], *, flash: bool = False) -> None:
        """All shapes since the last frame are seen through ``view``, pale where ``flash``."""
        self.stops.append(len(self.rig.rows))
        self.stamp_stops.append(len(self.rig.stamps))
        self.views.append(view)
        self.flashes.append(FLASH * flash)

    def render(self) -> Buffers:
        """The buffers of all frames."""
        part, tone = render_buffers(
            np.array(self.rig.rows, np.float64).reshape(-1, ROW),
            np.array(self.stops, np.int64),
            np.array(self.rig.stamps, np.float64).reshape(-1, STAMP),
            np.array(self.stamp_stops, np.int64),
            np.stack(self.views),
            plain_parts(),
        )
        flash = np.array(self.flashes, np.uint8)[:, None, None]
        return np.where(part > 0, part + flash, part).astype(np.uint8), tone


def phases(num_frames: int, *, loop: bool) -> list[float]:
    """Progress of each frame from 0 to 1; a loop's last frame leads back to its first."""
    steps = num_frames if loop else max(num_frames - 1, 1)
    return [index / steps for index in range(num_frames)]
