"""A pixel that only shimmers over a take keeps one colour, as a drawn one does.

A network decides every frame's pixels anew, a few steps of colour apart, where a drawing has the
same colour in all of them. Mean shift (Comaniciu and Meer 2002) of each pixel over time moves every
colour to the middle of those near it: noise around one colour becomes that colour, and colours that
lie apart, which a moving limb leaves, do not touch. No pixel sees its neighbours, so nothing blurs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HAZE = 8
"""Pixels whose alpha never exceeds this are empty to everybody who cleans alpha."""
REACH = 40
"""Colours of a pixel that are no further apart in any channel, of 255, may be one."""
ROUNDS = 4


def steady(frames: NDArray[np.uint8], *, reach: int = REACH) -> NDArray[np.uint8]:
    """Frames uint8 ``[T, H, W, 4]`` of a take with one colour where a pixel's colours are near."""
    made = frames.copy()
    drawn = frames[..., 3].max(0) > HAZE
    channels = np.ascontiguousarray(np.moveaxis(frames[:, drawn], -1, 0), np.int16)
    made[:, drawn] = np.moveaxis(_shifted(channels, reach), 0, -1)
    return made


def _shifted(seen: NDArray[np.int16], reach: int) -> NDArray[np.int16]:
    """Colours ``[4, T, N]`` moved to their modes; whole numbers are equal on every machine."""
    settled = seen
    for _ in range(ROUNDS):
        total = np.zeros(seen.shape, np.int32)
        count = np.zeros(seen.shape[1:], np.int32)
        for moment in range(seen.shape[1]):
            colours = seen[:, moment, None]
            near = np.abs(settled - colours).max(0) <= reach
            total += near * colours
            count += near
        middle = (total + count // 2) // np.maximum(count, 1)
        settled = np.where(count > 0, middle, settled).astype(np.int16)
    return settled
