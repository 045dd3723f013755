from dataclasses import replace

import numpy as np
import pytest

from tests.tiny_world import Strip, make_tiny_world
from toolkit.evaluation.world_rollouts import Recorder, Take, copied, dream, real
from toolkit.pipelines.world import Ablation
from toolkit.runtime.world_bundle import WorldModel, load_world

ACTIONS = [2, 2, 1, 0, 2, 1, 1, 2, 0, 2]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> WorldModel:
    return load_world(make_tiny_world(tmp_path_factory.mktemp("world")))


def recorded(given: int = 4) -> Take:
    game = Strip()
    recorder = Recorder(game, game.reset(3), seed=9)
    for action in ACTIONS:
        recorder.act(action)
    return recorder.take(given=given)


def test_a_take_holds_what_the_game_showed_and_where():
    take, game = recorded(), Strip()
    frames = [game.reset(3).frame, *(game.step(action).frame for action in ACTIONS)]
    assert np.array_equal(take.frames, np.stack(frames))
    moved = [0, 1, 1, -1, 0, 1, -1, -1, 1, 0, 1]
    assert take.places.tolist() == [[0, column] for column in np.cumsum(moved)]
    assert take.frames[take.dreamt].shape[0] == len(ACTIONS) + 1 - 4


def test_a_part_of_a_take_begins_anew():
    whole = recorded()
    part = whole.part(3, 2, 8)
    assert np.array_equal(part.frames, whole.frames[3:8])
    assert part.actions.tolist() == ACTIONS[3:7]
    assert part.places[0].tolist() == [0, 0]
    assert np.array_equal(part.places, whole.places[3:8] - whole.places[3])


def test_a_dream_is_the_same_each_time_and_belongs_to_frames_actions_and_seed(world: WorldModel):
    take = recorded()
    first = dream(world, take)
    assert first.frames.shape == take.frames[take.dreamt].shape
    assert np.array_equal(dream(world, take).frames, first.frames)
    acted = replace(take, actions=take.actions[::-1].copy())
    for other in (replace(take, seed=10), acted, replace(take, frames=255 - take.frames)):
        assert not np.array_equal(dream(world, other).frames, first.frames)


def test_no_dream_sees_a_frame_that_is_not_given(world: WorldModel):
    take = recorded()
    blind = take.frames.copy()
    blind[take.dreamt] = 0
    made = dream(world, take)
    assert np.array_equal(dream(world, replace(take, frames=blind)).frames, made.frames)


def test_an_action_acts_on_the_very_next_frame(world: WorldModel):
    take = recorded()
    late = take.actions.copy()
    late[6] = (late[6] + 1) % 3
    first, other = dream(world, take), dream(world, replace(take, actions=late))
    same = (first.frames == other.frames).all((1, 2, 3))
    assert same.tolist()[:4] == [True, True, True, False]


def test_the_camera_is_counted_from_the_last_given_frame(world: WorldModel):
    take = recorded()  # the tiny world always moves its camera as the game does
    assert np.array_equal(dream(world, take).places, take.places[take.dreamt])
    astray = replace(take, places=take.places + 5)
    assert np.array_equal(dream(world, astray).places, astray.places[take.dreamt])


def test_an_ablation_is_passed_on(world: WorldModel):
    take = recorded()
    deaf = dream(world, take, ablation=Ablation(actions=False))
    assert not np.array_equal(deaf.frames, dream(world, take).frames)


def test_copy_and_real_have_the_frames_that_a_dream_has():
    take = recorded()
    assert np.array_equal(real(take).frames, take.frames[4:])
    assert np.array_equal(real(take).places, take.places[4:])
    assert (copied(take).frames == take.frames[3]).all()
    assert copied(take).frames.shape == real(take).frames.shape
