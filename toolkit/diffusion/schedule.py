"""Noise levels of the rectified flow, from pure noise down to exactly zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def flow_sigmas(num_steps: int, *, shift: float = 1.0) -> NDArray[np.float64]:
    """Sigmas ``[N + 1]`` from 1 to 0; ``shift`` above 1 spends more steps at high noise (SD3)."""
    sigmas = np.linspace(1.0, 0.0, num_steps + 1)
    return shift * sigmas / (1 + (shift - 1) * sigmas)
