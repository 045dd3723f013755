"""Refiner: a few convolutions at full size that finish what the patches began.

A patch of 16x16 RGBA pixels has 1,024 values and a token 384, so the patches alone cannot carry
the pixels through: on our clips the best linear map of that rank leaves a mean squared error of
0.005, most of what the network lost below sigma 0.1. The refiner sees every noisy pixel, like the
patch detailer head of DiP (2511.18822).
Letters in shapes: N images (clips times frames), C channels, h = H / 4, w = W / 4.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CELL = 4
"""Side of the cells in pixels: a cell's pixels are the channels of one position."""
PIXELS = 4 * CELL**2
"""RGBA values of a cell."""
HINTS = 32
"""Channels that the transformer hands to every cell beside its pixels."""


def to_cells(x: Tensor) -> Tensor:
    """Images ``[B, F, 4, H, W]`` as cells ``[B, F, h, w, 64]``."""
    batch, frames, channels, height, width = x.shape
    x = x.reshape(batch, frames, channels, height // CELL, CELL, width // CELL, CELL)
    x = x.permute(0, 1, 3, 5, 2, 4, 6)  # [B, F, h, w, 4, 4, 4]
    return x.reshape(batch, frames, height // CELL, width // CELL, channels * CELL**2)


def from_cells(x: Tensor) -> Tensor:
    """The inverse of ``to_cells``."""
    batch, frames, rows, columns, _ = x.shape
    x = x.reshape(batch, frames, rows, columns, -1, CELL, CELL)
    x = x.permute(0, 1, 4, 2, 5, 3, 6)  # [B, F, 4, h, 4, w, 4]
    return x.reshape(batch, frames, -1, rows * CELL, columns * CELL)


class Refiner(nn.Module):
    """A correction of the transformer's pixels, of reach 16 pixels, by four convolutions."""

    def __init__(self, width: int, channels: int) -> None:
        super().__init__()
        self.enter = nn.Conv2d(2 * PIXELS + HINTS, channels, 3, padding=1)
        self.modulation = nn.Linear(width, 2 * channels)
        self.middle = nn.Conv2d(channels, channels, 3, padding=1)
        self.last = nn.Conv2d(channels, channels, 3, padding=1)
        self.leave = nn.Conv2d(channels, PIXELS, 3, padding=1)
        self.keep = nn.Linear(width, PIXELS)
        for layer in (self.modulation, self.leave, self.keep):
            nn.init.zeros_(layer.weight)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)

    def forward(self, noisy: Tensor, coarse: Tensor, hints: Tensor, told: Tensor) -> Tensor:
        """Cells ``[N, h, w, 64]`` from two of them, hints ``[N, h, w, 32]``, told ``[N, d]``."""
        x = torch.cat([noisy, coarse, hints], -1).permute(0, 3, 1, 2)  # [N, 160, h, w]
        x = F.silu(self.enter(x))  # [N, C, h, w]
        shift, scale = self.modulation(told)[:, :, None, None].chunk(2, 1)
        x = x + F.silu(self.middle(x * (1 + scale) + shift))
        x = x + F.silu(self.last(x))
        kept = self.keep(told)[:, None, None] * (
            noisy - coarse
        )  # near sigma 0: the pixels as given
        return coarse + kept + self.leave(x).permute(0, 2, 3, 1)
