from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from toolkit.clip import Clip
from toolkit.evaluation.generation import BATCH, generate_cached, png_of
from toolkit.messages import SpriteRequest


class SeededMaker:
    """Clips that are noise of the request's seed; fails after ``limit`` calls."""

    def __init__(self, limit: int = 100) -> None:
        self.calls: list[int] = []
        self.limit = limit

    def __call__(self, requests: Sequence[SpriteRequest], /) -> list[Clip]:
        if len(self.calls) == self.limit:
            raise KeyboardInterrupt
        self.calls.append(len(requests))
        assert len({request.loop for request in requests}) == 1
        return [Clip(frames=noise(request), fps=8) for request in requests]


def noise(request: SpriteRequest) -> np.ndarray:
    rng = np.random.default_rng(request.seed)
    shape = (request.num_frames, request.height, request.width, 4)
    return rng.integers(0, 256, shape, dtype=np.uint8)


def requests(count: int) -> list[SpriteRequest]:
    return [
        SpriteRequest(prompt="x", seed=seed, num_frames=2, width=16, height=32, loop=seed % 2 == 0)
        for seed in range(count)
    ]


def test_clips_come_back_in_order_whatever_the_batches(tmp_path: Path):
    asked, make = requests(19), SeededMaker()
    frames = generate_cached(make, asked, model="m", cache=tmp_path, report=lambda _: None)
    assert (frames == np.stack([noise(request) for request in asked])).all()
    assert max(make.calls) <= BATCH


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path):
    asked = requests(20)
    with pytest.raises(KeyboardInterrupt):
        generate_cached(SeededMaker(1), asked, model="m", cache=tmp_path, report=lambda _: None)
    rest = SeededMaker()
    frames = generate_cached(rest, asked, model="m", cache=tmp_path, report=lambda _: None)
    assert sum(rest.calls) == 20 - BATCH
    assert (frames == np.stack([noise(request) for request in asked])).all()


def test_another_network_makes_its_own_clips(tmp_path: Path):
    again = SeededMaker()
    for model in ("a", "b", "a"):
        generate_cached(again, requests(2), model=model, cache=tmp_path, report=lambda _: None)
    assert sum(again.calls) == 4


def test_png_keeps_every_byte(tmp_path: Path):
    import io

    from PIL import Image

    frame = noise(requests(1)[0])[0]
    assert (np.asarray(Image.open(io.BytesIO(png_of(frame)))) == frame).all()
