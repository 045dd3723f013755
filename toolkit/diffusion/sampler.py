"""Samplers of the rectified flow over any denoiser; arrays only.

``x_sigma = (1 - sigma) * clean + sigma * noise``; the denoiser predicts ``clean``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import JobCancelled
from toolkit.messages import SamplerName

Pixels = NDArray[np.float32]
OnStep = Callable[[int, int, Pixels], None]
"""Called with step (1 to N), N and the current clean prediction."""
LARGEST_SIGMA = 1 - 1e-6
"""UniPC works in log signal-to-noise, which is infinite at sigma 1."""


class Denoiser(Protocol):
    """Predicts clean pixels from noisy ones."""

    def __call__(self, x: Pixels, sigma: NDArray[np.float32]) -> Pixels:
        """Clean ``[F, 4, H, W]`` from ``x`` of that shape and one ``sigma`` a frame ``[F]``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFrames:
    """Frames that are given and must stay as they are."""

    mask: NDArray[np.bool_]
    """bool ``[F]``."""
    clean: Pixels
    """f32 ``[F, 4, H, W]``; only masked frames are read."""

    def hold(self, x: Pixels) -> Pixels:
        """``x`` with the given frames put back."""
        return np.where(self.mask[:, None, None, None], self.clean, x)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What every sampler shares: the denoiser, held frames, reports and cancellation."""

    denoiser: Denoiser
    sigmas: NDArray[np.float64]
    known: KnownFrames | None = None
    on_step: OnStep | None = None
    cancelled: Callable[[], bool] | None = None

    def steps(self) -> Iterator[tuple[int, float, float]]:
        """Index, sigma now and sigma next of each step, unless the job was cancelled."""
        for index, (now, then) in enumerate(zip(self.sigmas[:-1], self.sigmas[1:], strict=True)):
            if self.cancelled is not None and self.cancelled():
                raise JobCancelled(f"cancelled after {index} of {len(self.sigmas) - 1} steps.")
            yield index, float(now), float(then)

    def hold(self, x: Pixels) -> Pixels:
        """``x`` with the given frames put back."""
        return x if self.known is None else self.known.hold(x)

    def predict(self, x: Pixels, sigma: float, index: int) -> Pixels:
        """The clean prediction at one sigma; given frames are told to be clean."""
        sigmas = np.full(len(x), sigma, np.float32)
        if self.known is not None:
            sigmas[self.known.mask] = 0
        clean = self.hold(self.denoiser(self.hold(x), sigmas))
        if self.on_step is not None:
            self.on_step(index + 1, len(self.sigmas) - 1, clean)
        return clean


def sample(name: SamplerName, walk: Walk, x: Pixels, *, noise: Callable[[int], Pixels]) -> Pixels:
    """Clean pixels from noise ``x`` by the named sampler; ``noise(step)`` serves LCM only."""
    match name:
        case "euler":
            return sample_euler(walk, x)
        case "unipc":
            return sample_unipc(walk, x)
        case "lcm":
            return sample_lcm(walk, x, noise)
        case _:
            assert_never(name)


def sample_euler(walk: Walk, x: Pixels) -> Pixels:
    """Euler steps along the flow, as FlowMatchEulerDiscreteScheduler takes them."""
    for index, now, then in walk.steps():
        clean = walk.predict(x, now, index)
        x = clean + times(x - clean, then / now)
    return walk.hold(x)


def sample_lcm(walk: Walk, x: Pixels, noise: Callable[[int], Pixels]) -> Pixels:
    """Predict, then noise again to the next sigma (latent consistency, 2310.04378)."""
    for index, now, then in walk.steps():
        clean = walk.predict(x, now, index)
        x = times(clean, 1 - then)
        if then > 0:
            x = x + times(noise(index), then)
    return walk.hold(x)


def times(pixels: Pixels, factor: float) -> Pixels:
    """Pixels scaled in f32, whatever precision the factor was worked out in."""
    return pixels * np.float32(factor)


def _log_snr(sigma: float) -> float:
    return float(np.log(1 - sigma) - np.log(sigma))


def sample_unipc(walk: Walk, x: Pixels) -> Pixels:
    """UniPC of order 2 with B2(h), predicting clean data (2302.04867, algorithms 5 and 6)."""
    walk = Walk(
        denoiser=walk.denoiser,
        sigmas=np.minimum(walk.sigmas, LARGEST_SIGMA),
        known=walk.known,
        on_step=walk.on_step,
        cancelled=walk.cancelled,
    )
    history: list[tuple[float, Pixels]] = []  # log signal-to-noise and prediction, newest last
    start, start_sigma = x, float(walk.sigmas[0])
    for index, now, then in walk.steps():
        clean = walk.predict(x, now, index)
        if history:
            x = _unipc_correct(start, start_sigma, now, history, clean)
        history = [*history[-1:], (_log_snr(now), clean)]
        if then == 0:
            return walk.hold(clean)
        start, start_sigma = x, now
        x = _unipc_predict(x, now, then, history)
    raise AssertionError("sigmas end in 0")


def _unipc_base(
    x: Pixels, now: float, then: float, clean: Pixels
) -> tuple[Pixels, float, float, float]:
    """The first-order step, with h, phi_1(-h) and alpha of the target."""
    step = _log_snr(then) - _log_snr(now)
    phi = float(np.expm1(-step))
    alpha = 1 - then
    return times(x, then / now) - times(clean, alpha * phi), step, phi, alpha


def _unipc_predict(
    x: Pixels, now: float, then: float, history: list[tuple[float, Pixels]]
) -> Pixels:
    moment, clean = history[-1]
    moved, step, phi, alpha = _unipc_base(x, now, then, clean)
    if len(history) == 1:
        return moved
    earlier, older = history[-2]
    slope = times(older - clean, 1 / ((earlier - moment) / step))
    return moved - times(slope, alpha * phi * 0.5)


def _unipc_correct(
    start: Pixels, now: float, then: float, history: list[tuple[float, Pixels]], reached: Pixels
) -> Pixels:
    moment, clean = history[-1]
    moved, step, phi, alpha = _unipc_base(start, now, then, clean)
    if len(history) == 1:
        return moved - times(reached - clean, alpha * phi * 0.5)
    earlier, older = history[-2]
    ratio = (earlier - moment) / step
    first = phi / -step - 1
    second = first / -step - 0.5
    weights = np.linalg.solve(
        np.array([[1.0, 1.0], [ratio, 1.0]]), np.array([first / phi, 2 * second / phi])
    )
    slope = times(older - clean, 1 / ratio)
    change = times(slope, weights[0]) + times(reached - clean, weights[1])
    return moved - times(change, alpha * phi)
