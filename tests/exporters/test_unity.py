"""The files as unityparser and PyYAML read them; no Unity editor runs here."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from unityparser import UnityDocument

from exporters import SheetOptions, export
from exporters.spritesheet import play_order
from exporters.write import write_files
from tests.exporters.atlas import page_pixels
from tests.exporters.clips import busy_clip, plain_clip
from toolkit.clip import Clip, FrameTag

Sprites = dict[tuple[str, int], NDArray[np.uint8]]


def sprites(files: dict[str, bytes], clip: Clip) -> Sprites:
    """Frames by guid of the page and id, each put where its pivot falls on the clip's."""
    found: Sprites = {}
    for file in (file for file in files if file.endswith(".png")):
        meta = yaml.safe_load(files[f"{file}.meta"])
        importer = meta["TextureImporter"]
        page = np.asarray(page_pixels(files, {"image": file, "size": size_of(files, file)}))
        for sprite in importer["spriteSheet"]["sprites"]:
            table = importer["spriteSheet"]["nameFileIdTable"]
            assert table[sprite["name"]] == sprite["internalID"]
            found[meta["guid"], sprite["internalID"]] = placed(page, sprite, clip)
    return found


def size_of(files: dict[str, bytes], file: str) -> dict[str, int]:
    width, height = (int.from_bytes(files[file][at : at + 4], "big") for at in (16, 20))
    return {"w": width, "h": height}


def placed(page: NDArray[np.uint8], sprite: dict[str, Any], clip: Clip) -> NDArray[np.uint8]:
    x, y, w, h = (sprite["rect"][key] for key in ("x", "y", "width", "height"))
    top = page.shape[0] - y - h
    left_on_frame = clip.pivot[0] * clip.width - sprite["pivot"]["x"] * w
    top_on_frame = clip.pivot[1] * clip.height - (1 - sprite["pivot"]["y"]) * h
    across, down = round(left_on_frame), round(top_on_frame)
    assert left_on_frame == pytest.approx(across, abs=1e-5)
    assert top_on_frame == pytest.approx(down, abs=1e-5)
    frame = np.zeros((clip.height, clip.width, 4), np.uint8)
    frame[down : down + h, across : across + w] = page[top : top + h, x : x + w]
    return frame


def animations(files: dict[str, bytes], folder: Path) -> dict[str, Any]:
    write_files(files, folder)
    names = [name for name in files if name.endswith(".anim")]
    return {name: UnityDocument.load_yaml(folder / name).entry for name in names}


@pytest.mark.parametrize("options", [SheetOptions(), SheetOptions(max_side=30)])
@pytest.mark.parametrize("clip", [busy_clip(), plain_clip(1), plain_clip(64, 20, 10)])
def test_animations_show_every_pixel_at_its_time(
    clip: Clip, options: SheetOptions, tmp_path: Path
) -> None:
    files = export(clip, "unity", name="hero", options=options)
    found = sprites(files, clip)
    entries = list(animations(files, tmp_path).values())
    assert len(entries) == len(clip.tags_or_whole)
    for tag, entry in zip(clip.tags_or_whole, entries, strict=True):
        assert (entry.anchor, entry.__class__.__name__) == ("7400000", "AnimationClip")
        settings, (curve,) = entry.m_AnimationClipSettings, entry.m_PPtrCurves
        keys = [(float(key["time"]), key["value"]) for key in curve["curve"]]
        order = play_order(tag)
        starts = np.cumsum([0.0, *(clip.frame_seconds[index] for index in order)])
        np.testing.assert_allclose([at for at, _ in keys[: len(order)]], starts[:-1], atol=1e-6)
        ends = keys[-1][0] + 1 / float(entry.m_SampleRate)
        short = clip.frame_seconds[order[-1]] < 1 / clip.fps
        assert short or ends == pytest.approx(starts[-1], abs=1e-6)
        assert all(first < second for (first, _), (second, _) in pairwise(keys))
        for (_, value), index in zip(keys, order, strict=False):
            picture = found[value["guid"], int(value["fileID"])]
            np.testing.assert_array_equal(picture, clip.frames[index])
        assert float(settings["m_StopTime"]) == pytest.approx(starts[-1], abs=1e-6)
        assert int(settings["m_LoopTime"]) == tag.loop
        mapped = entry.m_ClipBindingConstant["pptrCurveMapping"]
        assert mapped == [value for _, value in keys]


def test_ids_depend_on_names_alone_and_differ() -> None:
    first = export(plain_clip(4), "unity", name="hero")
    again = export(plain_clip(4, 20, 30), "unity", name="hero")
    other = export(plain_clip(4), "unity", name="troll")
    assert guids(first) == guids(again)
    assert guids(first).isdisjoint(guids(other))
    assert len(guids(first)) == 2


def guids(files: dict[str, bytes]) -> set[str]:
    return {yaml.safe_load(files[name])["guid"] for name in files if name.endswith(".meta")}


def test_pixels_stay_as_they_are() -> None:
    files = export(plain_clip(4), "unity", name="hero")
    importer = yaml.safe_load(files["hero.png.meta"])["TextureImporter"]
    assert importer["textureSettings"]["filterMode"] == 0
    assert importer["platformSettings"][0]["textureCompression"] == 0
    assert importer["mipmaps"]["enableMipMap"] == 0
    assert (importer["textureType"], importer["spriteMode"]) == (8, 2)


def test_the_physics_shape_is_the_hit_box() -> None:
    files = export(plain_clip(1, 20, 10), "unity", name="hero")
    importer = yaml.safe_load(files["hero.png.meta"])["TextureImporter"]
    (outline,) = importer["spriteSheet"]["sprites"][0]["physicsShape"]
    assert [(point["x"], point["y"]) for point in outline] == [(-8, 3), (-8, -3), (8, -3), (8, 3)]


def test_tags_that_are_one_file_name_get_two() -> None:
    tags = (FrameTag(name="a b", start=0, stop=1), FrameTag(name="A/b", start=1, stop=2))
    files = export(Clip(frames=plain_clip(2).frames, fps=8, tags=tags), "unity", name="hero")
    assert {name for name in files if name.endswith(".anim")} == {
        "hero_a_b.anim",
        "hero_A_b_2.anim",
    }
