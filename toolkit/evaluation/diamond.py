"""DIAMOND's network for Atari (2405.12399) with random weights: the row beside our speed.

What a frame costs does not depend on what the weights have learned. Letters in shapes: C channels,
E conditioning, A actions.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from toolkit.model.export_onnx import trace
from toolkit.runtime.session import Session

SIDE, PAST, STEPS = 64, 4, 3
"""Pixels a side, frames that it sees, runs of the network for a frame."""
CHANNELS, LEVELS, DEPTH, CONDITION = 64, 4, 2, 256
GROUP, HEAD = 32, 8
ACTIONS = 18
INPUTS = ("frames", "noise", "actions")


class Modulated(nn.Module):
    """Group norm whose scale and shift are told by the condition."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.groups = max(1, channels // GROUP)
        self.told = nn.Linear(CONDITION, 2 * channels)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """``[1, C, H, W]`` from the same and ``[1, E]``."""
        scale, shift = self.told(condition)[:, :, None, None].chunk(2, 1)
        return F.group_norm(x, self.groups) * (1 + scale) + shift


class Attention(nn.Module):
    """Self-attention over the places of a picture."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(max(1, channels // GROUP), channels)
        self.qkv, self.out = nn.Conv2d(channels, 3 * channels, 1), nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """``[1, C, H, W]`` from the same."""
        _, channels, height, width = x.shape
        heads = self.qkv(self.norm(x)).reshape(3, channels // HEAD, HEAD, height * width)
        q, k, v = heads.transpose(-1, -2).unbind(0)
        y = (q @ k.transpose(-1, -2) * HEAD**-0.5).softmax(-1) @ v
        return x + self.out(y.transpose(-1, -2).reshape(x.shape))


class Residual(nn.Module):
    """Two modulated convolutions beside a short cut, then attention in the middle of the net."""

    def __init__(self, given: int, made: int, *, attends: bool = False) -> None:
        super().__init__()
        self.short = nn.Conv2d(given, made, 1) if given != made else nn.Identity()
        self.norm1, self.conv1 = Modulated(given), nn.Conv2d(given, made, 3, padding=1)
        self.norm2, self.conv2 = Modulated(made), nn.Conv2d(made, made, 3, padding=1)
        self.attention = Attention(made) if attends else nn.Identity()

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """``[1, made, H, W]`` from ``[1, given, H, W]``."""
        y = self.conv1(F.silu(self.norm1(x, condition)))
        y = self.conv2(F.silu(self.norm2(y, condition)))
        return self.attention(y + self.short(x))


class DiamondDenoiser(nn.Module):
    """A clean frame from a noisy one, the four before it and their actions."""

    def __init__(self) -> None:
        super().__init__()
        channels = CHANNELS
        self.frequencies = nn.Buffer(torch.randn(CONDITION // 2))
        self.action = nn.Embedding(ACTIONS, CONDITION // PAST)
        self.told1, self.told2 = nn.Linear(CONDITION, CONDITION), nn.Linear(CONDITION, CONDITION)
        self.conv_in = nn.Conv2d(3 * (PAST + 1), channels, 3, padding=1)
        self.down = nn.ModuleList(
            nn.ModuleList(Residual(channels, channels) for _ in range(DEPTH)) for _ in range(LEVELS)
        )
        self.shrink = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, stride=2, padding=1) for _ in range(LEVELS - 1)
        )
        self.middle = nn.ModuleList(Residual(channels, channels, attends=True) for _ in range(2))
        self.up = nn.ModuleList(
            nn.ModuleList(Residual(2 * channels, channels) for _ in range(DEPTH + 1))
            for _ in range(LEVELS)
        )
        self.grow = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, padding=1) for _ in range(LEVELS - 1)
        )
        self.norm_out = nn.GroupNorm(channels // GROUP, channels)
        self.conv_out = nn.Conv2d(channels, 3, 3, padding=1)

    def forward(self, frames: Tensor, noise: Tensor, actions: Tensor) -> Tensor:
        """``[1, 3, 64, 64]`` from ``frames [1, 15, 64, 64]``, ``noise [1]``, ``actions [1, 4]``."""
        angles = 2 * torch.pi * noise[:, None] * self.frequencies
        condition = torch.cat([angles.cos(), angles.sin()], -1) + self.action(actions).flatten(1)
        condition = self.told2(F.silu(self.told1(condition)))
        x = self.conv_in(frames)
        skips: list[Tensor] = []
        for level, blocks in enumerate(self.down):
            x = self.shrink[level - 1](x) if level else x
            skips.append(x)
            for block in blocks:  # type: ignore[reportGeneralTypeIssues]  # torch's own gap
                x = block(x, condition)
                skips.append(x)
        for block in self.middle:
            x = block(x, condition)
        for level, blocks in enumerate(self.up):
            x = self.grow[level - 1](F.interpolate(x, scale_factor=2.0)) if level else x
            for block in blocks:  # type: ignore[reportGeneralTypeIssues]
                x = block(torch.cat([x, skips.pop()], 1), condition)
        return self.conv_out(F.silu(self.norm_out(x)))


class DiamondFrames:
    """Frames by that network in ONNX Runtime on one thread, three runs each as in play."""

    def __init__(self) -> None:
        generator = np.random.default_rng(0)
        self._session = Session(_graph(), provider="cpu", threads=1)
        self._past = generator.random((1, 3 * PAST, SIDE, SIDE), np.float32)
        self._noisy = generator.random((1, 3, SIDE, SIDE), np.float32)

    def step(self, action: int) -> NDArray[np.float32]:
        """A frame f32 ``[1, 3, 64, 64]`` after an action."""
        frame = self._noisy
        for step in range(STEPS):
            given = np.concatenate([self._past, frame], 1)
            level = np.array([1 - step / STEPS], np.float32)
            taken = np.full((1, PAST), action % ACTIONS, np.int64)
            (frame,) = self._session.run(dict(zip(INPUTS, (given, level, taken), strict=True)))
        return frame


def _graph() -> bytes:
    """The network as ONNX."""
    torch.manual_seed(0)
    inputs = (
        torch.zeros(1, 3 * (PAST + 1), SIDE, SIDE), torch.zeros(1),
        torch.zeros(1, PAST, dtype=torch.int64),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        path = Path(folder) / "diamond.onnx"
        trace(DiamondDenoiser(), inputs, path, INPUTS, ("frame",))
        return path.read_bytes()
