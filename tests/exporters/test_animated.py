import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from exporters import export
from exporters.animated import timeline
from tests.exporters.clips import busy_clip, hard_alpha, plain_clip
from toolkit.clip import Clip, FrameTag

Shown = list[tuple[float, NDArray[np.uint8]]]


def show(content: bytes) -> Shown:
    """Milliseconds and pixels of each picture, as a viewer shows them."""
    shown: Shown = []
    with Image.open(io.BytesIO(content)) as image:
        for frame in ImageSequence.Iterator(image):
            pixels = np.asarray(frame.convert("RGBA")).copy()
            pixels[pixels[..., 3] == 0] = 0
            shown.append((frame.info.get("duration", 0), pixels))
    return shown


def assert_same_film(shown: Shown, clip: Clip, unit: int) -> None:
    """At every unit of milliseconds the picture is the clip's; equal neighbours may be one."""
    frames, seconds = timeline(clip)
    ends = np.cumsum([duration for duration, _ in shown])
    wanted = np.cumsum(seconds) * 1000
    assert ends[-1] == pytest.approx(wanted[-1], abs=unit / 2 + 0.01)
    for begin, end, frame in zip([0, *wanted[:-1]], wanted, frames, strict=True):
        index = int(np.searchsorted(ends, (begin + end) / 2, side="right"))
        np.testing.assert_array_equal(shown[index][1], frame)


@pytest.mark.parametrize("format", ["apng", "webp"])
def test_every_pixel_and_time_comes_back(format: str) -> None:
    clip = busy_clip()
    assert_same_film(show(export(clip, format, name="a")[f"a.{format}"]), clip, 1)


@pytest.mark.parametrize("format", ["gif", "apng", "webp"])
@pytest.mark.parametrize("num_frames", [2, 64])
def test_few_colours_come_back_from_every_format(format: str, num_frames: int) -> None:
    clip = plain_clip(num_frames, 20, 10)
    shown = show(export(clip, format, name="a")[f"a.{format}"])
    assert_same_film(shown, clip, 10)
    assert len(shown) == num_frames


@pytest.mark.parametrize("format", ["gif", "apng", "webp"])
def test_one_frame_is_a_picture(format: str) -> None:
    clip = plain_clip(1)
    ((_, pixels),) = show(export(clip, format, name="a")[f"a.{format}"])
    np.testing.assert_array_equal(pixels, clip.frames[0])


def test_gif_keeps_alpha_of_one_bit_and_equal_frames() -> None:
    clip = busy_clip()
    frames, _ = timeline(hard_alpha(clip))
    shown = show(export(clip, "gif", name="a")["a.gif"])
    assert len(shown) == len(frames) == 11
    for (_, pixels), frame in zip(shown, frames, strict=True):
        np.testing.assert_array_equal(pixels[..., 3], frame[..., 3])


def test_gif_of_many_colours_stays_close() -> None:
    ramp = np.zeros((1, 32, 32, 4), np.uint8)
    ramp[..., 3] = 255
    ramp[0, ..., 0] = np.arange(32)[:, None] * 8
    ramp[0, ..., 1] = np.arange(32)[None] * 8
    ((_, pixels),) = show(export(Clip(frames=ramp, fps=10), "gif", name="a")["a.gif"])
    error = np.abs(pixels.astype(int) - ramp[0].astype(int))
    assert error.max() <= 32
    assert len(np.unique(pixels.reshape(-1, 4), axis=0)) <= 255


def test_gif_has_one_palette_and_clears_each_frame() -> None:
    content = export(plain_clip(5), "gif", name="a")["a.gif"]
    with Image.open(io.BytesIO(content)) as image:
        for index in range(5):
            image.seek(index)
            assert image.disposal_method == 2
    assert content.count(b"!\xf9\x04\x09") == 5
    assert len(content) < 768 + 5 * 256


def test_gif_delays_add_up_and_are_never_too_short() -> None:
    def delays(clip: Clip) -> list[float]:
        return [duration for duration, _ in show(export(clip, "gif", name="a")["a.gif"])]

    assert delays(replace(plain_clip(6), fps=12)) == [80, 90, 80, 80, 90, 80]
    assert delays(replace(plain_clip(3), fps=100)) == [20, 20, 20]


@pytest.mark.parametrize("format", ["gif", "apng", "webp"])
def test_loops_only_when_a_tag_loops(format: str) -> None:
    clip = plain_clip(3)
    once = replace(clip, tags=(FrameTag(name="die", start=0, stop=3, loop=False),))
    loops: list[int | None] = []
    for shown in (clip, once):
        with Image.open(io.BytesIO(export(shown, format, name="a")[f"a.{format}"])) as image:
            loops.append(image.info.get("loop"))
    assert loops == [0, None if format == "gif" else 1]


def test_timeline_plays_tags_in_their_direction_and_untagged_frames_once() -> None:
    tags = (
        FrameTag(name="a", start=1, stop=3, direction="reverse"),
        FrameTag(name="inside", start=2, stop=3),
        FrameTag(name="b", start=3, stop=6, direction="pingpong"),
    )
    clip = replace(plain_clip(7), tags=tags)
    frames, seconds = timeline(clip)
    assert frames[:, 2, 2, 0].tolist() == [0, 2, 1, 3, 4, 5, 4, 6]
    assert seconds == (0.1,) * 8
