import numpy as np
import pytest

from toolkit.data.games.crafter import CELL_NAMES, Crafter
from toolkit.evaluation.crafter_takes import (
    CHANGES,
    GIVEN,
    condition,
    free_play,
    left_change,
    waiting,
    watched_change,
)
from toolkit.evaluation.tiles import is_day
from toolkit.evaluation.world_rollouts import real


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Crafter:
    return Crafter(area=(32, 32), worlds=tmp_path_factory.mktemp("worlds"), gifts=True)


def test_free_play_is_by_day_awake_and_the_same_each_time(game: Crafter):
    play = free_play(game, 11, steps=24)
    take = play.take
    assert is_day(take.phases).all()
    assert game.action_names.index("sleep") not in take.actions
    assert (take.given, len(take.frames)) == (GIVEN, GIVEN + 24)
    assert np.array_equal(free_play(game, 11, steps=24).take.frames, take.frames)
    assert play.otherwise.frames.shape == real(take).frames.shape


def test_other_dice_part_the_worlds_only_after_the_given_frames(game: Crafter):
    play = free_play(game, 12, steps=24)
    before = play.take.places[GIVEN - 1]
    assert np.abs(play.otherwise.places[0] - before).sum() <= 1
    assert not np.array_equal(play.otherwise.frames, real(play.take).frames)


def test_an_action_is_effective_when_waiting_would_not_do_the_same(game: Crafter):
    game.reset(4, time=0)
    for name, effective in (("noop", False), ("place_furnace", False), ("move_left", True)):
        game.reset(4, time=0, items={"stone": -game.env._player.inventory["stone"]})
        game.env._player.inventory["stone"] = 0
        idle = waiting(game)
        game.step(game.action_names.index(name))
        assert (condition(game) != idle) == effective, name


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_made_by_the_first_action_after_the_given_frames(game: Crafter, change: str):
    found = (watched_change(game, seed, change, steps=12) for seed in range(20, 26))
    changed = next(one for one in found if one is not None)
    take, (down, right) = changed.take, changed.target
    shown = [
        int(cells[down - place[0], right - place[1]])
        for cells, place in zip(take.cells, take.places.tolist(), strict=True)
        if 0 <= down - place[0] < 7
    ]
    assert len(take.frames) == take.given + 13
    assert shown[-14] != changed.kind
    assert shown[-13] == shown[-1] == changed.kind
    wanted = {"tree": "grass", "stone": "path"}.get(change, change.removeprefix("place_"))
    assert CELL_NAMES[changed.kind] == wanted
    assert not changed.hidden().any()


def test_a_change_that_is_left_is_out_of_view_for_the_frames_asked_for(game: Crafter):
    for away in ((2, 8), (9, 24)):
        found = (left_change(game, seed, "tree", away=away) for seed in range(20, 30))
        changed = next(one for one in found if one is not None)
        hidden = changed.hidden()
        assert away[0] <= hidden.sum() <= away[1]
        assert not hidden[0]
        assert not hidden[-1]
        down, right = np.array(changed.target) - changed.take.places[-1]
        assert changed.take.cells[-1, down, right] == changed.kind


def test_what_cannot_be_done_in_a_world_is_left_out(game: Crafter):
    assert left_change(game, 20, "furnace", away=(2, 8)) is None
