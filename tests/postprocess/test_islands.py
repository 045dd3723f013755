import numpy as np

from toolkit.postprocess.islands import component_sizes, grow, label, nearest_outside, outline


def test_labels_join_corners_only_when_asked() -> None:
    mask = np.eye(3, dtype=bool)[None]
    assert label(mask, diagonal=True)[1] == 1
    assert label(mask, diagonal=False)[1] == 3


def test_frames_are_joined_only_when_asked() -> None:
    mask = np.ones((3, 2, 2), bool)
    assert label(mask, diagonal=False)[1] == 1
    assert label(mask, diagonal=False, across_frames=False)[1] == 3


def test_a_loop_joins_the_last_frame_with_the_first() -> None:
    mask = np.zeros((3, 4, 4), bool)
    mask[0, 1, 1] = mask[2, 2, 2] = True
    assert component_sizes(mask, diagonal=True, loop=False)[mask].tolist() == [1, 1]
    assert component_sizes(mask, diagonal=True, loop=True)[mask].tolist() == [2, 2]
    assert component_sizes(mask, diagonal=False, loop=True)[mask].tolist() == [1, 1]


def test_sizes_are_zero_outside_the_mask() -> None:
    assert not component_sizes(np.zeros((2, 3, 3), bool), diagonal=True, loop=True).any()


def test_grow_stops_after_its_steps() -> None:
    within = np.ones((1, 1, 9), bool)
    seed = np.zeros_like(within)
    seed[0, 0, 0] = True
    assert grow(seed, within=within, steps=2).sum() == 3


def test_the_outline_of_a_square_is_its_ring() -> None:
    mask = np.zeros((1, 6, 6), bool)
    mask[0, 1:5, 1:5] = True
    assert outline(mask).sum() == 12


def test_nearest_outside_points_at_the_closest_pixel() -> None:
    rows, columns = nearest_outside(np.array([[False, True, True, True, False]]))
    assert rows.tolist() == [0, 0, 0]
    assert columns.tolist()[0] == 0
    assert columns.tolist()[2] == 4
