from dataclasses import replace

import numpy as np

from tests.tiny_world import SHAPE, Strip
from toolkit.data.games.game import ScriptPlayer as Script
from toolkit.data.games.game import Sight, play_once
from toolkit.data.world_windows import to_track, window_of

FRAMES = np.arange(4, 4 + SHAPE.recents)


class NamedStrip(Strip):
    """A strip that tells of its upper row what it shows."""

    def _sight(self, moved: int) -> Sight:
        cells = np.zeros((SHAPE.rows, SHAPE.columns), np.uint8)
        cells[0] = 5
        return replace(super()._sight(moved), semantic=cells)


def test_what_is_said_is_not_recalled_so_that_it_is_learned_to_be_drawn():
    episode = play_once(NamedStrip(), Script([1, 0, 2, 2, 1, 0, 1, 2]), steps=8, seed=3)
    track = to_track(episode, SHAPE)
    own = np.zeros(track.seen.shape, np.bool_)
    told = window_of(track, FRAMES, SHAPE, own=own, missing=0, said=True)
    untold = window_of(track, FRAMES, SHAPE, own=own, missing=0, said=False)
    named = told["cells"] == 5
    assert named.any()
    assert untold["recalled"][named].any()
    assert not told["recalled"][named].any()
    assert (told["recalled_from"][named] == -1).all()
    for part in ("recalled", "recalled_from"):
        assert np.array_equal(told[part][~named], untold[part][~named])


def test_without_recall_a_cell_is_handed_only_what_the_frame_before_showed():
    episode = play_once(NamedStrip(), Script([1, 1, 1, 2, 2, 1, 0, 2]), steps=8, seed=3)
    short = replace(SHAPE, recall=False)
    track, own = to_track(episode, SHAPE), np.zeros((9, SHAPE.tokens), np.bool_)
    kept = window_of(track, FRAMES, short, own=own, missing=0, said=False)
    whole = window_of(track, FRAMES, SHAPE, own=own, missing=0, said=False)
    before = track.seen[FRAMES] == FRAMES[:, None] - 1
    assert before.any()
    assert (~before & (track.seen[FRAMES] >= 0)).any()
    assert not kept["recalled"][~before].any()
    assert (kept["recalled_from"][~before] == -1).all()
    for part in ("recalled", "recalled_from"):
        assert np.array_equal(kept[part][before], whole[part][before])
