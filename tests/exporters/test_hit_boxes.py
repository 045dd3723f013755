"""The hit box of each frame in every format that has a place for it."""

import json
from dataclasses import replace
from typing import Any

import lupa
import pytest

from exporters import export
from exporters.spritesheet import hit_box
from tests.exporters.clips import busy_clip, plain_clip
from toolkit.clip import Clip

BOXES = [hit_box(frame) for frame in busy_clip().frames]
"""As left, top, width and height of each frame; frame 3 is empty."""


def document(clip: Clip, format: str, file: str) -> Any:
    return json.loads(export(clip, format, name="hero")[file])


def listed(boxes: Any) -> list[Any]:
    return [box and [box[key] for key in "xywh"] for box in boxes]


def test_the_clip_has_boxes_that_move_and_one_that_is_missing() -> None:
    assert BOXES[3] is None
    assert len({box for box in BOXES if box}) >= 5


@pytest.mark.parametrize("style", ["aseprite", "aseprite_hash"])
def test_aseprite_has_a_slice_that_follows_it(style: str) -> None:
    meta = document(busy_clip(), style, f"hero.{style}.json")["meta"]
    slices = {slice["name"]: slice["keys"] for slice in meta["slices"]}
    assert [key["frame"] for key in slices["hit_box"]] == list(range(8))
    found = [tuple(key["bounds"][side] for side in "xywh") for key in slices["hit_box"]]
    assert found == [box or (0, 0, 0, 0) for box in BOXES]


@pytest.mark.parametrize("style", ["aseprite", "aseprite_hash"])
def test_aseprite_has_no_slice_for_a_clip_of_nothing(style: str) -> None:
    clear = replace(plain_clip(2), frames=plain_clip(2).frames * 0)
    meta = document(clear, style, f"hero.{style}.json")["meta"]
    assert [slice["name"] for slice in meta["slices"]] == ["pivot"]


def test_texturepacker_has_it_in_each_entry() -> None:
    entries = document(busy_clip(), "texturepacker_array", "hero.array.json")["frames"]
    assert listed(entry.get("hitBox") for entry in entries) == listed_boxes()
    hash_entries = document(busy_clip(), "texturepacker", "hero.json")["frames"]
    assert {entry["filename"]: entry.get("hitBox") for entry in entries} == {
        name: entry.get("hitBox") for name, entry in hash_entries.items()
    }


def listed_boxes() -> list[Any]:
    return [box and list(box) for box in BOXES]


def test_love_has_it_in_each_frame() -> None:
    lua = lupa.LuaRuntime(unpack_returned_tuples=True)
    frames = lua.execute(export(busy_clip(), "love", name="hero")["hero.lua"].decode()).frames
    assert listed(frames[number].hit_box for number in range(1, 9)) == listed_boxes()


def test_a_sequence_has_it_in_each_entry() -> None:
    frames = document(busy_clip(), "png_sequence", "hero.frames.json")["frames"]
    assert listed(frame["hit_box"] for frame in frames) == listed_boxes()
