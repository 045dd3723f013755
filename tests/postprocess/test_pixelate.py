import numpy as np
import pytest

from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.postprocess.pixelate import enlarge, pixel_grid, shrink_to_grid, snap_to_grid

from .drawings import walker


def _shapes(size: int = 12, frames: int = 2) -> Clip:
    """Random coloured pixels: art with detail at every pixel."""
    pixels = np.random.default_rng(3).integers(0, 256, (frames, size, size, 4)).astype(np.uint8)
    pixels[..., 3] = np.where(pixels[..., 3] > 90, 255, 0)
    pixels[pixels[..., 3] == 0] = 0
    return Clip(frames=pixels, fps=8)


@pytest.mark.parametrize("factor", [2, 3, 4, 5])
def test_the_pitch_of_enlarged_art_is_found_and_undone(factor: int) -> None:
    art = _shapes()
    large = enlarge(art, factor)
    assert pixel_grid(large) == (factor, 0, 0)
    assert np.array_equal(snap_to_grid(large).frames, large.frames)
    assert np.array_equal(shrink_to_grid(large).frames, art.frames)


def test_art_at_pitch_one_is_returned_as_it_is() -> None:
    art = _shapes()
    assert pixel_grid(art) == (1, 0, 0)
    assert snap_to_grid(art) is art
    assert shrink_to_grid(art) is art
    assert enlarge(art, 1).frames.shape == art.frames.shape


def test_a_shifted_grid_is_followed() -> None:
    large = enlarge(_shapes(), 4)
    shifted = large.with_frames(large.frames[:, 1:-3, 2:-2])
    assert pixel_grid(shifted) == (4, 3, 2)
    assert np.array_equal(snap_to_grid(shifted).frames, shifted.frames)
    assert shrink_to_grid(shifted).frames.shape == (2, 12, 12, 4)


def test_snapping_repairs_single_wrong_pixels() -> None:
    large = enlarge(_shapes(), 5)
    spoiled = large.frames.copy()
    spoiled[0, 7, 7] = spoiled[1, 33, 41] = (1, 2, 3, 255)
    assert np.array_equal(snap_to_grid(large.with_frames(spoiled)).frames, large.frames)


def test_art_that_keeps_its_known_pitch_badly_is_put_back_on_it() -> None:
    large = enlarge(_shapes(), 4)
    shifted = large.frames[:, 1:-3, 2:-2]
    noise = np.random.default_rng(5).random(shifted.shape[:3]) < 0.15
    spoiled = shifted.copy()
    spoiled[noise] = (1, 2, 3, 255)
    spoilt = large.with_frames(spoiled)
    assert pixel_grid(spoilt)[0] == 1
    assert snap_to_grid(spoilt) is spoilt
    assert np.array_equal(snap_to_grid(spoilt, pitch=4).frames, shifted)
    assert snap_to_grid(spoilt, pitch=1) is spoilt


def test_an_empty_clip_has_no_grid() -> None:
    assert pixel_grid(Clip(frames=np.zeros((2, 8, 8, 4), np.uint8), fps=8)) == (1, 0, 0)


@pytest.mark.parametrize("factor", [0, 17])
def test_bad_factors_are_refused(factor: int) -> None:
    with pytest.raises(BadRequest, match=f"factor is {factor}; must be 1 to 16"):
        enlarge(walker(), factor)
