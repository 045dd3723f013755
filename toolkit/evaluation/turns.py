"""Measures several things in turns, so that other work on the machine hits all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence


def in_turns(
    calls: Sequence[Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> list[list[float]]:
    """Seconds of each call, ``rounds`` times, one after the other; one unmeasured round first."""
    times: list[list[float]] = [[] for _ in calls]
    for turn in range(rounds + 1):
        for call, taken in zip(calls, times, strict=True):
            started = clock()
            call()
            if turn:
                taken.append(clock() - started)
    return times
