"""Fitting into frames, pixel for pixel, and the strip's round trip."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.data.sources.archive_files import png, solid
from toolkit.data.sources.strips import (
    Picture,
    align,
    clear_hidden,
    crop_together,
    encode_strip,
    fit,
    read_picture,
    shrink,
    standing,
)
from toolkit.errors import BadRequest


def test_small_pictures_grow_by_whole_numbers_and_stand_at_the_bottom():
    picture = solid(20, 10)
    picture[0, 0] = (0, 0, 255, 255)
    frame = fit([picture])[0]
    expected = np.zeros((64, 64, 4), np.uint8)
    expected[3:63, 17:47] = (200, 100, 50, 255)
    expected[3:6, 17:20] = (0, 0, 255, 255)
    assert np.array_equal(frame, expected)


def test_small_pictures_stay_in_the_middle_when_asked():
    frame = fit([solid(20, 10)], anchor="middle", enlarge=False)[0]
    expected = np.zeros((64, 64, 4), np.uint8)
    expected[22:42, 27:37] = (200, 100, 50, 255)
    assert np.array_equal(frame, expected)


def test_large_pictures_shrink_to_the_margin():
    frame = fit([solid(124, 62)])[0]
    expected = np.zeros((64, 64, 4), np.uint8)
    expected[1:63, 16:47] = (200, 100, 50, 255)
    assert np.array_equal(frame, expected)


def test_what_a_given_scale_makes_too_large_is_cut_on_the_right():
    frame = fit([solid(10, 100)], scale=1.0)[0]
    assert np.all(frame[53:63, :, 3] == 255)
    assert frame[:53].max() == 0


def test_shrinking_weighs_colour_with_alpha():
    picture = np.zeros((2, 2, 4), np.uint8)
    picture[0, 0] = (255, 0, 0, 255)
    picture[0, 1] = (0, 255, 0, 0)
    picture[1, 0] = (0, 0, 255, 255)
    assert shrink(picture, 1, 1).tolist() == [[[128, 0, 128, 128]]]


def test_alignment_puts_anchors_together_and_cuts_to_the_union():
    low = Picture(pixels=solid(2, 2, (1, 1, 1, 255)), x=0, y=2)
    high = Picture(pixels=solid(4, 1, (2, 2, 2, 255)), x=1, y=4)
    first, second = align([low, high])
    assert first[..., 0].tolist() == [[0, 0, 0], [0, 0, 0], [0, 1, 1], [0, 1, 1]]
    assert second[..., 0].tolist() == [[2, 0, 0]] * 4


def test_clear_borders_go_and_empty_frames_stay():
    padded = np.zeros((9, 9, 4), np.uint8)
    padded[4, 3:6] = 255
    assert align([standing(padded)])[0].shape == (1, 3, 4)
    empty = np.zeros((5, 6, 4), np.uint8)
    assert crop_together([empty])[0].shape == (5, 6, 4)


@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_strips_keep_all_that_shows(count, seed):
    rng = np.random.default_rng(seed)
    frames = rng.integers(0, 256, (count, 64, 64, 4), np.uint8)
    frames[..., 3][rng.random((count, 64, 64)) < 0.5] = 0
    strip = np.asarray(Image.open(io.BytesIO(encode_strip(frames))).convert("RGBA"))
    decoded = strip.reshape(64, count, 64, 4).transpose(1, 0, 2, 3)
    assert np.array_equal(decoded, clear_hidden(frames))
    assert np.array_equal(decoded[..., 3], frames[..., 3])


def test_pictures_are_read_as_rgba():
    assert np.array_equal(read_picture(png(solid(2, 3))), solid(2, 3))
    with pytest.raises(BadRequest, match="a picture of 4 bytes starts with b'junk'"):
        read_picture(b"junk")
