from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest
from toolkit.postprocess.finish import FinishOptions, finish
from toolkit.postprocess.palette import learn_palette

from .drawings import as_generated, clips, walker

OPTIONS = st.builds(
    FinishOptions,
    palette=st.sampled_from([(), ("000000",), ("c81e1e", "c91e1e", "1e3cc8", "ffffff", "101010")]),
    max_colors=st.sampled_from([0, 2, 3, 16]),
    pitch=st.sampled_from([1, 2, 4]),
    pixel_art=st.booleans(),
    align=st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(clip=clips(), options=OPTIONS)
def test_finishing_twice_is_finishing_once(clip: Clip, options: FinishOptions) -> None:
    once = finish(clip, options)
    twice = finish(once, options)
    assert np.array_equal(twice.frames, once.frames)
    assert replace(twice, frames=once.frames) == once


@settings(max_examples=50, deadline=None)
@given(clip=clips(), options=OPTIONS)
def test_the_input_timing_and_tags_are_untouched(clip: Clip, options: FinishOptions) -> None:
    before = clip.frames.copy()
    done = finish(clip, options)
    assert np.array_equal(clip.frames, before)
    assert (done.fps, done.durations, done.tags) == (clip.fps, clip.durations, clip.tags)
    assert done.frames.shape == clip.frames.shape


def test_a_drawn_sprite_comes_out_as_it_went_in() -> None:
    drawn = walker()
    assert np.array_equal(finish(drawn, FinishOptions()).frames, drawn.frames)


def test_a_generated_sprite_with_its_palette_comes_out_as_drawn() -> None:
    drawn = walker()
    options = FinishOptions(palette=("c81e1e", "1e3cc8"))
    assert np.array_equal(finish(as_generated(drawn), options).frames, drawn.frames)


def test_a_palette_is_narrowed_to_the_colours_used_most() -> None:
    options = FinishOptions(palette=("c81e1e", "1e3cc8", "ffffff", "000000"), max_colors=2)
    assert learn_palette(finish(walker(), options), 256) == ("1e3cc8", "c81e1e")


def test_the_palette_spans_all_tags_and_the_ground_is_common() -> None:
    lifted = np.roll(walker().frames, -2, axis=1)
    tags = FrameTag(name="a", start=0, stop=4), FrameTag(name="b", start=4, stop=8)
    both = Clip(frames=np.concatenate([walker().frames, lifted]), fps=8, tags=tags)
    done = finish(as_generated(both), FinishOptions(max_colors=2))
    assert len(learn_palette(done, 256)) == 2
    assert np.array_equal(done.frames[:4], done.frames[4:])
    assert done.pivot == (12.5 / 24, 22 / 24)


def test_soft_art_keeps_soft_alpha_and_bleeds_colour() -> None:
    frames = walker().frames.copy()
    frames[:, 2:6, 6:18] = (255, 255, 255, 90)
    done = finish(Clip(frames=frames, fps=8), FinishOptions(pixel_art=False)).frames
    assert np.array_equal(done[..., 3], frames[..., 3])
    assert done[0, 0, 10].tolist() == [255, 255, 255, 0]


@pytest.mark.parametrize("count", [1, 257])
def test_bad_options_are_refused(count: int) -> None:
    with pytest.raises(BadRequest, match=f"max_colors is {count}"):
        FinishOptions(max_colors=count)
