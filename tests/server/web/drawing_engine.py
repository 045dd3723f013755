"""An engine for the worker that draws a bouncing slime out of noise, and a world to walk in.

Words of the prompt: a colour; ``slow`` (a step takes 50 ms); ``endless`` (the last step is made
again for minutes, unless the job is cancelled); ``jump`` (the loop has a seam); ``fail`` (fails at
once).
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest, JobCancelled, ModelMismatch
from toolkit.messages import Progress, SpriteRequest
from toolkit.pipelines.takes import plan
from toolkit.server.engine import Frames, Grid, Health, OnProgress

COLOURS = {"red": (214, 69, 65), "green": (88, 168, 84), "blue": (66, 120, 200),
           "gold": (232, 178, 58), "orange": (228, 124, 52)}  # fmt: skip
SLOW_SECONDS = 0.05


class DrawingEngine:
    def load(self, model: str) -> None:
        pass

    def takes(self, request: SpriteRequest) -> int:
        return len(plan(request))

    def generate(
        self,
        model: str,
        request: SpriteRequest,
        on_progress: OnProgress,
        cancelled: Callable[[], bool],
    ) -> Clip:
        words = request.prompt.split()
        if "fail" in words:
            raise ModelMismatch("the graph is not what was promised; reinstall it.")
        takes = plan(request)
        for take in takes:
            for step in steps(request):
                if cancelled():
                    raise JobCancelled("cancelled")
                if "slow" in words or "endless" in words:
                    time.sleep(SLOW_SECONDS)
                share = step / request.num_inference_steps
                progress = Progress(
                    step=step, num_steps=request.num_inference_steps, label=take.name
                )
                on_progress(progress, half_drawn(request, share))
        clean = draw(request)
        tags = tuple(
            FrameTag(name=take.name, start=i * len(clean), stop=(i + 1) * len(clean))
            for i, take in enumerate(takes)
        )
        return Clip(
            frames=np.concatenate([turned(clean, i) for i in range(len(takes))]),
            fps=request.fps,
            tags=tags,
            metadata={"prompt": request.prompt},
        )

    def open_world(self, world: str, seed: int) -> "GardenWorld":
        if world != "garden":
            raise BadRequest(f"there is no world {world!r}.")
        return GardenWorld(seed)


def steps(request: SpriteRequest) -> Iterator[int]:
    """The steps of a take; those of an endless one outlast every test, but not every test run."""
    yield from range(1, request.num_inference_steps + 1)
    if "endless" in request.prompt.split():
        yield from repeat(request.num_inference_steps, 6000)


def draw(request: SpriteRequest) -> Frames:
    """A slime that is squeezed once in a clip, its colour from the prompt."""
    colour = next((COLOURS[word] for word in request.prompt.split() if word in COLOURS),
                  (150, 140, 160))  # fmt: skip
    whole = request.num_frames - 1 if "jump" in request.prompt.split() else request.num_frames
    phases = np.arange(request.num_frames) / max(1, whole)
    if "jump" in request.prompt.split():
        phases = phases / 2
    return np.stack([_slime(request, colour, phase) for phase in phases])


def _slime(request: SpriteRequest, colour: tuple[int, int, int], phase: float) -> Frames:
    height, width = request.height, request.width
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    squeeze = 1 + 0.28 * np.sin(2 * np.pi * phase)
    wide, tall = width * 0.34 / np.sqrt(squeeze), height * 0.3 * squeeze
    ground = height * 0.94
    across, up = (x - width / 2 + 0.5) / wide, (ground - y) / tall
    body = (across**2 + (np.maximum(up - 0.8, 0) * 1.1) ** 2 < 1) & (up > 0) & (up < 1.7)
    frame = np.zeros((height, width, 4), np.uint8)
    light = np.clip(1.15 - 0.4 * across + 0.25 * up - 0.25, 0.55, 1.3)
    bands = np.round(light * 4) / 4
    shade = np.clip(np.array(colour) * bands[..., None], 0, 255).astype(np.uint8)
    frame[body, :3] = shade[body]
    frame[body, 3] = 255
    inside = body & np.roll(body, 1, 0) & np.roll(body, -1, 0)
    inside &= np.roll(body, 1, 1) & np.roll(body, -1, 1)
    frame[body & ~inside, :3] = np.array(colour) // 3
    for side in (-0.35, 0.35):
        eye = ((across - side) ** 2 * 9 + (up - 1.0) ** 2 * 5 < 0.22) & body
        frame[eye, :3] = (30, 26, 36)
        gleam = ((across - side + 0.07) ** 2 * 9 + (up - 1.1) ** 2 * 9 < 0.03) & body
        frame[gleam, :3] = 255
    return frame


def turned(frames: Frames, take: int) -> Frames:
    """The same for every take, mirrored for each second."""
    return frames[:, :, ::-1] if take % 2 else frames


def half_drawn(request: SpriteRequest, share: float) -> Frames:
    """The drawing, with noise for what is missing."""
    random = np.random.default_rng(request.seed)
    clean = draw(request).astype(np.float32)
    noise = random.integers(0, 256, clean.shape).astype(np.float32)
    return np.clip(clean * share + noise * (1 - share), 0, 255).astype(np.uint8)


class GardenWorld:
    """A square that walks on a meadow and leaves a path; ``do`` plants a flower."""

    actions = ("noop", "left", "right", "up", "down", "do", "sleep")
    SIDE, CELL = 9, 8
    grid, health = Grid(), Health(valid=0.875)

    def say(self, cells: Sequence[int]) -> None:
        raise AssertionError("the garden has no cells to say")

    def __init__(self, seed: int) -> None:
        self.field: NDArray[np.uint8] = np.zeros((self.SIDE, self.SIDE), np.uint8)
        self.place = np.array([self.SIDE // 2, self.SIDE // 2])
        self.shade = seed % 20

    def look(self) -> Frames:
        colours = np.array([(74, 142, 76), (170, 140, 96), (226, 92, 120)], np.uint8)
        picture = colours[self.field].repeat(self.CELL, 0).repeat(self.CELL, 1)
        picture[::4, ::4] = np.minimum(picture[::4, ::4] + 14 + self.shade, 255)
        top, left = self.place * self.CELL
        picture[top + 1 : top + 7, left + 1 : left + 7] = (240, 214, 160)
        picture[top + 2 : top + 4, left + 2 : left + 6] = (52, 44, 60)
        return np.ascontiguousarray(picture)

    def step(self, action: int) -> Frames:
        moves = {1: (0, -1), 2: (0, 1), 3: (-1, 0), 4: (1, 0)}
        if action in moves:
            self.field[tuple(self.place)] = max(1, self.field[tuple(self.place)])
            self.place = (self.place + moves[action]) % self.SIDE
        if action == 5:
            self.field[tuple(self.place)] = 2
        return self.look()

    def snapshot(self) -> bytes:
        return bytes(self.place.astype(np.uint8)) + self.field.tobytes()

    def restore(self, state: bytes) -> None:
        self.place = np.frombuffer(state[:2], np.uint8).astype(int)
        self.field = np.frombuffer(state[2:], np.uint8).reshape(self.SIDE, self.SIDE).copy()


def open_engine(settings: Mapping[str, Any]) -> DrawingEngine:
    return DrawingEngine()
