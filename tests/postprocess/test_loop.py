from dataclasses import replace

import numpy as np
import pytest

from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest
from toolkit.postprocess.loop import close_loop, duplicate_frames, seam_ratio

from .drawings import RED, blank, walker


def _runner(steps: list[int]) -> Clip:
    """A red column, one frame per step, standing at that column."""
    frames = blank(len(steps), 16)
    for index, step in enumerate(steps):
        frames[index, 4:12, step] = RED
    return Clip(frames=frames, fps=8)


def test_the_seam_of_a_cycle_is_one_and_of_a_jump_larger() -> None:
    assert seam_ratio(_runner([0, 1, 2, 3]).frames) == pytest.approx(1)
    ramp = blank(5, 8)
    for index in range(5):
        ramp[index] = (40 * index, 0, 0, 255)
    assert seam_ratio(ramp) == pytest.approx(4)
    assert seam_ratio(ramp[:1]) == 0


def test_hidden_colour_does_not_count() -> None:
    frames = blank(3)
    frames[2, ..., 0] = 255
    assert seam_ratio(frames) == 0
    assert duplicate_frames(frames) == {1: 0, 2: 0}


def test_trim_drops_a_repeated_last_frame_and_moves_tags_and_durations() -> None:
    clip = _runner([0, 1, 2, 0, 5, 6, 5])
    tags = (
        FrameTag(name="walk", start=0, stop=4),
        FrameTag(name="hit", start=4, stop=7, loop=False),
    )
    clip = replace(clip, tags=tags, durations=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7))
    trimmed = close_loop(clip)
    assert np.array_equal(trimmed.frames, clip.frames[[0, 1, 2, 4, 5, 6]])
    assert [(tag.start, tag.stop) for tag in trimmed.tags] == [(0, 3), (3, 6)]
    assert trimmed.durations == (0.1, 0.2, 0.3, 0.5, 0.6, 0.7)


@pytest.mark.parametrize("steps", [[3], [3, 3], [3, 3, 3], [0, 1, 2]])
def test_trim_leaves_still_and_clean_clips(steps: list[int]) -> None:
    assert close_loop(_runner(steps)).num_frames == len(steps)


def test_pingpong_keeps_frames_and_marks_looping_tags() -> None:
    clip = replace(walker(), tags=(FrameTag(name="die", start=0, stop=2, loop=False),))
    assert close_loop(clip, method="pingpong").tags == clip.tags
    whole = close_loop(walker(), method="pingpong")
    assert whole.tags == (FrameTag(name="default", start=0, stop=4, direction="pingpong"),)
    assert np.array_equal(whole.frames, walker().frames)


def test_crossfade_blends_premultiplied_and_shortens() -> None:
    frames = blank(4, 2)
    frames[0] = (255, 0, 0, 255)
    frames[3] = (0, 0, 255, 0)  # transparent blue must not tint the blend
    faded = close_loop(Clip(frames=frames, fps=8), method="crossfade", overlap=1)
    assert faded.num_frames == 3
    assert faded.frames[0, 0, 0].tolist() == [255, 0, 0, 128]
    assert np.array_equal(faded.frames[1:], frames[1:3])


def test_crossfade_leaves_other_tags_alone() -> None:
    tags = (
        FrameTag(name="walk", start=0, stop=6),
        FrameTag(name="die", start=6, stop=8, loop=False),
    )
    clip = replace(_runner(list(range(8))), tags=tags)
    faded = close_loop(clip, method="crossfade", overlap=2)
    assert [(tag.start, tag.stop) for tag in faded.tags] == [(0, 4), (4, 6)]
    assert np.array_equal(faded.frames[4:], clip.frames[6:])
    assert seam_ratio(faded.frames[:4]) < 2


@pytest.mark.parametrize("overlap", [0, 3])
def test_an_impossible_overlap_is_refused(overlap: int) -> None:
    with pytest.raises(BadRequest, match=f"overlap is {overlap}; tag 'default' of 4 frames"):
        close_loop(walker(), method="crossfade", overlap=overlap)
