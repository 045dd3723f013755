import json
from typing import Any

import numpy as np
import pytest

from exporters import SheetOptions, export
from tests.exporters.atlas import page_pixels, restore
from tests.exporters.clips import busy_clip, plain_clip
from toolkit.clip import Clip, FrameTag

SMALL = SheetOptions(max_side=30)
CLIPS = [busy_clip(), plain_clip(1), plain_clip(64, 20, 10)]


def hash_frames(files: dict[str, bytes], name: str) -> dict[str, Any]:
    """Pixels by frame name, following ``related_multi_packs`` as PixiJS does."""
    document = json.loads(files[name])
    page = page_pixels(files, document["meta"])
    pixels = restore(page, document["frames"].values())
    frames = dict(zip(document["frames"], pixels, strict=True))
    for other in document["meta"].get("related_multi_packs", ()):
        frames |= hash_frames(files, other)
    return frames


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize(("options", "first"), [(SheetOptions(), "hero.json"), (SMALL, "")])
def test_hash_gives_the_frames_back_exactly(clip: Clip, options: SheetOptions, first: str) -> None:
    files = export(clip, "texturepacker", name="hero", options=options)
    pages = sum(name.endswith(".png") for name in files)
    frames = hash_frames(files, first or ("hero.json" if pages == 1 else "hero_0.json"))
    assert len(frames) == clip.num_frames
    names = sorted(frames) if not clip.tags else named_in_order(clip)
    np.testing.assert_array_equal([frames[name] for name in names], clip.frames)


def named_in_order(clip: Clip) -> list[str]:
    return [
        f"hero_{tag.name}_{index:04d}" for tag in clip.tags for index in range(tag.stop - tag.start)
    ]


@pytest.mark.parametrize("clip", CLIPS)
def test_array_gives_the_frames_back_exactly(clip: Clip) -> None:
    files = export(clip, "texturepacker_array", name="hero")
    document = json.loads(files["hero.array.json"])
    page = page_pixels(files, document["meta"])
    np.testing.assert_array_equal(restore(page, document["frames"]), clip.frames)


def test_several_pages_make_the_array_a_multi_atlas() -> None:
    clip = plain_clip(5, 20, 20)
    files = export(clip, "texturepacker_array", name="hero", options=SMALL)
    textures = json.loads(files["hero.array.json"])["textures"]
    assert [texture["image"] for texture in textures] == [f"hero_{page}.png" for page in range(5)]
    parts = [restore(page_pixels(files, texture), texture["frames"]) for texture in textures]
    np.testing.assert_array_equal(np.concatenate(parts), clip.frames)


def test_animations_follow_the_direction_of_their_tag() -> None:
    document = json.loads(export(busy_clip(), "texturepacker", name="hero")["hero.json"])
    idle = [f'hero_idle "é"_{index:04d}' for index in (0, 1, 2, 3, 2, 1, 0)]
    walk = [f"hero_walk_{index:04d}" for index in (3, 2, 1, 0)]
    assert document["animations"] == {"walk": walk, 'idle "é"': idle}


def test_a_page_lists_only_animations_it_holds_whole() -> None:
    tags = (FrameTag(name="a", start=0, stop=1), FrameTag(name="b", start=1, stop=3))
    clip = Clip(frames=plain_clip(3, 20, 20).frames, fps=8, tags=tags)
    files = export(clip, "texturepacker", name="hero", options=SMALL)
    listed = [json.loads(files[f"hero_{page}.json"])["animations"] for page in range(3)]
    assert listed == [{"a": ["hero_a_0000"]}, {}, {}]


def test_pivot_is_written_for_phaser_and_for_pixi() -> None:
    document = json.loads(export(busy_clip(), "texturepacker", name="hero")["hero.json"])
    for entry in document["frames"].values():
        assert entry["pivot"] == entry["anchor"] == {"x": 0.5, "y": 0.9}


def test_frames_without_a_tag_or_with_two_have_names_of_their_own() -> None:
    tags = (FrameTag(name="a", start=1, stop=3), FrameTag(name="b", start=2, stop=4))
    clip = Clip(frames=plain_clip(5).frames, fps=8, tags=tags)
    document = json.loads(export(clip, "texturepacker_array", name="x")["x.array.json"])
    names = [entry["filename"] for entry in document["frames"]]
    assert names == ["x_0000", "x_a_0000", "x_a_0001", "x_b_0001", "x_0004"]
