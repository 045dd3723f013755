import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters import SheetOptions
from exporters.spritesheet import build_sheet, distinct_tags, play_order, sheet_frames
from tests.exporters.clips import busy_clip, plain_clip
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest

EVERY_OPTION = [
    SheetOptions(trim=trim, padding=padding, extrude=extrude, power_of_two=power, max_side=side)
    for trim, padding, extrude, power, side in itertools.product(
        (True, False), (0, 3), (0, 2), (True, False), (32, 4096)
    )
]


@pytest.mark.parametrize("options", EVERY_OPTION)
def test_frames_come_back_exactly_under_every_option(options: SheetOptions) -> None:
    clip = busy_clip()
    np.testing.assert_array_equal(sheet_frames(build_sheet(clip, options=options)), clip.frames)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), shape=st.tuples(*[st.integers(1, 6)] * 3))
def test_frames_come_back_exactly_for_any_pixels(seed: int, shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(seed)
    frames = rng.integers(0, 256, (*shape, 4), np.uint8)
    frames[rng.random(shape) < 0.6] = 0
    frames[frames[..., 3] == 0] = 0
    sheet = build_sheet(Clip(frames=frames, fps=8), options=SheetOptions(max_side=16))
    np.testing.assert_array_equal(sheet_frames(sheet), frames)


def test_colour_under_clear_pixels_does_not_count() -> None:
    frames = np.zeros((2, 8, 8, 4), np.uint8)
    frames[:, 2:4, 2:4] = 255
    frames[1, 7, 7, 0] = 90
    sheet = build_sheet(Clip(frames=frames, fps=8), options=SheetOptions())
    assert sheet.frames[0] == sheet.frames[1]
    assert sheet_frames(sheet)[1, 7, 7].tolist() == [0, 0, 0, 0]


def test_equal_pictures_are_stored_once_wherever_they_lie() -> None:
    sheet = build_sheet(busy_clip(), options=SheetOptions())
    regions = [frame.region for frame in sheet.frames]
    assert regions[4] == regions[5] == regions[6]
    assert len(set(regions)) == 6
    assert sheet.frames[6].offset == (8, 5)


def test_sheets_of_equal_alpha_can_be_laid_out_alike() -> None:
    clip = busy_clip()
    other = clip.with_frames(clip.frames.copy())
    other.frames[..., :3] = np.arange(clip.num_frames)[:, None, None, None]
    apart = SheetOptions(merge_equal=False)
    first, second = (build_sheet(part, options=apart) for part in (clip, other))
    assert first.frames == second.frames
    np.testing.assert_array_equal(sheet_frames(first), clip.frames)
    assert build_sheet(clip, options=SheetOptions()).frames != first.frames


def test_an_empty_frame_takes_one_clear_pixel() -> None:
    sheet = build_sheet(busy_clip(), options=SheetOptions())
    x, y, *size = sheet.frames[3].region
    assert size == [1, 1]
    assert sheet.frames[3].trimmed
    assert sheet.pages[0][y, x].tolist() == [0, 0, 0, 0]


def test_a_clip_of_nothing_but_air_has_a_page() -> None:
    clip = Clip(frames=np.zeros((3, 5, 9, 4), np.uint8), fps=8)
    sheet = build_sheet(clip, options=SheetOptions(extrude=0))
    assert sheet.pages[0].shape == (1, 1, 4)
    np.testing.assert_array_equal(sheet_frames(sheet), clip.frames)


def test_extrusion_repeats_the_border_and_padding_stays_clear() -> None:
    clip = plain_clip(2, 8, 8)
    sheet = build_sheet(clip, options=SheetOptions(extrude=2, padding=3))
    page = sheet.pages[0]
    claimed = np.zeros(page.shape[:2], int)
    for frame in sheet.frames:
        x, y, w, h = frame.region
        around = page[y - 2 : y + h + 2, x - 2 : x + w + 2]
        inner = page[y : y + h, x : x + w]
        np.testing.assert_array_equal(around, np.pad(inner, ((2, 2), (2, 2), (0, 0)), mode="edge"))
        claimed[y - 2 : y + h + 2, x - 2 : x + w + 2] += 1
    assert claimed.max() == 1
    assert not page[claimed == 0].any()


def test_several_pages_keep_every_frame() -> None:
    clip = plain_clip(6, 20, 20)
    sheet = build_sheet(clip, options=SheetOptions(max_side=32))
    assert len(sheet.pages) == 6
    assert [frame.page for frame in sheet.frames] == list(range(6))
    np.testing.assert_array_equal(sheet_frames(sheet), clip.frames)


def test_power_of_two_pages() -> None:
    sheet = build_sheet(plain_clip(5, 17, 30), options=SheetOptions(power_of_two=True))
    assert sheet.pages[0].shape == (64, 64, 4)


@pytest.mark.parametrize("num_frames", [1, 64])
def test_one_and_many_frames(num_frames: int) -> None:
    clip = plain_clip(num_frames, 24, 12)
    sheet = build_sheet(clip, options=SheetOptions())
    assert len(sheet.frames) == num_frames
    np.testing.assert_array_equal(sheet_frames(sheet), clip.frames)


def test_a_frame_larger_than_a_page_is_refused() -> None:
    clip = Clip(frames=np.full((1, 4, 40, 4), 9, np.uint8), fps=8)
    with pytest.raises(BadRequest, match="max_side"):
        build_sheet(clip, options=SheetOptions(max_side=32))


def test_what_is_not_pixels_is_kept() -> None:
    clip = busy_clip()
    sheet = build_sheet(clip, options=SheetOptions())
    assert tuple(frame.duration for frame in sheet.frames) == clip.durations
    assert (sheet.tags, sheet.pivot, sheet.fps) == (clip.tags, clip.pivot, clip.fps)
    assert sheet.metadata == clip.metadata
    assert sheet.pivot_pixel == (10, 22)


def test_tag_names_become_distinct() -> None:
    tag = FrameTag(name="walk", start=0, stop=1)
    tags = distinct_tags([tag, tag, replace(tag, name="walk_2"), replace(tag, name="")])
    assert [tag.name for tag in tags] == ["walk", "walk_2", "walk_2_2", "default"]
    assert distinct_tags([replace(tag, name="a\ud800")])[0].name == "a?"


@pytest.mark.parametrize(
    ("direction", "loop", "stop", "order"),
    [
        ("forward", True, 6, (2, 3, 4, 5)),
        ("reverse", True, 6, (5, 4, 3, 2)),
        ("pingpong", True, 6, (2, 3, 4, 5, 4, 3)),
        ("pingpong", False, 6, (2, 3, 4, 5, 4, 3, 2)),
        ("pingpong", True, 3, (2,)),
        ("pingpong", False, 3, (2,)),
        ("pingpong", True, 4, (2, 3)),
    ],
)
def test_play_order(direction: str, loop: bool, stop: int, order: tuple[int, ...]) -> None:
    tag = FrameTag(name="a", start=2, stop=stop, loop=loop, direction=direction)  # type: ignore[arg-type]
    assert play_order(tag) == order


def test_hit_boxes_surround_what_is_at_least_half_opaque() -> None:
    frames = np.zeros((3, 10, 12, 4), np.uint8)
    frames[0, 2:7, 3:11, 3] = 128
    frames[0, 1, :, 3] = 127
    frames[1, 4, 5, 3] = 255
    frames[2, 4, 5, 3] = 100
    sheet = build_sheet(Clip(frames=frames, fps=8), options=SheetOptions())
    assert [frame.hit_box for frame in sheet.frames] == [(3, 2, 8, 5), (5, 4, 1, 1), None]


@pytest.mark.parametrize("options", EVERY_OPTION[::5])
def test_normals_are_laid_out_like_their_frames(options: SheetOptions) -> None:
    clip = busy_clip()
    normals = np.random.default_rng(3).integers(0, 256, clip.frames.shape, np.uint8)
    sheet = build_sheet(clip, options=options, normals=normals)
    np.testing.assert_array_equal(sheet_frames(sheet), clip.frames)
    wanted = normals.copy()
    wanted[..., 3] = clip.frames[..., 3]
    wanted[wanted[..., 3] == 0] = 0
    maps = replace(sheet, pages=sheet.normals)
    np.testing.assert_array_equal(sheet_frames(maps), wanted)


def test_equal_pictures_with_other_normals_are_stored_apart() -> None:
    clip = busy_clip()
    normals = np.zeros_like(clip.frames)
    normals[5] = 7
    sheet = build_sheet(clip, options=SheetOptions(), normals=normals)
    regions = [frame.region for frame in sheet.frames]
    assert regions[4] == regions[6] != regions[5]


def test_normals_of_another_size_are_refused() -> None:
    clip = busy_clip()
    with pytest.raises(BadRequest, match="one normal map of the same size"):
        build_sheet(clip, options=SheetOptions(), normals=clip.frames[:, 1:])
