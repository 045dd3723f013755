"""Classifier-free guidance (2207.12598) as a denoiser around a denoiser."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from toolkit.diffusion.sampler import Denoiser

GUIDED_SIGMAS = (0.1, 0.95)
"""Outside this interval guidance costs time and contrast without helping (2404.07724)."""
DETAIL_SIGMA, DETAIL_LEAN = 0.5, 2.0
"""Below this sigma detail is decided: leaning so many times further sharpens it and leaves what is
shown as it is, where leaning further from the start loses attributes (training/RESULTS.md)."""

LEAN_EVERY = 2
"""What the prompt changes varies slowly from step to step: every other step takes it from the one
before and costs one run of the network instead of two (as FasterCache does, 2410.19355)."""


class Branches(Protocol):
    """Predicts ``[branches, F, 4, H, W]``: with the prompt, and second without it."""

    def __call__(
        self, x: NDArray[np.float32], sigma: NDArray[np.float32], branches: int
    ) -> NDArray[np.float32]:
        """Clean pixels from ``x [F, 4, H, W]`` and ``sigma [F]`` in one network run."""
        ...


def lean_at(sigma: float, scale: float, *, interval: tuple[float, float] = GUIDED_SIGMAS) -> float:
    """How far a step at that sigma leans: 1 is not at all, below ``DETAIL_SIGMA`` it is further."""
    low, high = interval
    if not low <= sigma <= high:
        return 1.0
    return scale if sigma >= DETAIL_SIGMA else 1 + DETAIL_LEAN * (scale - 1)


def guided(
    predict: Branches,
    scale: float,
    *,
    interval: tuple[float, float] = GUIDED_SIGMAS,
    every: int = LEAN_EVERY,
) -> Denoiser:
    """A denoiser that leans ``scale`` times away from the unconditional prediction.

    Below ``DETAIL_SIGMA`` it leans further, by ``1 + DETAIL_LEAN * (scale - 1)``. What the prompt
    changes is worked out anew in one of ``every`` leaning steps and stands until the next.
    """
    change = np.zeros((), np.float32)
    leaning = 0

    def denoise(x: NDArray[np.float32], sigma: NDArray[np.float32]) -> NDArray[np.float32]:
        nonlocal change, leaning
        lean = lean_at(float(sigma.max()), scale, interval=interval)
        if lean == 1:
            return predict(x, sigma, 1)[0]
        if leaning % every == 0:
            told, untold = predict(x, sigma, 2)
            change = told - untold
        else:
            told = predict(x, sigma, 1)[0]
        leaning += 1
        return told + np.float32(lean - 1) * change

    return denoise
