"""``.aseprite`` in ase-parser and ``.atlas`` in Spine's runtime: every pixel, time and name."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from exporters import SheetOptions, export
from exporters.spritesheet import play_order
from exporters.write import write_files
from tests.engines.javascript import read_with
from tests.exporters.atlas import page_pixels
from tests.exporters.clips import busy_clip, plain_clip
from toolkit.clip import Clip, FrameTag

pytestmark = pytest.mark.engine
CLIPS = {"busy": busy_clip(), "one": plain_clip(1), "many": plain_clip(64, 20, 10)}


def read_aseprite(clip: Clip, folder: Path) -> dict[str, Any]:
    write_files(export(clip, "aseprite_binary", name="hero"), folder)
    return read_with("read_aseprite.cjs", str(folder / "hero.aseprite"))


def drawn(seen: dict[str, Any]) -> NDArray[np.uint8]:
    """Frames as Aseprite shows them; a linked cel is that of the frame it names."""
    frames = np.zeros((len(seen["frames"]), seen["height"], seen["width"], 4), np.uint8)
    for canvas, frame in zip(frames, seen["frames"], strict=True):
        for cel in frame["cels"]:
            kept = cel if cel["link"] is None else seen["frames"][cel["link"]]["cels"][0]
            x, y, w, h = (kept[key] for key in "xywh")
            pixels = np.frombuffer(bytes.fromhex(kept["pixels"]), np.uint8)
            canvas[y : y + h, x : x + w] = pixels.reshape(h, w, 4)
    return frames


@pytest.mark.parametrize("name", CLIPS)
def test_aseprite_gives_every_pixel_back(name: str, tmp_path: Path) -> None:
    seen = read_aseprite(CLIPS[name], tmp_path)
    np.testing.assert_array_equal(drawn(seen), CLIPS[name].frames)
    assert seen["colorDepth"] == 32
    assert seen["layers"] == ["Layer"]


def test_aseprite_knows_times_tags_slices_and_equal_frames(tmp_path: Path) -> None:
    seen = read_aseprite(busy_clip(), tmp_path)
    times = [frame["milliseconds"] for frame in seen["frames"]]
    assert times == [100, 200, 300, 83, 83, 50, 50, 1000]
    assert [cel["link"] for frame in seen["frames"] for cel in frame["cels"]] == [
        None, None, None, None, 4, None, None,
    ]  # fmt: skip
    assert seen["frames"][3]["cels"] == []
    tags = [(tag["name"], tag["from"], tag["to"], tag["animDirection"]) for tag in seen["tags"]]
    assert tags == [("walk", 0, 3, "Reverse"), ('idle "é"', 4, 7, "Ping-pong")]
    assert [tag["repeat"] for tag in seen["tags"]] == [0, 2]
    pivot, hit_box = seen["slices"]
    assert pivot["name"] == "pivot"
    assert pivot["keys"][0]["pivot"] == {"x": 10, "y": 22}
    assert hit_box["name"] == "hit_box"
    assert [key["frameNumber"] for key in hit_box["keys"]] == list(range(8))
    assert hit_box["keys"][3]["width"] == 0
    whole = hit_box["keys"][7]
    assert [whole[key] for key in ("x", "y", "width", "height")] == [0, 0, 20, 24]


def read_atlas(files: dict[str, bytes], folder: Path) -> dict[str, Any]:
    write_files(files, folder)
    return read_with("read_atlas.mjs", str(folder / "hero.atlas"))


def restored(files: dict[str, bytes], seen: dict[str, Any]) -> dict[tuple[str, int], Any]:
    """Frames by region name and index, put together as libGDX and Spine do: y counts upwards."""
    sizes = {page["name"]: {"w": page["width"], "h": page["height"]} for page in seen["pages"]}
    pages = {name: page_pixels(files, {"image": name, "size": sizes[name]}) for name in sizes}
    frames: dict[tuple[str, int], Any] = {}
    for region in seen["regions"]:
        assert region["degrees"] == 0
        x, y, w, h = region["box"]
        left, bottom = region["offset"]
        width, height = region["size"]
        frame = np.zeros((height, width, 4), np.uint8)
        top = height - bottom - h
        frame[top : top + h, left : left + w] = pages[region["page"]][y : y + h, x : x + w]
        assert (region["name"], region["index"]) not in frames
        frames[region["name"], region["index"]] = frame
    return frames


@pytest.mark.parametrize("options", [SheetOptions(), SheetOptions(max_side=30)])
@pytest.mark.parametrize("name", CLIPS)
def test_atlas_gives_every_pixel_back_in_order_of_play(
    name: str, options: SheetOptions, tmp_path: Path
) -> None:
    clip = CLIPS[name]
    files = export(clip, "spine", name="hero", options=options)
    found = restored(files, read_atlas(files, tmp_path))
    wanted = {
        (tag.name, order): index
        for tag in clip.tags_or_whole
        for order, index in enumerate(play_order(tag))
    }
    assert found.keys() == wanted.keys()
    for key, index in wanted.items():
        np.testing.assert_array_equal(found[key], clip.frames[index])


def test_atlas_carries_times_and_pivot_and_tells_names_apart(tmp_path: Path) -> None:
    tags = (
        FrameTag(name="a:b", start=0, stop=1),
        FrameTag(name="a\nb", start=1, stop=2),
        FrameTag(name=" hero ", start=2, stop=3),
    )
    clip = Clip(frames=plain_clip(4, 20, 24).frames, fps=8, tags=tags, pivot=(0.5, 0.75))
    seen = read_atlas(export(clip, "spine", name="hero"), tmp_path)
    names = [(region["name"], region["index"]) for region in seen["regions"]]
    assert names == [("a b", 0), ("a b_2", 0), ("hero_2", 0), ("hero", 3)]
    assert {page["pma"] for page in seen["pages"]} == {False}
    for region in seen["regions"]:
        values = {"delay": [125], "pivot": [10, 6], "hit_box": [2, 2, 16, 20]}
        assert region["values"] == values
