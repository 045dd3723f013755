"""One file that resumes a run: weights, EMA, optimisers, step, seconds, data seed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from toolkit.errors import BadRequest
from toolkit.training.network import Weights


@dataclass(slots=True, kw_only=True)
class RunState:
    """Where a run stands; grows with every step."""

    step: int = 0
    seconds: float = 0.0
    """Training time over all sessions."""
    restarts: int = 0
    """How often the run was resumed; part of the data seed, so no batch is seen twice."""


def save_checkpoint(
    path: Path, weights: Weights, optimizers: list[torch.optim.Optimizer], state: RunState
) -> None:
    """Write the checkpoint beside ``path`` and rename it, so that a kill leaves the old one."""
    temporary = path.with_suffix(".tmp")
    torch.save(
        {
            "master": weights.master.state_dict(),
            "ema": weights.ema.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in optimizers],
            "state": {
                "step": state.step, "seconds": state.seconds, "restarts": state.restarts,
            },
        },
        temporary,
    )  # fmt: skip
    os.replace(temporary, path)


def load_checkpoint(
    path: Path, weights: Weights, optimizers: list[torch.optim.Optimizer]
) -> RunState:
    """Restore everything ``save_checkpoint`` wrote.

    Raises:
        BadRequest: the file is missing or belongs to another network.
    """
    if not path.is_file():
        raise BadRequest(f"{path} does not exist; start without --resume or name another --run.")
    saved: dict[str, Any] = torch.load(path, weights_only=True)
    weights.master.load_state_dict(saved["master"])
    weights.ema.load_state_dict(saved["ema"])
    weights.sync()
    for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    return RunState(**{**saved["state"], "restarts": saved["state"]["restarts"] + 1})
