import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bridges.blender.sheets.png import encode_png
from bridges.blender.sheets.sheet import Sheet, cut, layout_of
from bridges.blender.sheets.timeline import play_order, timeline
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest
from toolkit.packed_clip import pack_clip
from toolkit.wire.fields import Tag


def noise(count: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (count, height, width, 4), np.uint8)


def whole(count: int, *, loop: bool = True, direction: str = "forward") -> Tag:
    return Tag(name="all", start=0, stop=count, loop=loop, direction=direction)  # type: ignore[arg-type]


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_png_reads_back_exactly(height: int, width: int):
    pixels = noise(1, height, width)[0]
    with Image.open(io.BytesIO(encode_png(pixels))) as image:
        assert image.mode == "RGBA"
        np.testing.assert_array_equal(np.asarray(image), pixels)


def test_a_result_of_the_server_is_cut_into_its_frames():
    tags = (FrameTag(name="walk", start=0, stop=3), FrameTag(name="idle", start=3, stop=5))
    clip = Clip(frames=noise(5, 12, 10), fps=8, durations=(0.1, 0.2, 0.3, 0.1, 0.1), tags=tags,
                pivot=(0.25, 0.75), metadata={"prompt": "a knight"})  # fmt: skip
    packed = pack_clip(clip)
    with Image.open(io.BytesIO(packed.png)) as image:
        pixels = np.asarray(image.convert("RGBA"))
    info, metadata = layout_of(packed.png)
    sheet = cut(pixels, info, metadata)
    np.testing.assert_array_equal(sheet.frames, clip.frames)
    assert (sheet.fps, sheet.durations, sheet.pivot) == (8, clip.durations, clip.pivot)
    assert sheet.metadata == {"prompt": "a knight"}
    assert [tag.name for tag in sheet.tags] == ["walk", "idle"]
    assert sheet.tag("idle").stop == 5
    assert (sheet.tag("").start, sheet.tag("").stop) == (0, 5)
    with pytest.raises(BadRequest, match="the sheet has walk, idle"):
        sheet.tag("run")


def test_a_picture_of_another_program_or_size_is_refused():
    buffer = io.BytesIO()
    Image.new("RGBA", (4, 4)).save(buffer, "PNG")
    with pytest.raises(BadRequest, match="no Playreel metadata"):
        layout_of(buffer.getvalue())
    info, _ = layout_of(pack_clip(Clip(frames=noise(2, 4, 4), fps=8)).png)
    with pytest.raises(BadRequest, match="its layout says"):
        cut(noise(1, 4, 4)[0], info, {})


def test_frames_keep_their_pace_on_a_faster_scene():
    line = timeline(Sheet(frames=noise(3, 1, 1), fps=12), whole(3), 24)
    assert (line.starts, line.length, line.held) == ((0, 2, 4), 6, (0, 0, 1, 1, 2, 2))


def test_durations_count_and_a_slow_scene_still_shows_every_frame():
    sheet = Sheet(frames=noise(3, 1, 1), fps=12, durations=(0.5, 0.25, 0.01))
    assert timeline(sheet, whole(3), 8).held == (0, 0, 0, 0, 1, 1, 2)
    assert timeline(sheet, whole(3), 1).held == (0, 1, 2)


@given(
    st.lists(st.floats(0.001, 3), min_size=1, max_size=20),
    st.floats(1, 120),
    st.sampled_from(["forward", "reverse", "pingpong"]),
)
def test_every_frame_is_shown_in_order(durations: list[float], fps: float, direction: str):
    sheet = Sheet(frames=noise(len(durations), 1, 1), fps=12, durations=tuple(durations))
    tag = whole(len(durations), direction=direction)
    line = timeline(sheet, tag, fps)
    assert len(line.held) == line.length
    assert tuple(line.held[start] for start in line.starts) == play_order(tag)
    assert sorted(set(line.starts)) == list(line.starts)


def test_tags_play_as_their_direction_says():
    orders = {
        way: play_order(whole(4, direction=way)) for way in ("forward", "reverse", "pingpong")
    }
    assert orders == {
        "forward": (0, 1, 2, 3), "reverse": (3, 2, 1, 0), "pingpong": (0, 1, 2, 3, 2, 1),
    }  # fmt: skip
