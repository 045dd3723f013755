"""The network as it is trained: text tower and video transformer, fp32 masters, a copy, EMA."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.text_encoder import TextTower
from toolkit.model.transformer import VideoTransformer


class ClipNetwork(nn.Module):
    """Everything that learns, in one graph."""

    def __init__(self, preset: str) -> None:
        super().__init__()
        size = CLIP_PRESETS[preset]
        self.tower = TextTower(size.width, size.heads)
        self.transformer = VideoTransformer(size)

    def forward(
        self,
        sample: Tensor,
        sigma: Tensor,
        states: Tensor,
        input_ids: Tensor,
        mask: Tensor,
        control: Tensor,
        rope_cos: Tensor,
        rope_sin: Tensor,
    ) -> Tensor:
        """Clean pixels ``[B, F, 4, H, W]`` from MiniLM states ``[B, 24, 384]`` and the rest."""
        text_embeds, pooled = self.tower(states, input_ids, mask)
        return self.transformer(sample, sigma, text_embeds, pooled, control, rope_cos, rope_sin)


Network = TypeVar("Network", bound=nn.Module)


class Weights(Generic[Network]):
    """Three copies of one network: fp32 ``master``, bf16 or fp32 ``compute``, averaged ``ema``.

    AdamW in pure bf16 silently drops small updates, so gradients of the copy that computes move
    the fp32 master, and the copy is refreshed from it after every step.
    """

    def __init__(self, network: Network, *, dtype: torch.dtype = torch.bfloat16) -> None:
        self.master, self.dtype = network, dtype
        self.compute = copy.deepcopy(self.master).to(dtype)
        self.ema = copy.deepcopy(self.master).requires_grad_(False)

    def to(self, device: torch.device) -> Weights[Network]:
        """The same weights, moved to a device."""
        for network in (self.master, self.compute, self.ema):
            network.to(device)
        return self

    def take_gradients(self) -> None:
        """Add the gradients of the copy that computes to those of the masters, and drop them."""
        for master, compute in zip(
            self.master.parameters(), self.compute.parameters(), strict=True
        ):
            if compute.grad is not None:
                fresh = compute.grad.float()
                master.grad = fresh if master.grad is None else master.grad + fresh
                compute.grad = None

    @torch.no_grad()
    def refresh(self, decay: float) -> None:
        """Follow the masters: the copy that computes exactly, the EMA by ``1 - decay``."""
        for average, master in zip(self.ema.parameters(), self.master.parameters(), strict=True):
            average.lerp_(master, 1 - decay)
        self.sync()

    @torch.no_grad()
    def sync(self) -> None:
        """Make the copy that computes equal to the masters, as far as its format can."""
        for master, compute in zip(
            self.master.parameters(), self.compute.parameters(), strict=True
        ):
            compute.copy_(master)


def clip_weights(preset: str, *, dtype: torch.dtype = torch.bfloat16) -> Weights[ClipNetwork]:
    """Fresh weights of the clip network of that size."""
    return Weights(ClipNetwork(preset), dtype=dtype)
