"""The processes of a run: one, or as many as ``accelerate launch`` or ``torchrun`` started."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import cast

import torch
from accelerate import PartialState
from accelerate.utils import reduce
from torch import Tensor, nn

USE_CPU = "ACCELERATE_USE_CPU"
"""Environment variable that ``accelerate launch --cpu`` sets."""


class Processes:
    """Who this process is among those of the run, and what they agree on."""

    def __init__(self) -> None:
        told = os.environ.get(USE_CPU, "").lower() in ("1", "true", "yes")
        self._state = PartialState(cpu=told or not torch.cuda.is_available())

    @property
    def index(self) -> int:
        """This process's number, from 0."""
        return self._state.process_index

    @property
    def count(self) -> int:
        """How many processes share the run."""
        return self._state.num_processes

    @property
    def is_main(self) -> bool:
        """Whether this process logs and writes the run's files."""
        return self._state.is_main_process

    @property
    def device(self) -> torch.device:
        """Where this process computes."""
        assert self._state.device is not None
        return self._state.device

    def wait(self) -> None:
        """Return when all processes have come this far."""
        self._state.wait_for_everyone()

    def mean(self, *values: float) -> list[float]:
        """The values averaged over all processes; all get the same."""
        if self.count == 1:
            return list(values)
        together = torch.tensor(values, dtype=torch.float64, device=self.device)
        averaged = cast(Tensor, reduce(together, "mean"))
        return averaged.tolist()

    @torch.no_grad()
    def add_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Make every gradient the sum of all processes' in one exchange."""
        gradients = [p.grad for p in parameters if p.grad is not None]
        if self.count == 1:
            return
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        total = cast(Tensor, reduce(flat, "sum"))
        parts = total.split([gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))
