import json
from dataclasses import replace
from typing import Any

import lupa
import numpy as np
import pytest

from exporters import SheetOptions, export
from exporters.love import quoted
from exporters.spritesheet import visible
from tests.exporters.atlas import page_pixels
from tests.exporters.clips import METADATA, busy_clip, plain_clip


def loaded(files: dict[str, bytes], name: str) -> Any:
    """The table as a real Lua reads it."""
    return lupa.LuaRuntime(unpack_returned_tuples=True).execute(files[name].decode())


def test_quads_drawn_at_the_pivot_give_every_frame_back():
    clip = busy_clip()
    files = export(clip, "love", name="hero")
    table = loaded(files, "hero.lua")
    sheet = page_pixels(files, {"image": table.images[1], "size": size_of(files["hero.png"])})
    pivot_x, pivot_y = 10, 22  # half of 20, nine tenths of 24
    for index, expected in enumerate(visible(clip.frames), 1):
        quad = table.frames[index]
        frame = np.zeros_like(expected)
        top, left = pivot_y - quad.oy, pivot_x - quad.ox
        region = sheet[quad.y : quad.y + quad.h, quad.x : quad.x + quad.w]
        frame[top : top + quad.h, left : left + quad.w] = region
        assert np.array_equal(frame, expected)
    assert [table.frames[at].seconds for at in range(1, 9)] == list(clip.frame_seconds)


def size_of(png: bytes) -> dict[str, int]:
    return {"w": int.from_bytes(png[16:20], "big"), "h": int.from_bytes(png[20:24], "big")}


def test_animations_are_lists_of_frame_numbers():
    table = loaded(export(busy_clip(), "love", name="hero"), "hero.lua")
    walk, idle = table.animations["walk"], table.animations['idle "é"']
    assert [*walk.values()][:4] == [4, 3, 2, 1]
    assert (walk.loop, idle.loop) == (True, False)
    assert [idle[at] for at in range(1, len(idle) + 1)] == [5, 6, 7, 8, 7, 6, 5]


def test_the_table_says_how_it_was_made():
    table = loaded(export(busy_clip(), "love", name="hero"), "hero.lua")
    assert json.loads(table.playreel) == METADATA


def test_pages_are_listed_and_frames_say_theirs():
    files = export(plain_clip(3, 24, 24), "love", name="a", options=SheetOptions(max_side=32))
    table = loaded(files, "a.lua")
    assert [*table.images.values()] == ["a_0.png", "a_1.png", "a_2.png"]
    assert sorted(table.frames[at].page for at in (1, 2, 3)) == [1, 2, 3]


@pytest.mark.parametrize("text", ["", 'a"b\\c', "é🔥", "\n\t\r0", "]]--", "1\x7f2"])
def test_any_text_survives_lua(text: str):
    lua = lupa.LuaRuntime(unpack_returned_tuples=True)
    assert lua.execute(f"return {quoted(text)}") == text


def test_a_tag_with_hard_signs_is_a_key():
    clip = replace(busy_clip(), tags=(replace(busy_clip().tags[0], name='a"]=\\'),))
    assert loaded(export(clip, "love", name="x"), "x.lua").animations['a"]=\\'] is not None
