"""Sheets for PixiJS and Phaser, drawn by WebGL in Chromium: every pixel, time and tag."""

import base64
from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser

from exporters import SheetOptions, export
from exporters.spritesheet import play_order
from tests.engines.browser_page import page_with
from tests.engines.javascript import SCRIPTS, installed
from tests.exporters.clips import busy_clip, hard_alpha, plain_clip
from tests.server.web.browser import chromium
from toolkit.clip import Clip, FrameTag

pytestmark = pytest.mark.engine
CLIPS = {
    "busy": busy_clip(),
    "hard": hard_alpha(busy_clip()),
    "one": plain_clip(1),
    "many": replace(plain_clip(12, 20, 10), pivot=(0.25, 1.0)),
}
OPTIONS = {"one page": SheetOptions(), "pages": SheetOptions(max_side=30),
           "untrimmed": SheetOptions(trim=False, padding=0, extrude=0)}  # fmt: skip
CASES = [("busy", "one page"), ("busy", "pages"), ("hard", "untrimmed"), ("one", "one page"),
         ("many", "pages"), ("many", "one page")]  # fmt: skip
BORDER = 3
"""Clear pixels around the frame, where nothing may be drawn."""
NOTHING: dict[str, list[Any]] = {"atlases": [], "multi": [], "aseprite": [], "animations": []}
LIBRARIES = {
    "pixi": "pixi.js/dist/pixi.min.js",
    "phaser": "phaser/dist/phaser.min.js",
}


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with chromium() as found:
        yield found


def drawn(browser: Browser, library: str, files: Mapping[str, bytes], asked: Any) -> Any:
    scripts = (
        installed() / "node_modules" / LIBRARIES[library],
        SCRIPTS / "pixels.js",
        SCRIPTS / f"draw_{library}.js",
    )
    with page_with(browser, scripts, files) as page:
        return page.evaluate("asked => drawn(asked)", asked)


def canvas(clip: Clip) -> dict[str, Any]:
    """A canvas with a border, and where on it the pivot has to stand."""
    size = {"width": clip.width + 2 * BORDER, "height": clip.height + 2 * BORDER}
    x, y = clip.pivot
    return {**size, "place": [BORDER + x * clip.width, BORDER + y * clip.height]}


def painted(pixels: str, clip: Clip) -> NDArray[np.uint8]:
    shape = clip.height + 2 * BORDER, clip.width + 2 * BORDER, 4
    return np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(shape)


def assert_shown(pixels: str, clip: Clip, index: int) -> None:
    """The canvas is the frame, premultiplied: exact, but for rounding where it is half clear."""
    frame = clip.frames[index].astype(int)
    frame[..., :3] = np.rint(frame[..., :3] * frame[..., 3:] / 255)
    wanted = np.pad(frame, ((BORDER, BORDER), (BORDER, BORDER), (0, 0)))
    error = np.abs(painted(pixels, clip) - wanted)
    assert error[..., 3].max() == 0
    assert error[wanted[..., 3] % 255 == 0].max() == 0
    assert error.max() <= 1


def assert_frames(seen: dict[str, Any], clip: Clip) -> None:
    names = named(clip)
    assert seen["frames"].keys() == set(names)
    for index, name in enumerate(names):
        frame = seen["frames"][name]
        assert_shown(frame["pixels"], clip, index)
        assert frame["milliseconds"] == round(1000 * clip.frame_seconds[index])


def assert_played(pictures: Mapping[str, list[str]], clip: Clip) -> None:
    for tag in clip.tags_or_whole:
        for picture, index in zip(pictures[tag.name], play_order(tag), strict=True):
            assert_shown(picture, clip, index)


def named(clip: Clip) -> list[str]:
    """The names of all frames in order, where tags leave none out and share none."""
    return [
        name for tag in clip.tags_or_whole for name in names_of(tag, range(tag.stop - tag.start))
    ]


def names_of(tag: FrameTag, places: Iterable[int]) -> list[str]:
    return [f"hero_{tag.name}_{place:04d}" for place in places]


def places(tag: FrameTag) -> list[int]:
    """The frames of one round, counted from the start of the tag."""
    return [index - tag.start for index in play_order(tag)]


@pytest.mark.parametrize(("name", "options"), CASES)
def test_pixi_draws_and_plays_a_hash(browser: Browser, name: str, options: str) -> None:
    clip = CLIPS[name]
    files = export(clip, "texturepacker", name="hero", options=OPTIONS[options])
    first = next(file for file in files if file.endswith(".json"))
    tags = {tag.name: names_of(tag, places(tag)) for tag in clip.tags_or_whole}
    seen = drawn(browser, "pixi", files, {"address": first, "tags": tags, **canvas(clip)})
    assert_frames(seen, clip)
    assert_played(seen["named"], clip)
    if "hero.png" in files:
        assert_played(seen["listed"], clip)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_phaser_draws_every_frame_of_a_hash(browser: Browser, name: str, options: str) -> None:
    clip = CLIPS[name]
    files = export(clip, "texturepacker", name="hero", options=OPTIONS[options])
    pages = [file.removesuffix(".json") for file in files if file.endswith(".json")]
    atlases = [[page, f"{page}.png", f"{page}.json"] for page in pages]
    assert_frames(
        drawn(browser, "phaser", files, {**NOTHING, "atlases": atlases, **canvas(clip)}), clip
    )


@pytest.mark.parametrize(("name", "options"), CASES)
def test_phaser_draws_and_plays_an_array(browser: Browser, name: str, options: str) -> None:
    clip = CLIPS[name]
    files = export(clip, "texturepacker_array", name="hero", options=OPTIONS[options])
    if "hero.png" in files:
        asked = {"atlases": [["hero", "hero.png", "hero.array.json"]]}
    else:
        asked = {"multi": [["hero", "hero.array.json"]]}
    tags = [{"tag": tag.name, "key": "hero", "prefix": f"hero_{tag.name}_", "order": places(tag)}
            for tag in clip.tags_or_whole]  # fmt: skip
    seen = drawn(browser, "phaser", files, {**NOTHING, **asked, "animations": tags, **canvas(clip)})
    assert_frames(seen, clip)
    assert_played({tag: played["pictures"] for tag, played in seen["animations"].items()}, clip)


@pytest.mark.parametrize("format", ["aseprite", "aseprite_hash"])
@pytest.mark.parametrize("name", ["busy", "one"])
def test_phaser_makes_animations_of_aseprite_tags(browser: Browser, name: str, format: str) -> None:
    clip = replace(CLIPS[name], pivot=(0.5, 0.5))
    files = export(clip, format, name="hero")
    asked = {"aseprite": [["hero", "hero.png", f"hero.{format}.json"]], **canvas(clip)}
    seen = drawn(browser, "phaser", files, {**NOTHING, **asked})
    milliseconds = [round(1000 * second) for second in clip.frame_seconds]
    for tag in clip.tags_or_whole:
        order = list(range(tag.start, tag.stop))[:: -1 if tag.direction == "reverse" else 1]
        played = seen["animations"][tag.name]
        assert played["times"] == [milliseconds[index] for index in order]
        assert played["back"] == (tag.direction == "pingpong")
        for picture, index in zip(played["pictures"], order, strict=True):
            assert_shown(picture, clip, index)
