from pathlib import Path

import numpy as np
import pytest
import torch

from toolkit.data.games.crafter import Crafter
from toolkit.evaluation.inverse_dynamics import (
    SHIFTS,
    InverseRecipe,
    guess_actions,
    inverse_judge,
    lag_of,
    real_pairs,
    unlike,
)

SMALL = InverseRecipe(worlds=4, steps=40, tried=1, epochs=12, batch=32)


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Crafter:
    return Crafter(area=(24, 24), worlds=tmp_path_factory.mktemp("worlds"), gifts=True)


def test_a_judge_reads_steps_in_worlds_it_never_saw_and_is_kept(game: Crafter, tmp_path: Path):
    lines: list[str] = []
    judge = inverse_judge(tmp_path, recipe=SMALL, game=game, report=lines.append)
    again = inverse_judge(tmp_path, recipe=SMALL, game=game, report=lines.append)
    assert len(lines) == 1
    sights, steps = [game.reset(77, time=0)], np.array([3, 3, 1, 1, 4, 4, 2, 2] * 4)
    sights += [game.step(action) for action in steps.tolist()]
    frames = np.stack([sight.frame for sight in sights])
    guessed = guess_actions(judge, frames)
    assert np.array_equal(guess_actions(again, frames), guessed)
    moved = np.array([any(sight.motion) for sight in sights[1:]])
    assert (guessed == steps)[moved].mean() > 0.6


def test_pairs_are_of_waiting_or_of_actions_that_did_something(game: Crafter):
    pairs = list(real_pairs(InverseRecipe(worlds=2, steps=30), game))
    actions = {action for _, _, action in pairs}
    assert game.action_names.index("sleep") not in actions
    assert {0, 1, 2, 3, 4} <= actions
    for before, after, action in pairs:
        assert action == 0 or not np.array_equal(before, after)


def test_a_late_answer_has_a_lag():
    done = np.array([1, 2, 3, 4, 5, 6, 7, 8])
    for lag in (-2, -1, 0, 1, 2):
        peak, agree = lag_of([np.roll(done, lag)], [done])
        assert peak == lag
        assert agree[str(lag)] == 1


def test_frames_are_compared_where_the_camera_would_have_moved(game: Crafter):
    frame = torch.rand(1, 56, 72, 3)
    for down, right in SHIFTS:
        moved = torch.roll(frame, (-8 * down, -8 * right), (1, 2))
        off = unlike(frame, moved, down, right)
        assert (off[off >= 0] == 0).all()
        known = (7 - abs(down)) * (9 - abs(right))
        assert int((off >= 0).sum()) == known
