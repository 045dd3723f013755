import json

import numpy as np
import pytest

from exporters import SheetOptions, export
from tests.exporters.atlas import page_pixels, restore
from tests.exporters.clips import METADATA, busy_clip, plain_clip
from toolkit.clip import Clip, FrameTag


@pytest.mark.parametrize("clip", [busy_clip(), plain_clip(1), plain_clip(64, 20, 10)])
@pytest.mark.parametrize("options", [SheetOptions(), SheetOptions(trim=False, power_of_two=True)])
def test_frames_come_back_exactly_from_both_styles(clip: Clip, options: SheetOptions) -> None:
    files = export(clip, "aseprite", name="hero", options=options)
    document = json.loads(files["hero.aseprite.json"])
    page = page_pixels(files, document["meta"])
    np.testing.assert_array_equal(restore(page, document["frames"]), clip.frames)

    other = json.loads(
        export(clip, "aseprite_hash", name="hero", options=options)["hero.aseprite_hash.json"]
    )
    assert other["meta"] == document["meta"]
    assert [{"filename": key, **entry} for key, entry in other["frames"].items()] == document[
        "frames"
    ]


def test_durations_are_milliseconds_and_names_are_numbers() -> None:
    document = json.loads(export(busy_clip(), "aseprite", name="a")["a.aseprite.json"])
    durations = [entry["duration"] for entry in document["frames"]]
    assert durations == [100, 200, 300, 83, 83, 50, 50, 1000]
    assert [entry["filename"] for entry in document["frames"]] == [str(n) for n in range(8)]


def test_tags_keep_direction_and_say_how_often_they_play() -> None:
    document = json.loads(export(busy_clip(), "aseprite", name="a")["a.aseprite.json"])
    color = {"color": "#000000ff"}
    assert document["meta"]["frameTags"] == [
        {"name": "walk", "from": 0, "to": 3, "direction": "reverse", **color},
        {"name": 'idle "é"', "from": 4, "to": 7, "direction": "pingpong", **color, "repeat": "2"},
    ]


def test_a_forward_tag_that_plays_once_repeats_once() -> None:
    tag = FrameTag(name="die", start=0, stop=4, loop=False)
    clip = Clip(frames=plain_clip(4).frames, fps=8, tags=(tag,))
    document = json.loads(export(clip, "aseprite", name="a")["a.aseprite.json"])
    assert document["meta"]["frameTags"][0]["repeat"] == "1"


def test_meta_has_pivot_and_provenance() -> None:
    meta = json.loads(export(busy_clip(), "aseprite", name="a")["a.aseprite.json"])["meta"]
    assert meta["slices"][0]["keys"] == [
        {"frame": 0, "bounds": {"x": 0, "y": 0, "w": 20, "h": 24}, "pivot": {"x": 10, "y": 22}}
    ]
    assert meta["playreel"] == METADATA
    assert "aseprite.org" in meta["app"]
