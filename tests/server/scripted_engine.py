"""An engine for the worker process that does what the prompt says; it loads nothing.

Words of the prompt: ``slow`` (a step takes 20 ms), ``many`` (10,000 steps reported), ``hang``
(says nothing more, and does not look at the cancel), ``crash``, ``hog`` (takes all memory),
``fail`` and ``odd`` (a failure that is ours, and one that is not), ``reach`` (opens a socket),
``write`` (writes a file), ``big`` (a large result).
"""

import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from toolkit.clip import Clip
from toolkit.errors import JobCancelled, ModelMismatch
from toolkit.messages import Progress, SpriteRequest, encode_request
from toolkit.server.engine import Frames, Grid, Health, OnProgress

SIDE = 72


class ScriptedEngine:
    def __init__(self) -> None:
        self.loaded: dict[str, bytes] = {}

    def load(self, model: str) -> None:
        self.loaded.setdefault(model, b"\1" * 2**26)

    def takes(self, request: SpriteRequest) -> int:
        return 1

    def generate(
        self,
        model: str,
        request: SpriteRequest,
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
    ) -> Clip:
        assert model in self.loaded
        words = request.prompt.split()
        frames = picture(request)
        steps = 10_000 if "many" in words else request.num_inference_steps
        for step in range(1, steps + 1):
            if cancelled():
                raise JobCancelled("cancelled")
            misbehave(words)
            if "slow" in words:
                time.sleep(0.02)
            progress = Progress(step=step, num_steps=steps, label="walk")
            on_progress(progress, frames)
        return Clip(frames=frames, fps=request.fps, metadata=provenance(request))

    def open_world(self, world: str, seed: int) -> "ScriptedWorld":
        if world != "dots":
            raise ModelMismatch(f"there is no world {world!r}.")
        return ScriptedWorld(seed)


def provenance(request: SpriteRequest) -> dict[str, str]:
    """What a clip says of how it was made."""
    return {
        "prompt": request.prompt,
        "seed": str(request.seed),
        "request": encode_request(request),
    }


def picture(request: SpriteRequest) -> Frames:
    """Noise of the seed, the same for every run; with an image its size tints it."""
    random = np.random.default_rng(request.seed)
    shape = (request.num_frames, request.height, request.width, 4)
    frames = random.integers(0, 256, shape, np.uint8)
    if request.image:
        frames[..., 0] = len(request.image) % 251
    return frames


def misbehave(words: list[str]) -> None:
    if "hang" in words:
        while True:
            time.sleep(3600)
    if "crash" in words:
        os.kill(os.getpid(), 9)
    if "hog" in words:
        hoard = []
        while True:
            hoard.append(np.empty(2**28, np.uint8))  # address space is what is limited
    if "fail" in words:
        raise ModelMismatch("the graph is not what was promised; reinstall it.")
    if "odd" in words:
        raise ZeroDivisionError("secret words")
    if "reach" in words:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    if "write" in words:
        open("/tmp/playreel-escape", "w").close()


class ScriptedWorld:
    """Remembers every action; each frame shows all of them."""

    actions = ("noop", "left", "right")
    grid = Grid(rows=2, columns=3, kinds=("", "grass", "stone"))

    def __init__(self, seed: int) -> None:
        self.state = seed

    @property
    def health(self) -> Health:
        return Health(valid=self.state % 4 / 4, anchored=self.state % 4 == 0)

    def say(self, cells: Sequence[int]) -> None:
        for cell in cells:
            self.state = self.state * 7 + cell

    def look(self) -> Frames:
        frame = np.zeros((SIDE, SIDE, 3), np.uint8)
        frame[...] = self.state % 251
        return frame

    def step(self, action: int) -> Frames:
        self.state = self.state * 3 + action + 1
        return self.look()

    def snapshot(self) -> bytes:
        return str(self.state).encode()

    def restore(self, state: bytes) -> None:
        self.state = int(state)


def open_engine(settings: Mapping[str, Any]) -> ScriptedEngine:
    return ScriptedEngine()
