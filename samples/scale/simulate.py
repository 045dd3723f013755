"""How many workers a stream of assets needs, simulated with measured service times.

    python samples/scale/simulate.py --results out/results.jsonl --per-day 1000000

reads the seconds of every asset that a batch made and lets assets arrive at random over a day; a
worker (a model actor of ``--engine ray``) serves one at a time. Prints waiting times, busy share
and cost for the number of workers given, or for the fewest that keep up.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is asked of the farm."""

    assets: int
    seconds: tuple[float, ...]
    """Measured service times; each asset draws one of them."""
    loss: float = 0.0
    """Share of services whose worker dies on the way, so that they start again."""
    restart: float = 30.0
    """Seconds until a worker that died is back."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the day went."""

    workers: int
    busy: float
    """Share of the workers' time that was spent on assets."""
    wait_median: float
    """Seconds from arrival to the start that succeeds."""
    wait_99: float
    hours: float
    """From the first arrival to the last asset."""


def arrivals(day: Day, chance: random.Random) -> Iterator[float]:
    """Moments in order, as many as assets, at a steady rate but independent of each other."""
    now = 0.0
    for _ in range(day.assets):
        now += chance.expovariate(day.assets / DAY)
        yield now


def simulate(day: Day, workers: int) -> Outcome:
    """First come, first served, by so many workers."""
    chance = random.Random(day.seed)
    free = [0.0] * workers
    waits: list[float] = []
    worked = end = 0.0
    for arrived in arrivals(day, chance):
        begun = max(arrived, heapq.heappop(free))
        needed = chance.choice(day.seconds)
        while day.loss and chance.random() < day.loss:
            begun += needed * chance.random() + day.restart
        heapq.heappush(free, begun + needed)
        waits.append(begun - arrived)
        worked += needed
        end = max(end, begun + needed)
    waits.sort()
    return Outcome(
        workers=workers,
        busy=worked / (workers * max(end, 1e-9)),
        wait_median=waits[len(waits) // 2],
        wait_99=waits[int(len(waits) * 0.99)],
        hours=end / 3600,
    )


def fewest(day: Day, *, patience: float) -> Outcome:
    """The outcome with the fewest workers whose 99th percentile waits at most ``patience``.

    Raises:
        ValueError: a worker for every asset would not do, since lost services alone wait longer.
    """
    mean = sum(day.seconds) / len(day.seconds)
    low, high = 0, max(1, int(day.assets * mean / DAY))
    while simulate(day, high).wait_99 > patience:
        if high == day.assets:
            raise ValueError(f"no number of workers keeps the wait under {patience:g} s")
        low, high = high, min(high * 2, day.assets)
    while high - low > 1:
        middle = (low + high) // 2
        if simulate(day, middle).wait_99 > patience:
            low = middle
        else:
            high = middle
    return simulate(day, high)


def measured(path: Path) -> tuple[float, ...]:
    """Seconds of every asset that the batch of a ``results.jsonl`` made."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return tuple(line["seconds"] for line in lines if line["seconds"] > 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the outcome as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, help="results.jsonl of a batch")
    parser.add_argument("--seconds", type=float, action="append", help="service time; repeat it")
    parser.add_argument("--per-day", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, help="default: the fewest that keep up")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds that 99 of 100 wait")
    parser.add_argument("--loss", type=float, default=0.001, help="share of services lost")
    parser.add_argument("--price", type=float, default=0.0, help="of a worker's hour")
    options = parser.parse_args(arguments)
    seconds = measured(options.results) if options.results else tuple(options.seconds or ())
    if not seconds:
        parser.error("give --results with made assets, or --seconds")
    day = Day(assets=options.per_day, seconds=seconds, loss=options.loss)
    try:
        outcome = (
            simulate(day, options.workers)
            if options.workers
            else fewest(day, patience=options.patience)
        )
    except ValueError as error:
        parser.error(f"{error}; give more patience, or name --workers")
    cost = outcome.workers * outcome.hours * options.price
    body = {name: round(value, 3) for name, value in asdict(outcome).items()}
    print(json.dumps({**body, "cost": round(cost, 2), "cost_per_asset": cost / day.assets}))


if __name__ == "__main__":
    main()
