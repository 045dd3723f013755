from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest

pixels = arrays(np.uint8, st.tuples(st.integers(1, 3), st.just(4), st.just(4), st.just(4)))


def blank(count: int = 2) -> np.ndarray:
    return np.zeros((count, 4, 6, 4), np.uint8)


def test_sizes_are_read_from_the_frames():
    clip = Clip(frames=blank(), fps=10)
    assert (clip.num_frames, clip.height, clip.width) == (2, 4, 6)


def test_frames_last_one_over_fps_unless_told_otherwise():
    assert Clip(frames=blank(), fps=8).frame_seconds == (0.125, 0.125)
    assert Clip(frames=blank(), fps=8, durations=(0.5, 0.1)).frame_seconds == (0.5, 0.1)


def test_without_tags_one_tag_covers_everything():
    assert Clip(frames=blank(3), fps=8).tags_or_whole == (
        FrameTag(name="default", start=0, stop=3),
    )


def test_with_frames_keeps_everything_else():
    tag = FrameTag(name="walk", start=0, stop=2)
    clip = Clip(frames=blank(), fps=8, tags=(tag,), pivot=(0.2, 0.9), metadata={"seed": "1"})
    other = clip.with_frames(blank() + np.uint8(7))
    assert (other.fps, other.tags, other.pivot, other.metadata) == (
        8, (tag,), (0.2, 0.9), {"seed": "1"},
    )  # fmt: skip
    assert np.all(other.frames == 7)


def test_a_clip_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Clip(frames=blank(), fps=8).fps = 9  # type: ignore[misc]


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((2, 4, 4, 4), np.float32),
        np.zeros((2, 4, 4, 3), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 4, 4), np.uint8),
        np.zeros((1, 0, 4, 4), np.uint8),
    ],
)
def test_other_arrays_are_refused(frames: np.ndarray):
    with pytest.raises(BadRequest, match=r"must be uint8 \[T, H, W, 4\]"):
        Clip(frames=frames, fps=8)


@pytest.mark.parametrize("fps", [0, -1, 241, float("nan"), float("inf")])
def test_impossible_rates_are_refused(fps: float):
    with pytest.raises(BadRequest, match="fps is"):
        Clip(frames=blank(), fps=fps)


@pytest.mark.parametrize("lengths", [(0.1,), (0.1, 0.0), (0.1, -1.0), (0.1, float("nan"))])
def test_durations_are_positive_and_one_a_frame(lengths: tuple[float, ...]):
    with pytest.raises(BadRequest, match="duration"):
        Clip(frames=blank(), fps=8, durations=lengths)


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (-1, 1), (2, 1)])
def test_a_tag_covers_at_least_one_frame(start: int, stop: int):
    with pytest.raises(BadRequest, match="start must be at least 0 and below stop"):
        FrameTag(name="walk", start=start, stop=stop)


def test_a_tag_ends_inside_the_clip():
    with pytest.raises(BadRequest, match="'walk' ends at 3; the clip has 2"):
        Clip(frames=blank(), fps=8, tags=(FrameTag(name="walk", start=0, stop=3),))


def test_network_pixels_are_premultiplied_and_span_minus_one_to_one():
    frames = np.array([[[[255, 128, 0, 255], [255, 255, 255, 0], [200, 0, 0, 51]]]], np.uint8)
    made = Clip.to_float(frames)
    assert made.shape == (1, 4, 1, 3)
    assert made.dtype == np.float32
    assert made.flags.c_contiguous
    np.testing.assert_allclose(made[0, :, 0, 0], [1, 2 * 128 / 255 - 1, -1, 1], atol=1e-6)
    np.testing.assert_array_equal(made[0, :, 0, 1], [-1, -1, -1, -1])
    np.testing.assert_allclose(made[0, 0, 0, 2], 2 * (200 / 255 * 0.2) - 1, atol=1e-6)


def test_converting_leaves_the_frames_alone():
    frames = np.full((1, 2, 2, 4), 100, np.uint8)
    Clip.to_float(frames)
    assert np.all(frames == 100)


@settings(max_examples=60, deadline=None)
@given(pixels)
def test_frames_survive_the_network_form(frames: np.ndarray):
    """Alpha comes back exactly, colour too wherever there is alpha to divide by."""
    back = Clip.from_float(Clip.to_float(frames))
    np.testing.assert_array_equal(back[..., 3], frames[..., 3])
    seen = frames[..., 3] > 1
    np.testing.assert_array_equal(back[seen], frames[seen])


def test_values_beyond_the_range_are_clipped():
    wild = np.array([2.0, -3.0, 0.0, 5.0], np.float32).reshape(1, 4, 1, 1)
    assert Clip.from_float(wild).reshape(4).tolist() == [255, 0, 128, 255]


def test_colour_brighter_than_its_alpha_becomes_full_colour():
    """Premultiplied colour above alpha cannot be; it is the nearest that can."""
    made = Clip.from_float(np.array([1.0, 0.0, -1.0, 0.0], np.float32).reshape(1, 4, 1, 1))
    assert made.reshape(4).tolist() == [255, 255, 0, 128]
