from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiny_world import SHAPE, make_tiny_world
from toolkit.errors import BadRequest, ModelMismatch, ModelNotFound
from toolkit.pipelines.world import REWIND, Ablation, WorldModelEnv, make_vector
from toolkit.runtime.world_bundle import (
    SHIPPED_WORLDS,
    WorldModel,
    frame_of,
    load_world,
    tokens_of,
    world_folder,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> WorldModel:
    return load_world(make_tiny_world(tmp_path_factory.mktemp("world")))


def frames_of(env: WorldModelEnv, actions: list[int]) -> list[bytes]:
    return [env.step(action)[0].tobytes() for action in actions]


def begun(world: WorldModel, seed: int = 5) -> WorldModelEnv:
    env = WorldModelEnv(world)
    env.reset(seed=seed)
    return env


ACTIONS = [2, 2, 1, 0, 2, 1, 1, 2, 0, 2]


def test_equal_seeds_and_actions_give_equal_frames_and_others_do_not(world: WorldModel):
    first = frames_of(begun(world), ACTIONS)
    assert frames_of(begun(world), ACTIONS) == first
    assert frames_of(begun(world, seed=8), ACTIONS) != first
    assert len(set(first)) == len(first)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.integers(0, 2), max_size=12), st.lists(st.integers(0, 2), min_size=1, max_size=6)
)
def test_a_snapshot_goes_on_bit_for_bit(world: WorldModel, before: list[int], after: list[int]):
    env = begun(world)
    frames_of(env, before)
    kept = env.snapshot()
    went_on = frames_of(env, after)
    other = WorldModelEnv(world)
    other.reset(seed=1)
    frames_of(other, [2, 2, 2, 2, 2, 2, 2])
    other.restore(kept)
    assert other.snapshot() == kept
    assert frames_of(other, after) == went_on


def test_a_branch_leaves_its_origin_alone(world: WorldModel):
    env = begun(world)
    frames_of(env, ACTIONS)
    branch = env.branch()
    frames_of(branch, [1, 1, 1])
    twin = begun(world)
    frames_of(twin, ACTIONS)
    assert env.snapshot() == twin.snapshot()
    assert frames_of(env, ACTIONS) == frames_of(twin, ACTIONS)


def test_rewinding_is_as_if_it_had_not_been(world: WorldModel):
    env = begun(world)
    frames_of(env, ACTIONS)
    kept = env.snapshot()
    frames_of(env, [2, 1, 1, 0, 2, 2, 2])
    env.rewind(7)
    assert env.snapshot() == kept
    with pytest.raises(BadRequest, match="10 can be taken back"):
        env.rewind(11)


def test_only_so_many_frames_can_be_taken_back(world: WorldModel):
    env = begun(world)
    frames_of(env, [2] * (REWIND + 3))
    with pytest.raises(BadRequest, match=f"{REWIND} can be"):
        env.rewind(REWIND + 1)


def test_it_is_a_gymnasium_environment(world: WorldModel):
    check_env(WorldModelEnv(world), skip_render_check=True)


def test_a_vector_of_games_plays_each_as_if_alone(world: WorldModel):
    games = make_vector(world, 2)
    games.reset(seed=[5, 8])
    seen = [games.step(np.array([action, action]))[0].copy() for action in ACTIONS]
    for index, seed in enumerate((5, 8)):
        alone = frames_of(begun(world, seed), ACTIONS)
        assert [frames[index].tobytes() for frames in seen] == alone


def test_a_game_starts_with_the_frame_it_is_given(world: WorldModel):
    image = np.random.default_rng(3).integers(0, 256, (*SHAPE.size, 3), np.uint8)
    env = WorldModelEnv(world)
    first, info = env.reset(seed=1, options={"start": image})
    assert np.array_equal(first, image)
    assert info["frame_index"] == 0
    shown, _ = env.reset(seed=1, options={"start": np.stack([image, image]), "actions": [2]})
    assert np.array_equal(shown, image)


@pytest.mark.parametrize(
    "ablation",
    [Ablation(keyframes=False), Ablation(anchors=False), Ablation(actions=False),
     Ablation(recall=False)],
)  # fmt: skip
def test_what_is_remembered_can_be_turned_off(world: WorldModel, ablation: Ablation):
    whole = frames_of(begun(world), ACTIONS)
    env = WorldModelEnv(world, ablation=ablation)
    env.reset(seed=5)
    assert frames_of(env, ACTIONS) != whole


@pytest.mark.parametrize(
    ("part", "ablation"),
    [("anchored", Ablation(anchors=False)), ("recall", Ablation(recall=False))],
)
def test_a_bundle_that_learned_to_do_without_plays_without(
    world: WorldModel, part: str, ablation: Ablation
):
    shape = replace(world.card.shape, **{part: False})
    without = replace(world, card=replace(world.card, shape=shape))
    env = WorldModelEnv(world, ablation=ablation)
    env.reset(seed=5)
    assert frames_of(begun(without), ACTIONS) == frames_of(env, ACTIONS)


def test_a_shipped_world_goes_by_its_name_unless_a_folder_here_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    for name, folder in SHIPPED_WORLDS.items():
        assert world_folder(name) == folder
        assert load_world(folder).card.name == name
    (tmp_path / "crafter").mkdir()
    assert world_folder("crafter") == Path("crafter")
    with pytest.raises(ModelNotFound, match="chess"):
        load_world(world_folder("chess"))


def test_cells_that_the_client_says_change_the_picture(world: WorldModel):
    env = begun(world)
    env.say_cells(np.full((SHAPE.rows, SHAPE.columns), 7))
    said = frames_of(env, [0])
    assert said != frames_of(begun(world), [0])
    env = begun(world)
    env.say_cells(np.full((SHAPE.rows, SHAPE.columns), 7))
    env.say_cells(None)
    assert frames_of(env, [0]) == frames_of(begun(world), [0])
    with pytest.raises(BadRequest, match=r"must be \[3, 4\]"):
        env.say_cells(np.zeros((2, 2), np.int64))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": np.zeros((16, 16, 3), np.uint8)}, r"takes \[24, 32, 3\]"),
        ({"start": np.zeros((2, 24, 32, 3), np.uint8)}, "0 actions are given for 2 frames"),
        ({"start": b"PK"}, "no whole snapshot"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(world: WorldModel, options: dict, words: str):
    with pytest.raises(BadRequest, match=words):
        WorldModelEnv(world).reset(seed=1, options=options)


def test_an_unknown_action_and_a_game_not_begun_are_refused(world: WorldModel):
    with pytest.raises(BadRequest, match="action is 3; this world has 0 to 2"):
        begun(world).step(3)
    with pytest.raises(BadRequest, match="call reset first"):
        WorldModelEnv(world).step(0)


def test_every_cut_snapshot_is_refused_and_harms_nothing(world: WorldModel):
    env = begun(world)
    frames_of(env, ACTIONS)
    kept = env.snapshot()
    for end in (0, 10, len(kept) // 2, len(kept) - 1):
        with pytest.raises(BadRequest, match="no whole snapshot"):
            env.restore(kept[:end])
    assert env.snapshot() == kept


def test_a_snapshot_of_another_bundle_is_refused(world: WorldModel, tmp_path: Path):
    folder = make_tiny_world(tmp_path / "other")
    card = folder / "model.json"
    card.write_text(card.read_text().replace('"name": "strip"', '"name": "other"'))
    other = WorldModelEnv(load_world(folder))
    other.reset(seed=1)
    with pytest.raises(BadRequest, match="open it with the bundle that made it"):
        other.restore(begun(world).snapshot())


def test_a_changed_or_missing_file_is_refused(tmp_path: Path):
    folder = make_tiny_world(tmp_path / "world")
    with (folder / "world.onnx").open("ab") as graph:
        graph.write(b"!")
    with pytest.raises(ModelMismatch, match="damaged or was changed"):
        load_world(folder)
    with pytest.raises(ModelNotFound):
        load_world(tmp_path / "nothing")


def test_cells_and_frames_are_two_ways_to_write_one_picture():
    frames = np.random.default_rng(0).integers(0, 256, (2, *SHAPE.size, 3), np.uint8)
    assert np.array_equal(frame_of(tokens_of(frames, SHAPE), SHAPE), frames)
