import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny_world import SHAPE
from toolkit.runtime.world_map import MOST_CELLS, WorldMap

PLACES = st.tuples(st.integers(-4, 4), st.integers(-4, 4)).map(lambda at: (float(at[0]), at[1] / 1))


def sight(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (SHAPE.tokens, 192), np.uint8)


def test_a_cell_is_recalled_where_it_then_lies_and_the_display_is_of_the_last_frame():
    seen, first, last = WorldMap(SHAPE), sight(1), sight(2)
    seen.see((0.0, 0.0), first, 0)
    found = seen.recall((1.0, 2.0), last)
    assert np.array_equal(found[:, 192], [1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    assert np.allclose(found[:2, :192], first[6:8] / 127.5 - 1, atol=1e-6)
    assert not found[2:8].any()
    assert np.allclose(found[8:, :192], last[8:] / 127.5 - 1, atol=1e-6)


def test_what_was_not_seen_since_a_frame_can_be_left_out():
    seen = WorldMap(SHAPE)
    seen.see((0.0, 0.0), sight(1), 0)
    seen.see((0.0, 1.0), sight(2), 1)
    assert np.array_equal(seen.recall((0.0, 0.0), None, since=1)[:8, 192], [0, 1, 1, 1] * 2)


@given(st.lists(PLACES, max_size=12), PLACES)
def test_taking_back_and_packing_give_the_same_map(walk: list[tuple[float, float]], then: tuple):
    seen = WorldMap(SHAPE)
    for time, place in enumerate(walk):
        seen.see(place, sight(time), time)
    before = dict(seen.cells)
    seen.undo(seen.see(then, sight(99), 99))
    assert seen.cells == before
    packed = seen.pack()
    other = WorldMap(SHAPE)
    other.unpack(packed["map_cells"], packed["map_times"], packed["map_pixels"])
    assert other.cells == before


def test_a_world_without_end_is_forgotten_from_its_beginning():
    seen, shown = WorldMap(SHAPE), sight(1)
    time = 0
    while len(seen.cells) + 8 <= MOST_CELLS:
        seen.see((0.0, 4.0 * time), shown, time)
        time += 1
    before = dict(seen.cells)
    taken = seen.see((0.0, 4.0 * time), shown, time)
    assert len(seen.cells) <= MOST_CELLS
    assert (0, 0) not in seen.cells
    assert (0, 4 * time) in seen.cells
    seen.undo(taken)
    assert seen.cells == before
