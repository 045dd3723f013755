import io
import re
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from exporters import export
from exporters.spritesheet import visible
from tests.exporters.clips import busy_clip, plain_clip
from toolkit.clip import FrameTag
from toolkit.errors import BadRequest


def as_gamemaker_cuts(name: str, content: bytes) -> list[NDArray[np.uint8]]:
    """The number before the suffix says how many frames share the width."""
    count = int(re.fullmatch(r".*_strip([0-9]+)\.png", name)[1])  # type: ignore[index]
    strip = np.asarray(Image.open(io.BytesIO(content)))
    assert strip.shape[1] % count == 0
    return np.split(strip, count, axis=1)


def test_a_strip_repeats_what_stays():
    clip = busy_clip()  # walk runs backwards: 1/12, 0.3, 0.2 and 0.1 s at 12 a second
    files = export(clip, "gamemaker", name="hero")
    assert list(files) == ["hero_walk_strip8.png", "hero_idle_e_strip18.png"]
    frames = as_gamemaker_cuts("hero_walk_strip8.png", files["hero_walk_strip8.png"])
    expected = visible(clip.frames)[[3, 2, 2, 2, 2, 1, 1, 0]]
    assert np.array_equal(frames, expected)


def test_tags_that_share_a_file_name_keep_files_of_their_own():
    tags = tuple(FrameTag(name=name, start=0, stop=2) for name in ("a!", "a?"))
    files = export(replace(plain_clip(2), tags=tags), "gamemaker", name="x")
    assert list(files) == ["x_a_strip2.png", "x_a_2_strip2.png"]


def test_a_strip_without_end_is_refused():
    clip = replace(plain_clip(2), durations=(0.1, 200.0))
    with pytest.raises(BadRequest, match="lasts 2001 frames of 10 a second; at most 1024"):
        export(clip, "gamemaker")
