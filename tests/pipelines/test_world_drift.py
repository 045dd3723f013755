"""A world of random weights drifts at once: what it dreams looks like none of its first frames."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFilter

from tests.tiny_world import SHAPE, make_tiny_world
from toolkit.data.games.crafter import Crafter
from toolkit.data.games.game import RandomPlayer
from toolkit.pipelines.world import WorldModelEnv
from toolkit.pipelines.world_drift import PATIENCE, Drift, measure
from toolkit.runtime.world_bundle import WorldModel, cut_cells, load_world
from toolkit.runtime.world_memory import Kept
from toolkit.runtime.world_textures import Textures

ACTIONS = [2, 2, 1, 0, 2, 1, 1, 2, 0, 2, 2, 1]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> WorldModel:
    return load_world(make_tiny_world(tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="module")
def world(plain: WorldModel) -> WorldModel:
    cells = cut_cells(plain.starts, SHAPE).reshape(-1, 192)
    return replace(plain, textures=Textures(cells=cells, reach=3.0))


def begun(world: WorldModel, *, anchoring: bool = True) -> WorldModelEnv:
    env = WorldModelEnv(world, anchoring=anchoring)
    env.reset(seed=5)
    return env


def test_without_textures_nothing_is_measured(plain: WorldModel):
    env = begun(plain)
    infos = [env.step(action)[4] for action in ACTIONS]
    assert {info["valid"] for info in infos} == {None}
    assert not any(info["anchored"] for info in infos)


def test_a_drifted_game_is_led_back_to_its_last_clean_frame(world: WorldModel):
    env = WorldModelEnv(world, anchoring=True)
    first, info = env.reset(seed=5)
    assert (info["valid"], info["anchored"]) == (1.0, False)
    seen = [env.step(action) for action in ACTIONS]
    infos = [step[4] for step in seen]
    assert [info["anchored"] for info in infos] == [
        index == PATIENCE for index in range(len(ACTIONS))
    ]
    assert all(info["valid"] < 0.6 for info in infos[:PATIENCE])
    back, info = seen[PATIENCE][0], infos[PATIENCE]
    assert np.array_equal(back, first)
    assert (info["valid"], info["place"], info["frame_index"]) == (1.0, (0.0, 0.0), PATIENCE + 1)


def test_what_was_dreamt_after_it_is_forgotten(world: WorldModel):
    env = begun(world)
    for action in ACTIONS[: PATIENCE + 1]:
        env.step(action)
    seen = [np.frombuffer(one.pixels, np.uint8) for one in env._map.cells.values()]
    assert world.textures is not None
    assert world.textures.valid(np.stack(seen)).all()
    assert {kept.time for kept in env._now.slots.values()} <= {0, PATIENCE + 1}


def test_nobody_is_led_back_unasked(world: WorldModel):
    env = begun(world, anchoring=False)
    assert not any(env.step(action)[4]["anchored"] for action in ACTIONS)
    env = begun(world)
    for action in ACTIONS:
        env.say_cells(np.full((SHAPE.rows, SHAPE.columns), 3))
        assert not env.step(action)[4]["anchored"]


@pytest.mark.parametrize("before", [PATIENCE - 3, PATIENCE, PATIENCE + 1])
def test_it_is_repeated_and_taken_back_to_the_bit(world: WorldModel, before: int):
    env = begun(world)
    for action in ACTIONS[:before]:
        env.step(action)
    kept = env.snapshot()
    went_on = [env.step(action)[0].tobytes() for action in ACTIONS]
    restored = WorldModelEnv(world, anchoring=True)
    restored.reset(seed=1)
    restored.restore(kept)
    assert restored.snapshot() == kept
    assert [restored.step(action)[0].tobytes() for action in ACTIONS] == went_on
    env.rewind(len(ACTIONS))
    assert env.snapshot() == kept
    branch = env.branch()
    assert [branch.step(action)[0].tobytes() for action in ACTIONS] == went_on


def test_a_start_that_looks_like_nothing_of_the_world_is_no_drift(world: WorldModel):
    assert world.textures is not None
    frame = np.random.default_rng(99).integers(0, 256, (*SHAPE.size, 3), np.uint8)
    drift: Drift | None = None
    for time in range(PATIENCE + 2):
        present = Kept(time=time, place=(0.0, 0.0))
        shown = cut_cells(frame, SHAPE)
        drift = measure(world.textures, shown, drift, present=present, frame=frame)
        assert (drift.share, drift.bad, drift.lost) == (0.0, 0, False)


@pytest.mark.parametrize(("time", "most"), [(30, 0.1), (200, 1.0)])
def test_frames_of_the_real_game_look_like_the_shipped_world_and_blurred_ones_do_not(
    time: int, most: float
):
    """In worlds that nobody recorded; at night all is dark, and a blur is near something dark."""
    shipped = load_world()
    assert shipped.textures is not None
    shares: list[tuple[float, float]] = []
    game = Crafter(gifts=True)
    for seed in (9_000_001, 9_000_002, 9_000_003):
        frames = [game.reset(seed, time=time).frame]
        player = RandomPlayer(game, np.random.default_rng(seed))
        frames += [game.step(player.act()).frame for _ in range(12)]
        for frame in frames:
            soft = Image.fromarray(frame).filter(ImageFilter.BoxBlur(3))
            both = (frame, np.asarray(soft))
            real, blurred = (
                shipped.textures.valid(cut_cells(one, shipped.card.shape)) for one in both
            )
            shares.append((real.mean(), blurred[:63].mean()))
    real, blurred = np.mean(shares, 0)
    assert real > 0.97
    assert blurred < most
