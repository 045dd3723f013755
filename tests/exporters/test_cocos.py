import plistlib
import re

import numpy as np
from numpy.typing import NDArray

from exporters import SheetOptions, export
from exporters.spritesheet import visible
from tests.exporters.atlas import page_pixels
from tests.exporters.clips import busy_clip, plain_clip


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?[0-9.]+", text)]


def as_cocos_draws(files: dict[str, bytes], list_name: str) -> dict[str, NDArray[np.uint8]]:
    """Frames by name: the region's middle lies ``spriteOffset``, y up, from the frame's middle."""
    listed = plistlib.loads(files[list_name])
    about = listed["metadata"]
    width, height = (int(side) for side in numbers(about["size"]))
    page = page_pixels(
        files, {"image": about["textureFileName"], "size": {"w": width, "h": height}}
    )
    frames: dict[str, NDArray[np.uint8]] = {}
    for name, entry in listed["frames"].items():
        assert entry["textureRotated"] is False
        x, y, w, h = (int(number) for number in numbers(entry["textureRect"]))
        assert [w, h] == numbers(entry["spriteSize"])
        whole_w, whole_h = (int(side) for side in numbers(entry["spriteSourceSize"]))
        across, up = numbers(entry["spriteOffset"])
        left, top = across + whole_w / 2 - w / 2, whole_h / 2 - up - h / 2
        assert left.is_integer()
        assert top.is_integer()
        frame = np.zeros((whole_h, whole_w, 4), np.uint8)
        frame[int(top) : int(top) + h, int(left) : int(left) + w] = page[y : y + h, x : x + w]
        frames[name] = frame
    return frames


def test_every_pixel_stands_where_it_stood():
    clip = busy_clip()
    drawn = as_cocos_draws(export(clip, "cocos", name="hero"), "hero.plist")
    assert list(drawn) == sorted(drawn)
    names = [f"hero_walk_{at:04d}.png" for at in range(4)]
    assert np.array_equal([drawn[name] for name in names], visible(clip.frames)[:4])


def test_animations_play_in_order_with_the_time_of_each_frame():
    clip = busy_clip()
    listed = plistlib.loads(export(clip, "cocos", name="hero")["hero.animations.plist"])
    walk = listed["animations"]["hero_walk"]
    assert [frame["spriteframe"][-8:-4] for frame in walk["frames"]] == [
        "0003", "0002", "0001", "0000",
    ]  # fmt: skip
    seconds = [frame["delayUnits"] * walk["delayPerUnit"] for frame in walk["frames"]]
    assert np.allclose(seconds, clip.frame_seconds[3::-1], rtol=1e-12)
    assert listed["properties"] == {"format": 2, "spritesheets": ["hero.plist"]}


def test_anchors_count_from_below():
    entries = plistlib.loads(export(busy_clip(), "cocos", name="a")["a.plist"])["frames"]
    assert {entry["anchor"] for entry in entries.values()} == {"{0.5,0.1}"}


def test_pages_have_lists_of_their_own_and_the_animations_name_them():
    files = export(plain_clip(5, 24, 24), "cocos", name="a", options=SheetOptions(max_side=32))
    lists = plistlib.loads(files["a.animations.plist"])["properties"]["spritesheets"]
    assert lists == [f"a_{page}.plist" for page in range(5)]
    frames = [*(as_cocos_draws(files, name) for name in lists)]
    assert sorted(name for page in frames for name in page) == [
        f"a_default_{at:04d}.png" for at in range(5)
    ]
