from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.data.world_changes import caused_steps, own_changes
from toolkit.episode import Episode

GRASS, TREE, COW, STUMP = 1, 2, 3, 4
WAIT, CHOP = 0, 1


@dataclass(frozen=True)
class Watched:
    """A camera that stands still over one row of cells."""

    episode: Episode
    seen: NDArray[np.int64]
    seen_as: NDArray[np.int64]


def watched(kinds: list[list[int]], actions: list[int], *, named: bool = True) -> Watched:
    frames, cells = len(kinds), len(kinds[0])
    clip = Clip(frames=np.zeros((frames, 8, 8 * cells, 4), np.uint8), fps=10.0)
    tracks = {"semantic": np.array(kinds, np.uint8)[:, None]} if named else {}
    episode = Episode(
        clip=clip, actions=np.array(actions, np.int64), rewards=np.zeros(frames - 1, np.float32),
        terminated=False, tracks=tracks, action_names=("wait", "chop"),
    )  # fmt: skip
    seen = np.repeat(np.arange(-1, frames - 1)[:, None], cells, 1)
    return Watched(episode, seen, np.tile(np.arange(cells), (frames, 1)))


FELLED = watched(
    [[TREE, COW, GRASS], [TREE, GRASS, COW], [STUMP, COW, GRASS], [STUMP, GRASS, COW]],
    [WAIT, CHOP, WAIT],
)
"""One tree falls under the axe while a cow walks to and fro."""


def test_an_action_causes_what_happens_under_it_alone():
    caused = caused_steps([FELLED] * 3, 2, 8)
    assert [tuple(step) for step in np.argwhere(caused)] == [(CHOP, TREE, STUMP)]


def test_what_was_seen_but_twice_is_not_believed():
    assert not caused_steps([FELLED] * 2, 2, 8).any()


def test_own_changes_are_the_cells_that_the_action_before_a_frame_changed():
    changed = own_changes(FELLED, caused_steps([FELLED] * 3, 2, 8))
    assert [tuple(at) for at in np.argwhere(changed)] == [(2, 0)]


def test_a_cell_first_seen_after_the_change_was_not_changed():
    unseen = Watched(FELLED.episode, np.full_like(FELLED.seen, -1), FELLED.seen_as)
    assert not own_changes(unseen, caused_steps([FELLED] * 3, 2, 8)).any()


@pytest.mark.parametrize("ask", ["table", "episode"])
def test_games_that_do_not_name_their_cells_tell_of_no_changes(ask: str):
    nameless = watched([[TREE], [STUMP]], [CHOP], named=False)
    if ask == "table":
        assert not caused_steps([nameless] * 5, 2, 8).any()
    else:
        assert not own_changes(nameless, np.ones((2, 8, 8), np.bool_)).any()
