import numpy as np
from hypothesis import given, settings

from toolkit.clip import Clip, FrameTag
from toolkit.postprocess.registration import align, ground_points, pivot_of

from .drawings import RED, blank, clips, walker


def _box(
    frames: np.ndarray, index: int, top: int, left: int, height: int = 6, width: int = 3
) -> None:
    frames[index, top : top + height, left : left + width] = RED


def test_ground_points_are_centroid_and_lowest_row() -> None:
    frames = blank(3)
    _box(frames, 0, 10, 4)
    _box(frames, 2, 3, 9)
    assert ground_points(frames).tolist() == [[5, 15], [10, 8]]


def test_the_pivot_is_where_the_clip_stands_even_in_a_jump() -> None:
    frames = blank(3, 20)
    for index, top in enumerate((14, 4, 14)):
        _box(frames, index, top, 9)
    clip = Clip(frames=frames, fps=8)
    assert pivot_of(clip) == ((10 + 0.5) / 20, 1.0)
    assert np.array_equal(align(clip).frames, frames)


def test_an_empty_clip_keeps_its_pivot() -> None:
    clip = Clip(frames=blank(), fps=8, pivot=(0.25, 0.75))
    assert align(clip) is clip
    assert pivot_of(clip) == (0.25, 0.75)


def test_tags_move_as_a_whole_to_one_ground() -> None:
    frames = blank(4, 30)
    for index, (top, left) in enumerate(((20, 10), (15, 10), (18, 17), (13, 17))):
        _box(frames, index, top, left)
    tags = FrameTag(name="a", start=0, stop=2), FrameTag(name="b", start=2, stop=4)
    aligned = align(Clip(frames=frames, fps=8, tags=tags))
    assert ground_points(aligned.frames).tolist() == [[11, 25], [11, 20], [11, 25], [11, 20]]
    assert aligned.pivot == (11.5 / 30, 26 / 30)


def test_a_small_turn_and_a_flight_are_left_alone() -> None:
    frames = blank(2, 40)
    _box(frames, 0, 30, 20)
    _box(frames, 1, 4, 22)
    tags = FrameTag(name="walk", start=0, stop=1), FrameTag(name="fly", start=1, stop=2)
    assert np.array_equal(align(Clip(frames=frames, fps=8, tags=tags)).frames, frames)


def test_nothing_visible_leaves_the_picture() -> None:
    frames = blank(2, 20)
    _box(frames, 0, 10, 16)
    _box(frames, 1, 10, 2)
    frames[1, 10, 0] = frames[1, 10, 19] = (9, 9, 9, 40)
    tags = FrameTag(name="a", start=1, stop=2), FrameTag(name="b", start=0, stop=1)
    aligned = align(Clip(frames=frames, fps=8, tags=tags)).frames
    assert (aligned[..., 3] > 0).sum() == (frames[..., 3] > 0).sum()


def test_one_tag_keeps_every_pixel() -> None:
    clip = walker()
    assert np.array_equal(align(clip).frames, clip.frames)


@settings(max_examples=100, deadline=None)
@given(clip=clips(max_side=14))
def test_aligning_is_idempotent_and_keeps_what_is_seen(clip: Clip) -> None:
    once = align(clip)
    twice = align(once)
    assert np.array_equal(twice.frames, once.frames)
    assert twice.pivot == once.pivot
    for before, after in zip(clip.frames, once.frames, strict=True):
        seen, kept = before[before[..., 3] > 0], after[after[..., 3] > 0]
        assert sorted(map(tuple, seen.tolist())) == sorted(map(tuple, kept.tolist()))
