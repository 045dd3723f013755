from __future__ import annotations

import numpy as np
import pytest

from toolkit.conditioning.control import SHIFT, control_vectors
from toolkit.data.datasets import Mixture
from toolkit.data.examples import Example, moved, procedural_example, turn_example
from toolkit.data.procedural.clips import sample_clip

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


@pytest.mark.parametrize("seed", range(4))
def test_a_mixture_draws_turns_of_props_without_packs(seed: int):
    batch = Mixture(None, weights={"props": 1.0}, num_frames=8, seed=seed, pool_size=8).batch(4)
    assert all(words.endswith("3d turntable") for words in batch.captions)
    assert batch.loop
    assert (batch.control[:, :, 3] == 1).all()


def test_things_stand_anywhere_and_the_network_is_told_where():
    rng = np.random.default_rng(0)
    shifts: dict[str, list[tuple[int, int]]] = {}
    for _ in range(600):
        clip = sample_clip(rng, num_frames=4)
        frames, control = clip.frames, control_vectors(4, loop=clip.loop)
        example = procedural_example(clip, 4, rng)
        right, down = (round(16 * told) for told in example.control[0, SHIFT].tolist())
        control[:, SHIFT] = right / 16, down / 16
        assert example.control.tobytes() == control.tobytes()
        assert example.frames.tobytes() == np.roll(frames, (down, right), (1, 2)).tobytes()
        for axis, shift in ((1, right), (2, down)):  # nothing comes in again at the other side
            seen = np.flatnonzero(frames[..., 3].any((0, axis)))
            assert not len(seen) or (seen[0] + shift >= 0 and seen[-1] + shift < 64)
        shifts.setdefault(type(clip.labels).__name__, []).append((right, down))
    share = {kind: np.array(steps).any(1).mean() for kind, steps in shifts.items()}
    assert share["CharacterLabels"] == share["EffectLabels"] == 0
    assert 0.15 < share["CreatureLabels"] < share["ItemLabels"] < 0.65
    assert {abs(step) for steps in shifts["ItemLabels"] for step in steps} == set(range(11))


def test_what_is_not_there_is_not_moved():
    clear = Example(
        frames=np.zeros((2, 64, 64, 4), np.uint8), caption="", control=control_vectors(2, loop=True)
    )
    assert moved(clear, 10, np.random.default_rng(0)) is clear
