from hypothesis import given
from hypothesis import strategies as st

from toolkit.runtime.world_memory import FrameMemory, Kept, cells_in_view, choose_keyframes

VIEW = (3, 3)


def walk(memory: FrameMemory, places: list[tuple[float, float]]) -> None:
    for time, place in enumerate(places):
        memory.admit(Kept(time=time, place=place))


def test_the_newest_frames_stay_and_a_place_left_behind_is_remembered():
    memory = FrameMemory(recents=2, keyframes=2, view=VIEW)
    walk(memory, [(0, 0), *[(0, 20)] * 50])
    assert memory.times[0] == 0
    assert memory.times[-2:] == [49, 50]


def test_of_two_views_of_one_place_the_older_is_forgotten():
    kept = [Kept(time=0, place=(0, 0)), Kept(time=1, place=(0, 0)), Kept(time=2, place=(0, 9))]
    chosen = choose_keyframes([Kept(time=9, place=(50, 50))], kept, view=VIEW, most=2)
    assert [frame.time for frame in chosen] == [1, 2]


steps = st.sampled_from([(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)])


@given(st.lists(steps, min_size=1, max_size=60))
def test_slots_are_never_shared_and_the_recent_frames_are_always_there(ways: list[tuple[int, int]]):
    memory = FrameMemory(recents=3, keyframes=2, view=VIEW)
    at = (0, 0)
    for time, (down, right) in enumerate(ways):
        at = (at[0] + down, at[1] + right)
        slot = memory.admit(Kept(time=time, place=at))
        assert memory.slots[slot].time == time
        assert 0 <= slot < 5
        assert memory.times[-3:] == list(range(max(0, time - 2), time + 1))
        assert len(memory.times) == len(set(memory.times)) <= 5


def test_a_view_shows_its_cells():
    assert cells_in_view((4.0, -1.0), (2, 1)) == {(4, -1), (5, -1)}
