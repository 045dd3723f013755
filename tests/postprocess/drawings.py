"""Small sprites drawn with numpy, and random clips for hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from toolkit.clip import Clip, FrameTag

RED, BLUE, GREEN = (200, 30, 30, 255), (30, 60, 200, 255), (20, 160, 60, 255)


def blank(frames: int = 4, size: int = 24) -> NDArray[np.uint8]:
    return np.zeros((frames, size, size, 4), np.uint8)


def walker(frames: int = 4, size: int = 24) -> Clip:
    """A red body on blue legs that swing; binary alpha, feet on row ``size - 3``."""
    pixels = blank(frames, size)
    middle, ground = size // 2, size - 2
    pixels[:, ground - 14 : ground - 4, middle - 4 : middle + 4] = RED
    for index in range(frames):
        swing = (0, 1, 0, -1)[index % 4]
        pixels[index, ground - 4 : ground, middle - 3 + swing : middle - 1 + swing] = BLUE
        pixels[index, ground - 4 : ground, middle + 1 - swing : middle + 3 - swing] = BLUE
    return Clip(frames=pixels, fps=8)


def as_generated(clip: Clip, *, seed: int = 0) -> Clip:
    """The clip as a network would write it: premultiplied, noisy, alpha near 0 and 255."""
    pixels = Clip.to_float(clip.frames)
    noise = np.random.default_rng(seed).normal(0, 0.02, pixels.shape).astype(np.float32)
    return clip.with_frames(Clip.from_float(pixels * np.float32(0.97) + noise))


def clips(*, max_frames: int = 5, max_side: int = 9) -> st.SearchStrategy[Clip]:
    """Clips of any pixels, some half transparent or few-coloured, with any tags."""
    shapes = st.tuples(
        st.integers(1, max_frames), st.integers(1, max_side), st.integers(1, max_side), st.just(4)
    )
    levels = st.sampled_from(
        [st.integers(0, 255), st.sampled_from([0, 4, 100, 127, 128, 250, 255])]
    )

    def build(shape: tuple[int, ...], elements: st.SearchStrategy[int]) -> st.SearchStrategy[Clip]:
        frames = hnp.arrays(np.uint8, shape, elements=elements)
        return st.builds(_tagged, frames, st.lists(_tag(shape[0]), max_size=3))

    return st.tuples(shapes, levels).flatmap(lambda pair: build(*pair))


def _tag(frames: int) -> st.SearchStrategy[tuple[int, int, bool]]:
    return st.tuples(st.integers(0, frames - 1), st.integers(1, frames), st.booleans())


def _tagged(frames: NDArray[np.uint8], cuts: list[tuple[int, int, bool]]) -> Clip:
    tags = tuple(
        FrameTag(name=f"tag{index}", start=start, stop=max(stop, start + 1), loop=loop)
        for index, (start, stop, loop) in enumerate(cuts)
    )
    return Clip(frames=frames, fps=10, tags=tags)
