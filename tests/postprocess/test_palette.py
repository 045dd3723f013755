import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest
from toolkit.postprocess.oklab import pack, to_oklab
from toolkit.postprocess.palette import learn_palette, limit_colors, to_palette

from .drawings import BLUE, RED, as_generated, blank, clips, walker

PALETTE = ("c81e1e", "1e3cc8", "000000", "ffffff")


def _colours(clip: Clip) -> set[str]:
    visible = clip.frames[clip.frames[..., 3] > 0, :3]
    return {f"{value:06x}" for value in pack(visible).tolist()}


def _plain(*levels: int) -> Clip:
    """One grey pixel per frame."""
    frames = np.array([[[[level, level, level, 255]]] for level in levels], np.uint8)
    return Clip(frames=frames, fps=8)


def _levels(clip: Clip) -> list[int]:
    return clip.frames[:, 0, 0, 0].tolist()


def test_noisy_colours_return_to_the_palette_they_were_drawn_with() -> None:
    drawn = walker()
    noisy = as_generated(drawn).frames.copy()
    noisy[..., 3] = drawn.frames[..., 3]
    assert np.array_equal(
        to_palette(Clip(frames=noisy, fps=8), PALETTE).frames * (noisy[..., 3:] > 0),
        drawn.frames,
    )


@settings(max_examples=40, deadline=None)
@given(clip=clips(), dither=st.booleans())
def test_every_visible_pixel_is_a_nearest_colour_and_stays_so(clip: Clip, dither: bool) -> None:
    drawn = to_palette(clip, PALETTE, dither=dither)
    assert _colours(drawn) <= set(PALETTE)
    assert np.array_equal(to_palette(drawn, PALETTE, dither=dither).frames, drawn.frames)
    assert np.array_equal(drawn.frames[..., 3], clip.frames[..., 3])


@settings(max_examples=40, deadline=None)
@given(clip=clips())
def test_without_agreement_the_choice_is_the_brute_force_nearest(clip: Clip) -> None:
    drawn = to_palette(clip, PALETTE, agreement=0)
    visible = clip.frames[..., 3] > 0
    palette = to_oklab(np.array([list(bytes.fromhex(colour)) for colour in PALETTE], np.uint8))
    lab = to_oklab(clip.frames[visible, :3])
    best = np.linalg.norm(lab[:, None] - palette, axis=-1).min(1, initial=np.inf)
    got = np.linalg.norm(lab - to_oklab(drawn.frames[visible, :3]), axis=-1)
    assert np.allclose(got, best, atol=1e-5)


def test_a_pixel_between_two_colours_does_not_flicker() -> None:
    middle = 99  # between black and white in OKLab
    grey = _plain(middle - 1, middle + 1, middle - 1, 255)
    assert len(set(_levels(to_palette(grey, ("000000", "ffffff"), agreement=0))[:3])) == 2
    assert len(set(_levels(to_palette(grey, ("000000", "ffffff")))[:3])) == 1
    assert _levels(to_palette(grey, ("000000", "ffffff")))[3] == 255


def test_agreement_in_time_stops_at_a_tag() -> None:
    grey = _plain(98, 100)
    tags = FrameTag(name="a", start=0, stop=1), FrameTag(name="b", start=1, stop=2)
    split = Clip(frames=grey.frames, fps=8, tags=tags)
    assert _levels(to_palette(grey, ("000000", "ffffff"))) == [255, 255]
    assert _levels(to_palette(split, ("000000", "ffffff"))) == [0, 255]


def test_dither_mixes_in_proportion_and_stands_still() -> None:
    frames = np.full((3, 16, 16, 4), 255, np.uint8)
    frames[..., :3] = 58  # OKLab lightness near 0.35
    drawn = to_palette(Clip(frames=frames, fps=8), ("000000", "ffffff"), dither=True).frames
    share = float((drawn[0, ..., 0] == 255).mean())
    lightness = float(to_oklab(np.array([58, 58, 58], np.uint8))[0])
    assert share == pytest.approx(lightness, abs=1 / 16)
    assert (drawn == drawn[0]).all()


def test_a_one_colour_palette_paints_everything() -> None:
    assert _colours(to_palette(walker(), ("00ff00",), dither=True)) == {"00ff00"}


@settings(max_examples=40, deadline=None)
@given(clip=clips(), count=st.integers(2, 20))
def test_learned_colours_are_the_clips_own_and_few(clip: Clip, count: int) -> None:
    learned = learn_palette(clip, count)
    assert len(learned) <= count
    assert set(learned) <= _colours(clip)
    assert learned == learn_palette(clip, count)
    limited = limit_colors(clip, count)
    assert len(_colours(limited)) <= count
    assert limit_colors(limited, count) is limited


def test_learning_finds_the_colours_behind_the_noise() -> None:
    drawn = walker()
    noisy = as_generated(drawn).frames.copy()
    noisy[..., 3] = drawn.frames[..., 3]
    found = learn_palette(Clip(frames=noisy, fps=8), 2)
    lab = to_oklab(np.array([list(bytes.fromhex(colour)) for colour in found], np.uint8))
    true = to_oklab(np.array([BLUE[:3], RED[:3]], np.uint8))
    assert np.linalg.norm(lab - true, axis=-1).max() < 0.03


def test_many_colours_are_used_when_allowed() -> None:
    ramp = np.full((1, 16, 16, 4), 255, np.uint8)
    ramp[0, ..., 0] = np.arange(256).reshape(16, 16)
    clip = Clip(frames=ramp, fps=8)
    assert len(_colours(limit_colors(clip, 64))) == 64
    assert limit_colors(clip, 256) is clip


def test_frames_that_are_kept_lose_no_colour():
    rng = np.random.default_rng(5)
    frames = rng.integers(0, 256, (3, 4, 4, 4), np.uint8)
    frames[..., 3] = 255
    for count in (2, 24):
        limited = limit_colors(Clip(frames=frames, fps=8), count, kept_frames=1)
        np.testing.assert_array_equal(limited.frames[0], frames[0])
        assert len(_colours(limited)) == max(count, 16)


def test_an_empty_clip_has_no_colours_and_stays() -> None:
    clip = Clip(frames=blank(), fps=8)
    assert to_palette(clip, PALETTE) is clip
    assert limit_colors(clip, 4) is clip


@pytest.mark.parametrize("colours", [(), ("ff88",), ("zzzzzz",)])
def test_bad_palettes_are_refused(colours: tuple[str, ...]) -> None:
    with pytest.raises(BadRequest, match="palette"):
        to_palette(walker(), colours)


@pytest.mark.parametrize("count", [0, 1, 257])
def test_bad_counts_are_refused(count: int) -> None:
    with pytest.raises(BadRequest, match=f"max_colors is {count}; must be 2 to 256"):
        limit_colors(walker(), count)
