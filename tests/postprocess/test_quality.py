import json
from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from toolkit.clip import Clip, FrameTag
from toolkit.postprocess.quality import QualityRecord, quality

from .drawings import RED, as_generated, blank, clips, walker


def test_a_clean_walk_has_nothing_wrong() -> None:
    assert quality(walker()) == QualityRecord(
        registration_drift_px=0.0,
        alpha_fringe=0.0,
        stray_islands_per_frame=0.0,
        loop_seam_ratio=1.0,
        duplicate_frames=1,  # the legs pass each other twice
        colors=2,
        clipped_at_edge=False,
        empty_frames=0,
    )


def test_drift_is_the_distance_from_the_median_place() -> None:
    frames = blank(3)
    for index, left in enumerate((4, 4, 7)):
        frames[index, 10:16, left : left + 3] = RED
    assert quality(Clip(frames=frames, fps=8)).registration_drift_px == round(3**0.5, 3)


def test_fringe_is_partial_pixels_per_outline_pixel() -> None:
    frames = blank(1)
    frames[0, 5:15, 5:15] = RED  # outline of 36 pixels
    frames[0, 5:14, 15] = (200, 30, 30, 100)
    frames[0, 0, :2] = (9, 9, 9, 16)
    assert quality(Clip(frames=frames, fps=8)).alpha_fringe == 0.25


def test_specks_empty_frames_and_cut_bodies_are_counted() -> None:
    frames = walker(frames=4).frames.copy()
    frames[1, 0, 0] = frames[1, 0, 3] = RED
    frames[3] = 0
    record = quality(Clip(frames=frames, fps=8))
    assert record.stray_islands_per_frame == 0.5
    assert record.empty_frames == 1
    assert not record.clipped_at_edge
    frames[2, 5:9, 23] = RED
    assert quality(Clip(frames=frames, fps=8)).clipped_at_edge


def test_seams_are_measured_on_looping_tags_only() -> None:
    frames = blank(4, 4)
    for index in range(4):
        frames[index] = (50 * index, 0, 0, 255)
    tag = FrameTag(name="fade", start=0, stop=4)
    clip = Clip(frames=frames, fps=8, tags=(tag,))
    assert quality(clip).loop_seam_ratio == 3
    assert quality(replace(clip, tags=(replace(tag, loop=False),))).loop_seam_ratio == 0


def test_generated_clips_score_worse_than_drawn_ones() -> None:
    drawn, made = quality(walker()), quality(as_generated(walker()))
    assert made.colors > drawn.colors


@settings(max_examples=40, deadline=None)
@given(clip=clips())
def test_any_clip_gives_finite_json(clip: Clip) -> None:
    values = quality(clip).to_dict()
    json.dumps(values, allow_nan=False)
    assert all(value >= 0 and np.isfinite(value) for value in values.values())
