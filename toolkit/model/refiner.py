"""Refiner: a few convolutions at full size that finish what the patches began.

A patch of 16x16 RGBA pixels has 1,024 values and a token 384, so the patches alone cannot carry
the pixels through: on our clips the best linear map of that rank leaves a mean squared error of
0.005, most of what the network lost below sigma 0.1. The refiner sees every noisy pixel, like the
patch detailer head of DiP (2511.18822).
Letters in shapes: N images (clips times frames), C channels; pixels stay channels-last throughout.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HINTS = 4
"""Channels that the transformer hands to every pixel beside its colour."""
DEPTH = 3


class Refiner(nn.Module):
    """A correction of the transformer's pixels, of reach 5 pixels, by five convolutions."""

    def __init__(self, width: int, channels: int) -> None:
        super().__init__()
        self.enter = nn.Conv2d(4 + 4 + HINTS, channels, 3, padding=1)
        self.modulation = nn.Linear(width, 2 * channels)
        self.middle = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, padding=1) for _ in range(DEPTH)
        )
        self.leave = nn.Conv2d(channels, 4, 3, padding=1)
        self.keep = nn.Linear(width, 4)
        for layer in (self.modulation, self.leave, self.keep):
            nn.init.zeros_(layer.weight)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)

    def forward(self, noisy: Tensor, coarse: Tensor, hints: Tensor, told: Tensor) -> Tensor:
        """Pixels ``[N, H, W, 4]`` from two of them, hints ``[N, H, W, 4]`` and told ``[N, d]``."""
        x = torch.cat([noisy, coarse, hints], -1).permute(0, 3, 1, 2)  # [N, 12, H, W]
        shift, scale = self.modulation(told)[:, :, None, None].chunk(2, 1)
        x = F.silu(self.enter(x) * (1 + scale) + shift)  # [N, C, H, W]
        for layer in self.middle:
            x = x + F.silu(layer(x))
        kept = self.keep(told)[:, None, None] * (noisy - coarse)  # near sigma 0: pixels as given
        return coarse + kept + self.leave(x).permute(0, 2, 3, 1)
