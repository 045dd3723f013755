"""Muon for the matrices of the blocks, AdamW for everything else."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import nn

from toolkit.training.muon import Muon
from toolkit.training.network import Weights


class Rates(Protocol):
    """What a recipe says about its optimisers."""

    @property
    def lr(self) -> float:
        """Peak rate of AdamW and, RMS-matched, of Muon."""
        ...

    @property
    def warmup_steps(self) -> int:
        """Steps until the rate is reached."""
        ...

    @property
    def decay_share(self) -> float:
        """Last share of the hours, in which the rate falls to zero."""
        ...

    @property
    def weight_decay(self) -> float:
        """Of both optimisers."""
        ...

    @property
    def clip_norm(self) -> float:
        """Longest gradient of all parameters together."""
        ...

    @property
    def ema(self) -> float:
        """How much of the averaged weights a step keeps, once the run is under way."""
        ...


def is_block_matrix(name: str, parameter: nn.Parameter) -> bool:
    """Whether Muon updates this parameter: a 2-D weight inside a block, but not its table."""
    inside = ".blocks." in f".{name}" or ".layers." in name
    return inside and parameter.ndim == 2 and name.endswith(".weight")


def build_optimizers(
    network: nn.Module, recipe: Rates, *, dtype: torch.dtype = torch.bfloat16
) -> list[torch.optim.Optimizer]:
    """Muon, computing in ``dtype``, and AdamW over disjoint parameters."""
    named = list(network.named_parameters())
    matrices = [parameter for name, parameter in named if is_block_matrix(name, parameter)]
    others = [parameter for name, parameter in named if not is_block_matrix(name, parameter)]
    muon = Muon(matrices, lr=recipe.lr, weight_decay=recipe.weight_decay, dtype=dtype)
    adamw = torch.optim.AdamW(
        others, lr=recipe.lr, betas=(0.9, 0.95), weight_decay=recipe.weight_decay, fused=True
    )
    return [muon, adamw]


def learning_rate(recipe: Rates, *, steps_since_start: int, progress: float) -> float:
    """Warm-up, constant, then linear to zero; ``progress`` is the share of hours spent."""
    warm = min(1.0, (steps_since_start + 1) / recipe.warmup_steps)
    decay = min(1.0, max(0.0, (1 - progress) / recipe.decay_share))
    return recipe.lr * warm * max(decay, 0.02)


def update(
    weights: Weights[Any],
    optimizers: list[torch.optim.Optimizer],
    recipe: Rates,
    *,
    rate: float,
    step: int,
) -> None:
    """Move the masters by their gradients, drop these, and let the copies follow."""
    torch.nn.utils.clip_grad_norm_(list(weights.master.parameters()), recipe.clip_norm)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    weights.refresh(min(recipe.ema, (1 + step) / (10 + step)))
