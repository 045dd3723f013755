"""OnnxDenoiser: one network run predicts the clean clip, with and without the prompt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.runtime.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the denoiser is told besides noise, for one clip."""

    text_embeds: NDArray[np.float32]
    """f32 ``[2, 24, d]``: the prompt, then the negative or empty prompt."""
    pooled: NDArray[np.float32]
    """f32 ``[2, d]``."""
    control: NDArray[np.float32]
    """f32 ``[F, 12]``."""
    rope_cos: NDArray[np.float32]
    """f32 ``[S, 32]``."""
    rope_sin: NDArray[np.float32]


class OnnxDenoiser:
    """The denoiser graph of a bundle."""

    def __init__(self, session: Session, *, patch: int) -> None:
        self.session = session
        self.patch = patch

    def predict(
        self, x: NDArray[np.float32], sigma: NDArray[np.float32], branches: int, told: Told
    ) -> NDArray[np.float32]:
        """Clean pixels ``[branches, F, 4, H, W]`` from ``x [F, 4, H, W]`` and ``sigma [F]``."""
        feeds = {
            "sample": np.repeat(x[None], branches, 0),
            "sigma": np.repeat(sigma[None], branches, 0),
            "text_embeds": told.text_embeds[:branches],
            "pooled": told.pooled[:branches],
            "control": np.repeat(told.control[None], branches, 0),
            "rope_cos": told.rope_cos,
            "rope_sin": told.rope_sin,
        }
        return self.session.run(feeds)[0]
