"""What a frame costs on one core beside the real game, and whether play repeats bit for bit."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from toolkit.evaluation.diamond import DiamondFrames
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import WorldModel

WARM_UP, BESIDE = 20, 8


def speed(world: WorldModel, *, frames: int, seed: int) -> dict[str, Any]:
    """Frames a second and milliseconds a frame of one game on one thread.

    After every eighth frame one of DIAMOND's network is made, so that both meet the same machine.
    Meanwhile another process plays the real game without pause, as a game engine would keep the
    next core busy; its steps a second are given, too.
    """
    env, diamond = WorldModelEnv(world), DiamondFrames()
    env.reset(seed=seed)
    actions = np.random.default_rng(seed).integers(env.action_space.n, size=WARM_UP + frames)
    ours: list[float] = []
    theirs: list[float] = []
    with _RealGame() as real_game:
        for number, action in enumerate(actions.tolist()):
            ours.append(_timed(env.step, action))
            if number % BESIDE == 0:
                theirs.append(_timed(diamond.step, action))
    taken, beside = np.array(ours[WARM_UP:]), np.array(theirs[1:])
    return {
        "frames_a_second": float(1 / taken.mean()),
        "p50_ms": float(np.percentile(taken, 50) * 1000),
        "p95_ms": float(np.percentile(taken, 95) * 1000),
        "diamond_frames_a_second": float(1 / beside.mean()),
        "times_diamond": float(beside.mean() / taken.mean()),
        "real_game_steps_a_second": real_game.rate,
        "frames": frames,
        "threads": 1,
        "load_average": os.getloadavg()[0],
        "cores": os.cpu_count(),
    }


def _timed(step: Callable[[int], object], action: int) -> float:
    began = time.perf_counter()
    step(action)
    return time.perf_counter() - began


class _RealGame:
    """Another process that plays the real game until it is told to stop."""

    rate = 0.0

    def __enter__(self) -> _RealGame:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_play_on, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()  # else nobody is told when the other process dies
        self._ours.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.send("stop")
        self.rate = float(self._ours.recv())
        self._process.join()


def _play_on(pipe: Connection) -> None:
    from toolkit.data.games.crafter import Crafter
    from toolkit.evaluation.crafter_takes import HELD_OUT

    game, steps = Crafter(), 0
    game.reset(HELD_OUT)
    pipe.send("begun")
    began = time.perf_counter()
    while not pipe.poll():
        game.step(steps % 5)
        steps += 1
    pipe.send(steps / (time.perf_counter() - began))


def repeats(world: WorldModel, *, seeds: list[int], frames: int) -> dict[str, bool]:
    """Whether equal seeds and actions give equal frames, and saving and loading changes nothing."""
    replay, loaded = True, True
    for seed in seeds:
        actions = np.random.default_rng(seed).integers(
            len(world.card.shape.action_names), size=frames
        )
        half = actions[: frames // 2].tolist(), actions[frames // 2 :].tolist()
        first, again, other = (WorldModelEnv(world) for _ in range(3))
        first.reset(seed=seed)
        again.reset(seed=seed)
        other.reset(seed=seed + 1)
        begun = [first.step(action)[0].tobytes() for action in half[0]]
        replay &= begun == [again.step(action)[0].tobytes() for action in half[0]]
        other.restore(first.snapshot())
        went_on = [first.step(action)[0].tobytes() for action in half[1]]
        replay &= went_on == [again.step(action)[0].tobytes() for action in half[1]]
        loaded &= went_on == [other.step(action)[0].tobytes() for action in half[1]]
        loaded &= first.snapshot() == other.snapshot()
    return {"replay": replay, "save_and_load": loaded}
