"""Classifier-free guidance (2207.12598) as a denoiser around a denoiser."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from toolkit.diffusion.sampler import Denoiser

GUIDED_SIGMAS = (0.1, 0.95)
"""Outside this interval guidance costs time and contrast without helping (2404.07724)."""


class Branches(Protocol):
    """Predicts ``[branches, F, 4, H, W]``: with the prompt, and second without it."""

    def __call__(
        self, x: NDArray[np.float32], sigma: NDArray[np.float32], branches: int
    ) -> NDArray[np.float32]:
        """Clean pixels from ``x [F, 4, H, W]`` and ``sigma [F]`` in one network run."""
        ...


def guided(
    predict: Branches, scale: float, *, interval: tuple[float, float] = GUIDED_SIGMAS
) -> Denoiser:
    """A denoiser that leans ``scale`` times away from the unconditional prediction."""
    low, high = interval

    def denoise(x: NDArray[np.float32], sigma: NDArray[np.float32]) -> NDArray[np.float32]:
        if scale == 1 or not low <= float(sigma.max()) <= high:
            return predict(x, sigma, 1)[0]
        told, untold = predict(x, sigma, 2)
        return untold + np.float32(scale) * (told - untold)

    return denoise
