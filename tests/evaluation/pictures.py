"""Pictures of many sizes for packers, drawn here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def drawn_pictures(count: int = 40) -> dict[str, NDArray[np.uint8]]:
    """Noise inside clear borders; the last picture is the first again under another name."""
    random = np.random.default_rng(4)
    art: dict[str, NDArray[np.uint8]] = {}
    for index in range(count):
        height, width = (int(side) for side in random.integers(5, 60, 2))
        pixels = np.zeros((height + 6, width + 4, 4), np.uint8)
        pixels[3:-3, 2:-2] = random.integers(1, 256, (height, width, 4))
        art[f"art/{index}"] = pixels
    return {**art, "art/again": art["art/0"]}
