from __future__ import annotations

import numpy as np
import pytest

from toolkit.data.props.orbits import COLORS, ELEVATION, KINDS, WORDS, caption, sample_turn
from toolkit.data.props.parts import Dice
from toolkit.data.props.solids import build
from toolkit.data.sources.turntable import shows_enough, turntable


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stands_in_the_frame_and_looks_different_from_its_sides(kind: str):
    dice = Dice(rng=np.random.default_rng(5), accent=COLORS["blue"])
    mesh = build(KINDS[kind](dice), COLORS["red"])
    assert mesh.bounds[0][1] > -0.35  # nothing hangs far below the ground
    frames = turntable(mesh, ELEVATION)
    assert shows_enough(frames)
    assert not frames[:, [0, -1]][..., 3].any()
    assert not frames[:, :, [0, -1]][..., 3].any()
    assert any((frame != frames[0]).any() for frame in frames[1:])


def test_the_same_seed_gives_the_same_turn_and_another_another():
    first, again, other = (sample_turn(np.random.default_rng(seed)) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.frames, again.frames)
    assert first.caption == again.caption
    assert first.frames.shape == other.frames.shape == (16, 64, 64, 4)
    assert (first.frames != other.frames).any()


def test_captions_name_kind_and_colour_and_end_as_those_of_the_packs():
    rng = np.random.default_rng(0)
    for kind in KINDS:
        for color in COLORS:
            words = caption(kind, color, rng)
            assert words.endswith(" rotating, 3d turntable")
            assert any(name in words for name in WORDS.get(kind, (kind,)))
    drawn = [caption("chair", "gray", rng) for _ in range(300)]
    assert {"gray chair", "grey chair", "a gray chair", "chair"} <= {
        words.removesuffix(" rotating, 3d turntable") for words in drawn
    }
