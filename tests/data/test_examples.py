from __future__ import annotations

import numpy as np

from toolkit.data.datasets import Mixture
from toolkit.data.examples import turn_example

VIEWS = 16


def numbered_turn() -> np.ndarray:
    """A turn whose every pixel says which view it is."""
    return np.tile(np.arange(VIEWS, dtype=np.uint8)[:, None, None, None], (1, 64, 64, 4))


def test_a_turn_starts_anywhere_and_each_frame_knows_its_azimuth():
    rng, starts = np.random.default_rng(0), set[int]()
    for _ in range(300):
        example = turn_example(numbered_turn(), "a chair", 8, rng)
        views = example.frames[:, 0, 0, 0].astype(int)
        assert ((views[1:] - views[:-1]) % VIEWS == 2).all()
        told = 2 * np.pi * views / VIEWS
        np.testing.assert_allclose(example.control[:, 3], 1)
        np.testing.assert_allclose(example.control[:, 4], np.sin(told), atol=1e-6)
        np.testing.assert_allclose(example.control[:, 5], np.cos(told), atol=1e-6)
        phase = 2 * np.pi * np.arange(8) / 8
        np.testing.assert_allclose(example.control[:, 1], np.sin(phase), atol=1e-6)
        np.testing.assert_allclose(example.control[:, 2], np.cos(phase), atol=1e-6)
        starts.add(int(views[0]))
    assert starts == set(range(VIEWS))


def test_a_single_view_knows_its_azimuth():
    example = turn_example(numbered_turn(), "a chair", 1, np.random.default_rng(1))
    (view,) = example.frames[:, 0, 0, 0].astype(int)
    np.testing.assert_allclose(example.control[0, 4], np.sin(2 * np.pi * view / VIEWS), atol=1e-6)
    assert example.frames.shape == (1, 64, 64, 4)
    assert example.control.shape == (1, 12)


def test_a_mixture_draws_turns_of_props_without_packs():
    batch = Mixture(None, weights={"props": 1.0}, num_frames=8, seed=0, pool_size=8).batch(4)
    assert all(words.endswith("3d turntable") for words in batch.captions)
    assert batch.loop
    assert (batch.control[:, :, 3] == 1).all()
