from pathlib import Path

import numpy as np
import pytest

from toolkit.errors import BadRequest
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import DEFAULT_WORLD, load_world
from toolkit.server.bundle_engine import open_engine
from toolkit.server.engine import Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    worlds = {"crafter": str(DEFAULT_WORLD)}
    return open_engine({"bundles": {}, "worlds": worlds, "provider": "cpu", "threads": 1})


def test_a_game_of_the_shipped_world_is_that_of_its_environment(engine: Engine):
    env = WorldModelEnv(load_world())
    first, _ = env.reset(seed=3)
    game = engine.open_world("crafter", 3)
    assert game.actions[:6] == ("noop", "move_left", "move_right", "move_up", "move_down", "do")
    np.testing.assert_array_equal(game.look(), first)
    for action in (2, 2, 4, 5):
        np.testing.assert_array_equal(game.step(action), env.step(action)[0])


def test_a_game_goes_on_from_what_was_kept(engine: Engine):
    game, other = engine.open_world("crafter", 3), engine.open_world("crafter", 4)
    game.step(2)
    other.restore(game.snapshot())
    np.testing.assert_array_equal(other.look(), game.look())
    np.testing.assert_array_equal(other.step(4), game.step(4))


def test_cells_are_said_in_the_shipped_world(engine: Engine):
    env = WorldModelEnv(load_world())
    env.reset(seed=3)
    game = engine.open_world("crafter", 3)
    assert (game.grid.rows, game.grid.columns) == (9, 9)
    assert game.grid.kinds[:3] == ("", "water", "grass")
    cells = np.zeros((9, 9), np.int64)
    cells[:2] = game.grid.kinds.index("water")
    env.say_cells(cells)
    game.say(cells.reshape(-1).tolist())
    np.testing.assert_array_equal(game.step(0), env.step(0)[0])
    assert 0.5 < game.health.valid <= 1
    with pytest.raises(BadRequest, match="3 cells are said; this world takes 81"):
        game.say([1, 2, 3])


def test_a_world_that_is_not_there(engine: Engine):
    with pytest.raises(BadRequest, match="no world 'doom'; this server has crafter"):
        engine.open_world("doom", 1)
    bare = open_engine({"bundles": {}, "worlds": {}, "provider": "cpu", "threads": 1})
    with pytest.raises(BadRequest, match="start it with --world FOLDER"):
        bare.open_world("doom", 1)


def test_the_shipped_world_is_small():
    assert sum(path.stat().st_size for path in Path(DEFAULT_WORLD).iterdir()) < 30e6
