import numpy as np
import pytest

from toolkit.data.games.doom import Doom, DoomPlayer
from toolkit.data.games.game import play_once


@pytest.fixture(scope="module")
def game() -> Doom:
    return Doom()


def test_equal_seeds_give_equal_games_and_other_seeds_others(game: Doom):
    one, two, other = (
        play_once(game, DoomPlayer(game, np.random.default_rng(0)), steps=12, seed=seed)
        for seed in (1, 1, 2)
    )
    assert one.clip.frames.shape == (13, 72, 72, 4)
    assert np.array_equal(one.clip.frames, two.clip.frames)
    assert not np.array_equal(one.clip.frames, other.clip.frames)


def test_turning_moves_the_camera_to_that_side(game: Doom):
    game.reset(1)
    left = [game.step(game.action_names.index("left")).motion for _ in range(3)]
    right = [game.step(game.action_names.index("right")).motion for _ in range(3)]
    assert all(down == 0 and column < 0 for down, column in left)
    assert all(down == 0 and column > 0 for down, column in right)
    assert game.step(game.action_names.index("noop")).motion == (0, 0)
