"""Seeded noise that is the same on every machine and every provider."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gaussian(shape: tuple[int, ...], *, seed: int, stream: int = 0) -> NDArray[np.float32]:
    """Standard normal f32 noise; ``stream`` separates draws that share one seed."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, stream])))
    return generator.standard_normal(shape, dtype=np.float32)
