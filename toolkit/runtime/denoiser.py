"""OnnxDenoiser: one network run predicts the clean clip, with and without the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.runtime.session import Session

SHARED = ("rope_cos", "rope_sin")
"""Inputs without a batch axis."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One prediction to be made: the arguments of ``OnnxDenoiser.predict``."""

    x: NDArray[np.float32]
    sigma: NDArray[np.float32]
    branches: int
    told: Told

    def joins(self, other: Call) -> bool:
        """Whether one network run can serve both: the rotary phases have no batch axis."""
        return (
            self.x.shape == other.x.shape
            and self.branches == other.branches
            and np.array_equal(self.told.rope_cos, other.told.rope_cos)
            and np.array_equal(self.told.rope_sin, other.told.rope_sin)
        )


class OnnxDenoiser:
    """The denoiser graph of a bundle."""

    def __init__(self, session: Session, *, patch: int) -> None:
        self.session = session
        self.patch = patch

    def predict(
        self, x: NDArray[np.float32], sigma: NDArray[np.float32], branches: int, told: Told
    ) -> NDArray[np.float32]:
        """Clean pixels ``[branches, F, 4, H, W]`` from ``x [F, 4, H, W]`` and ``sigma [F]``."""
        return self.session.run(feeds_of(Call(x=x, sigma=sigma, branches=branches, told=told)))[0]

    def predict_many(self, calls: Sequence[Call]) -> list[NDArray[np.float32]]:
        """What ``predict`` gives for each call, from one run of the network.

        All calls have the same shapes, branches and rotary phases (see ``Call.joins``).
        """
        parts = [feeds_of(call) for call in calls]
        joined = {
            name: feed if name in SHARED else np.concatenate([part[name] for part in parts])
            for name, feed in parts[0].items()
        }
        return np.split(self.session.run(joined)[0], len(calls))


def feeds_of(call: Call) -> dict[str, NDArray[np.float32]]:
    """The inputs of the graph for a call."""
    branches, told = call.branches, call.told
    return {
        "sample": np.repeat(call.x[None], branches, 0),
        "sigma": np.repeat(call.sigma[None], branches, 0),
        "text_embeds": told.text_embeds[:branches],
        "pooled": told.pooled[:branches],
        "control": np.repeat(told.control[None], branches, 0),
        "rope_cos": told.rope_cos,
        "rope_sin": told.rope_sin,
    }
