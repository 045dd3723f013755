"""Between two sets of weights: a short further run often does best halfway back to its start."""

from __future__ import annotations

from pathlib import Path

import torch

from toolkit.training.checkpoint import load_clip_bundle
from toolkit.training.network import ClipNetwork


@torch.no_grad()
def blend(network: ClipNetwork, preset: str, bundle: Path, *, share: float = 0.5) -> None:
    """Leave ``share`` of the network's own weights and take the rest from a bundle of its size.

    What fine-tuning gains and what it forgets do not grow alike on the way (WiSE-FT, 2109.01903).

    Raises:
        ModelMismatch: the bundle holds another network.
    """
    other = ClipNetwork(preset)
    load_clip_bundle(other, bundle)
    theirs = other.state_dict()
    for name, own in network.state_dict().items():
        if own.is_floating_point():
            own.copy_((1 - share) * theirs[name] + share * own)
