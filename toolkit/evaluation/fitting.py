"""The training loop of the small networks that judge: by processor time, on the CPU."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

WARMUP_STEPS = 100


def fit(
    network: nn.Module,
    loss_of: Callable[[], Tensor],
    *,
    rate: float,
    cpu_minutes: float,
    clip_norm: float,
    max_steps: int | None,
    report: Callable[[str], None],
) -> int:
    """Train a network in place on one fresh batch after another; returns the steps it took.

    Args:
        network: what learns, by AdamW; it ends in evaluation mode.
        loss_of: draws a batch and returns its loss.
        rate: peak of the learning rate, which falls linearly in the last two thirds.
        cpu_minutes: minutes of the processor, over all threads, so that a busy machine gives the
            same network.
        clip_norm: most that a gradient's norm may be.
        max_steps: ends earlier, for tests.
        report: gets a line every hundred steps.
    """
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.02)
    budget, started, step, progress = cpu_minutes * 60, time.process_time(), 0, 0.0
    while progress < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate * min((step + 1) / WARMUP_STEPS, 1.0, 1.5 * (1 - progress) + 0.01)
        loss = loss_of()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), clip_norm)
        optimizer.step()
        step += 1
        if step % 100 == 0:
            report(f"step {step}, {progress:.0%}, loss {loss.item():.3f}")
        progress = (time.process_time() - started) / budget
        if max_steps is not None:
            progress = max(progress, step / max_steps)
    network.eval()
    return step
