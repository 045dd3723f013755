"""The number format that a run computes in: bf16 where this machine multiplies it fast, else fp32.

A processor without bf16 instructions takes a hundred times as long for a product in bf16 as in
fp32 (0.4 against 60 GFLOP/s on a core with AVX2), one with AMX a third. The masters are fp32 in
any case, so that a run may go on in either.
"""

from __future__ import annotations

import time

import torch

from toolkit.training.processes import Processes

SIDE = 384
"""The width of the networks that ship."""
ROWS = 128
ROUNDS = 3


def fastest_dtype(processes: Processes) -> torch.dtype:
    """bf16 or fp32, whichever all processes of the run together multiply faster; tried for real."""
    halves, wholes = processes.mean(
        product_seconds(torch.bfloat16, processes.device),
        product_seconds(torch.float32, processes.device),
    )
    return torch.bfloat16 if halves < wholes else torch.float32


def product_seconds(dtype: torch.dtype, device: torch.device) -> float:
    """Seconds of one matrix product of a block's size, the best of three after a first."""
    left = torch.ones(ROWS, SIDE, dtype=dtype, device=device)
    right = torch.ones(SIDE, SIDE, dtype=dtype, device=device)
    float((left @ right)[0, 0])
    seconds: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        float((left @ right)[0, 0])  # waits for an accelerator, too
        seconds.append(time.perf_counter() - started)
    return min(seconds)
