"""The control vector: what the denoiser is told about each frame besides noise and words."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Style = Literal["sprite", "illustration", "render", "scene"]
STYLES: tuple[Style, ...] = ("sprite", "illustration", "render", "scene")
CONTROL_SIZE = 12
"""loop, phase (sin, cos), azimuth (known, sin, cos), style one-hot (4), shift (x, y)."""
LOOK = slice(6, 6 + len(STYLES))
"""Where the style stands."""
SHIFT = slice(LOOK.stop, CONTROL_SIZE)
"""Where it says how far right and down of its place a subject was moved, in sixteens of pixels.

Only training moves subjects, so that a shape is learned wherever it may come to; what is asked for
stands in its place.
"""


def control_vectors(
    num_frames: int,
    *,
    loop: bool,
    style: Style | None = "sprite",
    azimuths: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Control f32 ``[F, 12]`` for a clip.

    The phase runs a full turn over a loop (frame F would be frame 0 again) and half a turn over
    a clip that plays once, so that its ends differ. ``azimuths`` are radians, one a frame;
    ``style=None`` leaves the look open.
    """
    control = np.zeros((num_frames, CONTROL_SIZE), np.float32)
    progress = np.arange(num_frames, dtype=np.float32)
    turn = 2 * np.pi / num_frames if loop else np.pi / max(num_frames - 1, 1)
    control[:, 0] = float(loop)
    control[:, 1], control[:, 2] = np.sin(progress * turn), np.cos(progress * turn)
    if azimuths is not None:
        control[:, 3] = 1
        control[:, 4], control[:, 5] = np.sin(azimuths), np.cos(azimuths)
    if style is not None:
        control[:, LOOK.start + STYLES.index(style)] = 1
    return control
