"""What a frame costs, over loopback and without a server, and whether play repeats bit for bit."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.evaluation.diamond import DiamondFrames
from toolkit.evaluation.world_loopback import WARM_UP, in_lock_step, in_real_time
from toolkit.evaluation.world_server import served
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import WorldModel

BESIDE = 8
"""Frames of ours for each of DIAMOND's."""


def speed(world: WorldModel, bundle: Path, *, frames: int, seed: int) -> dict[str, Any]:
    """Frames a second and milliseconds a frame of one game on one thread.

    ``loopback``, which the bars read, and ``real_time`` are what a player has of ``playreel serve``
    while nothing else of ours runs; ``loopback_beside`` is the former while another process plays
    the real game without pause, as a game engine would keep the next core busy. ``direct_beside``
    is ``WorldModelEnv.step`` beside the real game, in turns with DIAMOND's network.
    """
    return {
        **over_loopback(world, bundle, frames=frames, seed=seed),
        "direct_beside": beside_diamond(world, frames=frames, seed=seed),
        "threads": 1,
        "load_average": os.getloadavg()[0],
        "cores": os.cpu_count(),
    }


def over_loopback(
    world: WorldModel, bundle: Path, *, frames: int, seed: int
) -> dict[str, dict[str, float]]:
    """The world of a bundle as a server of its own plays it to a client that waits for it.

    ``times_direct`` of ``loopback`` is how many times as long as ``WorldModelEnv.step`` an action
    takes to show, the median of each; for that the two take turns, after the frames that count.
    """
    name, actions = world.card.name, random_actions(world, frames, seed)
    fewer = actions[: WARM_UP + max(1, frames // 2)]
    with served(bundle) as state:
        load = os.getloadavg()[0]
        alone = in_lock_step(state, name, actions, seed=seed).figures()
        real_time = in_real_time(state, name, fewer, seed=seed)
        direct = _DirectGame(world, seed)
        in_turns = in_lock_step(state, name, fewer, seed=seed, between=direct.step)
        with _RealGame() as real_game:
            beside = in_lock_step(state, name, actions, seed=seed).figures()
    times = in_turns.figures()["p50_ms"] / float(np.median(direct.seconds[WARM_UP:]) * 1000)
    return {
        "loopback": {**alone, "times_direct": times, "load_average": load},
        "real_time": real_time,
        "loopback_beside": {**beside, "real_game_steps_a_second": real_game.rate},
    }


def beside_diamond(world: WorldModel, *, frames: int, seed: int) -> dict[str, float]:
    """The world without a server beside the real game, whose steps a second are given, too.

    After every eighth frame one of DIAMOND's network is made, so that both meet the same machine.
    """
    game, diamond = _DirectGame(world, seed), DiamondFrames()
    theirs: list[float] = []
    with _RealGame() as real_game:
        for number, action in enumerate(random_actions(world, frames, seed)):
            game.step(action)
            if number % BESIDE == 0:
                theirs.append(_timed(diamond.step, action))
    taken, other = np.array(game.seconds[WARM_UP:]), np.array(theirs[1:])
    return {
        "frames_a_second": float(1 / taken.mean()),
        "p50_ms": float(np.percentile(taken, 50) * 1000),
        "p95_ms": float(np.percentile(taken, 95) * 1000),
        "diamond_frames_a_second": float(1 / other.mean()),
        "times_diamond": float(other.mean() / taken.mean()),
        "real_game_steps_a_second": real_game.rate,
        "frames": frames,
    }


class _DirectGame:
    """A game in this process that keeps what each of its frames took."""

    def __init__(self, world: WorldModel, seed: int) -> None:
        self._env = WorldModelEnv(world, anchoring=True)  # as a server plays it
        self._env.reset(seed=seed)
        self.seconds: list[float] = []

    def step(self, action: int) -> None:
        """Make one frame."""
        self.seconds.append(_timed(self._env.step, action))


def random_actions(world: WorldModel, frames: int, seed: int) -> list[int]:
    """Random actions of a world, those of the warm-up first."""
    random = np.random.default_rng(seed)
    return random.integers(len(world.card.shape.action_names), size=WARM_UP + frames).tolist()


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
