"""Films whose frames stay too long, or are too large, for what the file can count."""

from dataclasses import replace

import numpy as np
import pytest

from exporters import export
from tests.exporters.clips import plain_clip
from tests.exporters.test_animated import assert_same_film, show
from toolkit.clip import Clip
from toolkit.errors import BadRequest

LONGEST = {"gif": 655.35, "apng": 65.535, "webp": 16777.215, "aseprite_binary": 65.535}
WIDEST = {"gif": 65535, "webp": 16383, "mp4": 16384, "webm": 65535, "mov": 65535, "mov_png": 65535,
          "aseprite_binary": 32767}  # fmt: skip


def staying(*seconds: float) -> Clip:
    return replace(plain_clip(len(seconds)), durations=seconds)


def wide(width: int) -> Clip:
    frames = np.zeros((2, 2, width, 4), np.uint8)
    frames[0] = frames[1, :, -1] = 255
    return Clip(frames=frames, fps=10)


@pytest.mark.parametrize("format", ["gif", "apng", "webp"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_longest_frame_comes_back(format: str, place: int) -> None:
    seconds = [0.1, 0.2, 0.3]
    seconds[place] = LONGEST[format]
    clip = staying(*seconds)
    assert_same_film(show(export(clip, format, name="a")[f"a.{format}"]), clip, 1)


@pytest.mark.parametrize("format", LONGEST)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_longer_frame_is_refused_by_its_number(format: str, place: int) -> None:
    seconds = [0.1, 0.2, 0.3]
    seconds[place] = LONGEST[format] + 1
    wanted = rf"^frame {place} lasts {seconds[place]:.10g} seconds; .* at most {LONGEST[format]} "
    with pytest.raises(BadRequest, match=wanted):
        export(staying(*seconds), format)


def test_rounding_up_beyond_the_longest_is_refused_too() -> None:
    with pytest.raises(BadRequest, match=r"^frame 1 lasts 655\.36 seconds"):
        export(staying(0.024, 655.353, 0.1), "gif")


def test_the_frame_is_named_as_the_clip_counts_it() -> None:
    tags = plain_clip(3).tags_or_whole
    clip = replace(staying(0.1, 0.1, 700), tags=(replace(tags[0], direction="reverse"),))
    with pytest.raises(BadRequest, match=r"^frame 2 lasts"):
        export(clip, "gif")


def test_a_webp_that_lasts_longer_than_it_counts_is_refused() -> None:
    with pytest.raises(
        BadRequest, match=r"lasts 2400000 seconds; .* at most 2147483\.647 .*: shorten"
    ):
        export(staying(*[15000.0] * 160), "webp")


@pytest.mark.parametrize("format", WIDEST)
def test_the_widest_clip_is_written_and_a_wider_one_refused(format: str) -> None:
    assert export(wide(WIDEST[format]), format)
    wanted = rf"{WIDEST[format] + 1} pixels of width.* at most {WIDEST[format]}"
    with pytest.raises(BadRequest, match=wanted):
        export(wide(WIDEST[format] + 1), format)


@pytest.mark.parametrize("format", WIDEST)
def test_height_is_checked_alike(format: str) -> None:
    tall = np.zeros((1, WIDEST[format] + 1, 1, 4), np.uint8)
    with pytest.raises(BadRequest, match=f"{WIDEST[format] + 1} pixels of height"):
        export(Clip(frames=tall, fps=10), format)
