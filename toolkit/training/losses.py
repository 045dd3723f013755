"""Noise levels per frame and the denoising loss."""

from __future__ import annotations

import torch
from torch import Tensor

SIGMA_FLOOR = 0.1
"""Below this sigma the v-loss weight stops growing."""
CONTEXT_SIGMA = 0.1
"""Given frames are noised up to this level, which keeps long roll-outs stable (GameNGen)."""
PATTERNS = {"shared": 0.45, "independent": 0.15, "prefix": 0.2, "keyframes": 0.1, "rising": 0.1}
"""Share of clips per noise pattern (Diffusion Forcing, 2407.01392, with SkyReels-V2's mix)."""


def _logit_normal(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Sigmas in (0, 1), wider than SD3's (2403.03206): pixel art is decided late.

    With a spread of 1.1 around 0.6 only 9 % lay below 0.3, and speckle stayed in every figure.
    """
    return torch.sigmoid(torch.randn(shape, generator=generator) * 1.4 + 0.2)


def _deciding(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Sigmas around 0.9, where it is decided what is shown (training/RESULTS.md)."""
    return torch.sigmoid(torch.randn(shape, generator=generator) + 2.2)


def _sigma_of_clips(batch: int, deciding_share: float, generator: torch.Generator) -> Tensor:
    """One sigma a clip, f32 ``[B, 1]``, so many of them from where it is decided what is shown."""
    sigma = _logit_normal((batch, 1), generator)
    if not deciding_share:
        return sigma
    chosen = torch.rand(batch, 1, generator=generator) < deciding_share
    return torch.where(chosen, _deciding((batch, 1), generator), sigma)


def _given_frames(pattern: str, frames: int, generator: torch.Generator) -> Tensor:
    """Which frames of a clip are given, bool ``[F]``."""
    given = torch.zeros(frames, dtype=torch.bool)
    if pattern == "prefix":
        count = int(torch.randint(1, max(frames // 2, 1) + 1, (), generator=generator))
        if torch.rand((), generator=generator) < 0.7:
            count = 1
        given[:count] = True
        if torch.rand((), generator=generator) < 0.2:
            given = given.flip(0)
    elif pattern == "keyframes":
        given[torch.randint(0, frames, (2,), generator=generator)] = True
    return given


def sample_sigmas(
    batch: int, frames: int, generator: torch.Generator, *, deciding_share: float = 0.0
) -> tuple[Tensor, Tensor]:
    """Sigma f32 ``[B, F]`` and whether a frame counts in the loss, bool ``[B, F]``.

    ``deciding_share`` of the clips with one sigma have it where what is shown is decided.
    """
    if frames == 1:
        alone = _sigma_of_clips(batch, deciding_share, generator)
        return alone, torch.ones(batch, 1, dtype=torch.bool)
    names = list(PATTERNS)
    drawn = torch.multinomial(
        torch.tensor(list(PATTERNS.values())), batch, replacement=True, generator=generator
    )
    sigma = _sigma_of_clips(batch, deciding_share, generator).repeat(1, frames)
    counts = torch.ones(batch, frames, dtype=torch.bool)
    for row, index in enumerate(drawn.tolist()):
        pattern = names[index]
        if pattern in ("independent", "rising"):
            sigma[row] = _logit_normal((frames,), generator)
        if pattern == "rising":
            sigma[row] = sigma[row].sort().values
        given = _given_frames(pattern, frames, generator)
        context = torch.rand((), generator=generator) * CONTEXT_SIGMA
        exact = torch.rand((), generator=generator) < 0.5
        sigma[row, given] = 0.0 if exact else context
        counts[row] = ~given
    return sigma, counts


def denoising_loss(predicted: Tensor, clean: Tensor, sigma: Tensor, counts: Tensor) -> Tensor:
    """v-loss of an x-prediction ``[B, F, 4, H, W]``: squared error over sigma squared."""
    error = (predicted.float() - clean).square().mean((2, 3, 4))  # [B, F]
    weight = counts / sigma.clamp(min=SIGMA_FLOOR).square()
    return (error * weight).sum() / counts.sum()
