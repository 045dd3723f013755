"""One file that resumes a run, and what a new run can start from."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from toolkit.errors import BadRequest
from toolkit.model.import_onnx import load_bundle
from toolkit.training.network import ClipNetwork, Network, Weights

CHECKPOINT = "checkpoint.pt"
BEFORE_DECAY = "checkpoint_before_decay.pt"
"""The run as its rate began to fall: where a longer run branches off."""


@dataclass(slots=True, kw_only=True)
class RunState:
    """Where a run stands; grows with every step."""

    step: int = 0
    seconds: float = 0.0
    """Training time over all sessions."""
    restarts: int = 0
    """How often the run was resumed; part of the data seed, so no batch is seen twice."""
    earlier_steps: int = 0
    """Steps of the run that this one started from, and of those before it."""
    earlier_hours: float = 0.0
    """Hours of the same."""

    @property
    def steps_in_all(self) -> int:
        """Steps of this run and of those before it."""
        return self.earlier_steps + self.step

    @property
    def hours_in_all(self) -> float:
        """Hours of this run and of those before it."""
        return self.earlier_hours + self.seconds / 3600


def save_checkpoint(
    path: Path, weights: Weights[Any], optimizers: list[torch.optim.Optimizer], state: RunState
) -> None:
    """Write the checkpoint beside ``path`` and rename it, so that a kill leaves the old one."""
    temporary = path.with_suffix(".tmp")
    torch.save(
        {
            "master": weights.master.state_dict(),
            "ema": weights.ema.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in optimizers],
            "state": asdict(state),
        },
        temporary,
    )
    os.replace(temporary, path)


def load_checkpoint(
    path: Path, weights: Weights[Any], optimizers: list[torch.optim.Optimizer]
) -> RunState:
    """Restore everything ``save_checkpoint`` wrote.

    Raises:
        BadRequest: the file is missing or belongs to another network.
    """
    if not path.is_file():
        raise BadRequest(f"{path} does not exist; start without --resume or name another --run.")
    saved: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
    weights.master.load_state_dict(saved["master"])
    weights.ema.load_state_dict(saved["ema"])
    weights.sync()
    for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    return RunState(**{**saved["state"], "restarts": saved["state"]["restarts"] + 1})


def begin(
    weights: Weights[Network],
    optimizers: list[torch.optim.Optimizer],
    *,
    run: Path,
    resume: bool,
    initial: Path | None,
    load_weights: Callable[[Network, Path], None],
    report: Callable[[str], None],
) -> RunState:
    """Fill weights and optimizers for a run that goes on or starts, and return where it stands.

    Raises:
        BadRequest: there is no run to resume, or nothing to start from.
        ModelMismatch: the bundle to start from holds another network.
    """
    if resume:
        return load_checkpoint(run / CHECKPOINT, weights, optimizers)
    if initial is None:
        return RunState()
    state, fresh = start_from(initial, weights, load_weights)
    report(f"started from {initial}; new: {', '.join(fresh) or 'nothing'}")
    return state


def load_clip_bundle(network: ClipNetwork, folder: Path) -> None:
    """Fill a clip network with the weights of a bundle.

    Raises:
        ModelMismatch: the bundle holds another network.
    """
    load_bundle(network.tower, network.transformer, folder)


def start_from(
    source: Path,
    weights: Weights[Network],
    load_weights: Callable[[Network, Path], None],
) -> tuple[RunState, list[str]]:
    """Fill the weights of a new run from a checkpoint, or by ``load_weights`` from a bundle folder.

    Returns where the new run stands, and the names that a checkpoint of an earlier network lacks:
    they keep their first values.

    Raises:
        BadRequest: there is no such file or folder.
        ModelMismatch: the bundle holds another network.
    """
    if source.is_dir():
        load_weights(weights.master, source)
        weights.ema.load_state_dict(weights.master.state_dict())
        weights.sync()
        training = json.loads((source / "model.json").read_text("utf-8"))["training"]
        return RunState(earlier_steps=training["steps"], earlier_hours=training["hours"]), []
    if not source.is_file():
        raise BadRequest(f"{source} does not exist; --init takes a checkpoint or a bundle folder.")
    saved: dict[str, Any] = torch.load(source, weights_only=True, map_location="cpu")
    missing = weights.master.load_state_dict(saved["master"], strict=False).missing_keys
    fresh = {name: weights.master.state_dict()[name] for name in missing}
    weights.ema.load_state_dict(saved["ema"] | fresh)
    weights.sync()
    before = RunState(**saved["state"])
    return RunState(earlier_steps=before.steps_in_all, earlier_hours=before.hours_in_all), missing
