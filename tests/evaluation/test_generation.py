import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from toolkit.clip import Clip
from toolkit.evaluation.generation import generate_cached, png_of
from toolkit.messages import SpriteRequest


class SeededMaker:
    """Clips that are noise of the request's seed; interrupted after ``limit`` clips."""

    def __init__(self, limit: int = 100) -> None:
        self.made, self.limit = 0, limit

    def __call__(self, request: SpriteRequest) -> Clip:
        if self.made == self.limit:
            raise KeyboardInterrupt
        self.made += 1
        return Clip(frames=noise(request), fps=8)


def noise(request: SpriteRequest) -> np.ndarray:
    rng = np.random.default_rng(request.seed)
    shape = (request.num_frames, request.height, request.width, 4)
    return rng.integers(0, 256, shape, dtype=np.uint8)


def requests(count: int) -> list[SpriteRequest]:
    return [
        SpriteRequest(prompt="x", seed=seed, num_frames=2, width=16, height=32)
        for seed in range(count)
    ]


def test_clips_come_back_in_order_to_the_byte(tmp_path: Path):
    asked, lines = requests(19), list[str]()
    frames = generate_cached(SeededMaker(), asked, model="m", cache=tmp_path, report=lines.append)
    assert (frames == np.stack([noise(request) for request in asked])).all()
    assert lines == ["16 of 19 clips", "19 of 19 clips"]


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path):
    asked = requests(10)
    with pytest.raises(KeyboardInterrupt):
        generate_cached(SeededMaker(7), asked, model="m", cache=tmp_path, report=print)
    rest = SeededMaker()
    frames = generate_cached(rest, asked, model="m", cache=tmp_path, report=print)
    assert rest.made == 3
    assert (frames == np.stack([noise(request) for request in asked])).all()


def test_another_network_makes_its_own_clips(tmp_path: Path):
    make = SeededMaker()
    for model in ("a", "b", "a"):
        generate_cached(make, requests(2), model=model, cache=tmp_path, report=print)
    assert make.made == 4


def test_png_keeps_every_byte():
    frame = noise(requests(1)[0])[0]
    assert (np.asarray(Image.open(io.BytesIO(png_of(frame)))) == frame).all()
