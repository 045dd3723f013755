import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.png import encode_png
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest, ResourceLimit
from toolkit.packed_clip import SHEET, columns_for, pack_clip, unpack_clip


def clip(count: int = 5, height: int = 16, width: int = 32, **more) -> Clip:
    frames = np.random.default_rng(0).integers(0, 256, (count, height, width, 4), np.uint8)
    return Clip(frames=frames, **{"fps": 12.0, "metadata": {"prompt": "Ritter 🗡"}, **more})


def same(first: Clip, second: Clip) -> bool:
    names = ("fps", "durations", "tags", "pivot", "metadata")
    equal = all(getattr(first, name) == getattr(second, name) for name in names)
    return equal and np.array_equal(first.frames, second.frames)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 20), st.integers(1, 40), st.integers(1, 40))
def test_any_clip_comes_back_exactly(count: int, height: int, width: int):
    given = clip(count, height, width)
    assert same(unpack_clip(pack_clip(given).png), given)


def test_timing_tags_and_pivot_come_back():
    tags = (
        FrameTag(name="walk_right", start=0, stop=3),
        FrameTag(name="die", start=3, stop=5, loop=False, direction="pingpong"),
    )
    given = clip(tags=tags, durations=(0.1, 0.2, 0.3, 0.4, 1 / 3), pivot=(0.25, 0.9), fps=7.5)
    packed = pack_clip(given)
    assert same(unpack_clip(packed.png), given)
    assert [tag.name for tag in packed.info.tags] == ["walk_right", "die"]


def test_the_sheet_is_about_square():
    info = pack_clip(clip(10, 16, 32)).info
    assert (info.columns, info.num_frames, info.width, info.height) == (2, 10, 32, 16)


def test_equal_clips_give_equal_bytes():
    assert pack_clip(clip()).png == pack_clip(clip()).png


def test_the_largest_sheet_and_one_frame_more():
    assert columns_for(1024, 256, 256) == 32
    with pytest.raises(ResourceLimit, match="ask for fewer"):
        columns_for(1025, 256, 256)
    with pytest.raises(ResourceLimit):
        columns_for(1, 16385, 1)


LAYOUT = {
    "result": "", "media": "image/png", "size": 0, "width": 4, "height": 4, "num_frames": 1,
    "columns": 1, "fps": 12.0,
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"width": 8}, {"columns": 0}, {"columns": 2}, {"num_frames": 5}, {"num_frames": 0},
        {"fps": 0}, {"fps": "x"}, {"pivot": [0.5]}, {"durations": [1.0, 1.0]},
        {"tags": [{"name": "x", "start": 3, "stop": 2, "loop": True, "direction": "forward"}]},
    ],
)  # fmt: skip
def test_a_layout_that_does_not_fit_is_refused(change: dict):
    layout = json.dumps({**LAYOUT, **change})
    png = encode_png(np.zeros((4, 4, 4), np.uint8), {SHEET: layout})
    with pytest.raises(BadRequest):
        unpack_clip(png)


def test_other_bytes_are_refused():
    whole = pack_clip(clip()).png
    plain = encode_png(np.zeros((4, 4, 4), np.uint8), {"prompt": "x"})
    for data in (b"", b"hello", whole[: len(whole) // 2], plain, b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(BadRequest):
            unpack_clip(data)
