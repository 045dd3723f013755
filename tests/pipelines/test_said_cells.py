"""Engine-conditioned play: what the client says is what the shipped world draws."""

import numpy as np
import pytest
from numpy.typing import NDArray

from toolkit.data.games.crafter import CELL_NAMES, ROWS, Crafter
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import WorldModel, cut_cells, load_world

LAND = ("water", "grass", "stone", "path", "sand", "tree")
KINDS = [CELL_NAMES.index(name) for name in LAND]
PLAYER = (ROWS // 2, 4)


@pytest.fixture(scope="module")
def world() -> WorldModel:
    return load_world()


@pytest.fixture(scope="module")
def looks(world: WorldModel) -> dict[int, NDArray[np.uint8]]:
    """What each kind of land looks like by day in the real game, uint8 ``[192]``."""
    found: dict[int, NDArray[np.uint8]] = {}
    game, land = Crafter(), set(KINDS)
    for seed in range(8):
        sight = game.reset(seed, time=30)
        for action in [0, *[2] * 6, *[3] * 6]:
            sight = game.step(action)
            assert sight.semantic is not None
            cells = cut_cells(sight.frame, world.card.shape)
            found |= {
                kind: pixels
                for kind, pixels in zip(sight.semantic.reshape(-1).tolist(), cells, strict=True)
                if kind in land
            }
        if len(found) == len(KINDS):
            return found
    raise AssertionError("eight worlds have every kind of land")


def shown_kinds(
    frame: NDArray[np.uint8], world: WorldModel, looks: dict[int, NDArray[np.uint8]]
) -> NDArray[np.int64]:
    """The kind of land that each cell in view looks most like, ``[7, 9]``."""
    cells = cut_cells(frame, world.card.shape)[: ROWS * 9].astype(int)
    apart = [((cells - looks[kind]) ** 2).mean(1) for kind in KINDS]
    return np.array(KINDS)[np.argmin(apart, 0)].reshape(ROWS, 9)


def draw_map(seed: int, columns: int = 9) -> NDArray[np.int64]:
    """Random land ``[7, columns]`` with a meadow to walk along in the middle."""
    land = np.random.default_rng(seed).choice(KINDS, (ROWS, columns))
    land[PLAYER[0]] = CELL_NAMES.index("grass")
    return land


def as_said(land: NDArray[np.int64], left: int = 0) -> NDArray[np.int64]:
    """What a client says that looks at the land from a column on; the display is the world's."""
    said = np.zeros((9, 9), np.int64)
    said[:ROWS] = land[:, left : left + 9]
    said[PLAYER] = CELL_NAMES.index("player")
    return said


def share_right(seen: NDArray[np.int64], said: NDArray[np.int64]) -> float:
    others = np.ones((ROWS, 9), bool)
    others[PLAYER] = False
    return float((seen == said[:ROWS])[others].mean())


def begun(world: WorldModel, seed: int) -> WorldModelEnv:
    env = WorldModelEnv(world)
    env.reset(seed=seed, options={"phase": 0.1})
    return env


def test_what_is_said_is_shown_far_more_often_than_chance(
    world: WorldModel, looks: dict[int, NDArray[np.uint8]]
):
    """At once, against all that the world remembers; unsaid, its own land stays."""
    said_right, unsaid_right = list[float](), list[float]()
    for seed in range(6):
        said = as_said(draw_map(seed))
        for told, right in ((said, said_right), (None, unsaid_right)):
            env = begun(world, seed)
            env.say_cells(told)
            right.append(share_right(shown_kinds(env.step(0)[0], world, looks), said))
    assert np.mean(unsaid_right) < 0.4  # one in six by chance, and the meadow
    assert np.mean(said_right) > 0.9


def test_a_walk_through_the_clients_land_shows_it_and_what_changes_in_it(
    world: WorldModel, looks: dict[int, NDArray[np.uint8]]
):
    env, land = begun(world, 2), draw_map(9, columns=24)
    shares: list[float] = []
    for left in range(12):
        said = as_said(land, left)
        env.say_cells(said)
        shares.append(share_right(shown_kinds(env.step(2)[0], world, looks), said))
    assert np.mean(shares) > 0.9
    for name in ("stone", "water", "sand"):  # the client's engine puts something at one place
        kind = CELL_NAMES.index(name)
        land[1, 14] = kind
        said = as_said(land, 11)
        env.say_cells(said)
        seen = shown_kinds(env.step(0)[0], world, looks)
        assert seen[1, 3] == kind
        assert share_right(seen, said) > 0.9
