"""Exported SpriteFrames and scenes in a real, headless Godot: every pixel, time and setting."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exporters.spritesheet import hit_box, play_order
from tests.engines.godot_exports import (
    LIBRARY_NAMES,
    LOOK,
    SPRITES,
    Exported,
    normals,
    path_of,
)
from tests.engines.godot_sprites import middles
from tests.exporters.clips import METADATA
from toolkit.clip import Clip, FrameTag

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def seen(exported: Exported) -> dict[str, Any]:
    """All that one run of the engine finds in the exports."""
    times = {
        path_of(name, "_player.tscn"): middles(clip, LIBRARY_NAMES)
        for name, (clip, _) in SPRITES.items()
    }
    asked = {
        "frames": [path_of(name, ".tres") for name in SPRITES],
        "scenes": [path_of(name, ".tscn") for name in SPRITES],
        "players": times,
    }
    return exported.ask(LOOK, asked, "--headless")


def test_a_clean_checkout_imports_without_a_word(exported: Exported):
    assert (exported.imported.code, exported.imported.complaints) == (0, [])


def test_importing_again_changes_no_file(exported: Exported):
    before = contents(exported.project)
    assert exported.godot.run(exported.project, "--headless", "--import").complaints == []
    assert contents(exported.project) == before


def assert_shows(animation: dict[str, Any], clip: Clip, tag: FrameTag) -> None:
    order = list(play_order(tag))
    assert animation["loop"] == tag.loop
    assert [shown["size"] for shown in animation["shown"]] == [[clip.width, clip.height]] * len(
        order
    )
    pixels = [bytes.fromhex(shown["pixels"]) for shown in animation["shown"]]
    assert pixels == [clip.frames[index].tobytes() for index in order]


@pytest.mark.parametrize("name", SPRITES)
def test_every_pixel_and_time_of_sprite_frames_is_the_clip_s(seen: dict[str, Any], name: str):
    clip = SPRITES[name][0]
    animations = seen["frames"][f"res://deep/{name}/{name}.tres"]["animations"]
    assert set(animations) == {tag.name for tag in clip.tags_or_whole}
    for tag in clip.tags_or_whole:
        animation = animations[tag.name]
        assert_shows(animation, clip, tag)
        seconds = [shown["seconds"] for shown in animation["shown"]]
        wanted = np.array(clip.frame_seconds)[list(play_order(tag))]
        np.testing.assert_allclose(seconds, wanted, rtol=1e-6)


@pytest.mark.parametrize("name", SPRITES)
def test_an_animation_player_shows_each_frame_at_its_time(seen: dict[str, Any], name: str):
    clip = SPRITES[name][0]
    player = seen["players"][f"res://deep/{name}/{name}_player.tscn"]
    names = {tag.name: LIBRARY_NAMES.get(tag.name, tag.name) for tag in clip.tags_or_whole}
    assert set(player["animations"]) == {"RESET", *names.values()}
    for tag in clip.tags_or_whole:
        animation = player["animations"][names[tag.name]]
        assert_shows(animation, clip, tag)
        length = sum(clip.frame_seconds[index] for index in play_order(tag))
        assert animation["length"] == pytest.approx(length, rel=1e-6)
    first = play_order(clip.tags_or_whole[0])[0]
    (reset,) = player["animations"]["RESET"]["shown"]
    assert reset == player["at_first"]
    assert bytes.fromhex(reset["pixels"]) == clip.frames[first].tobytes()


def test_normal_maps_lie_under_their_frames(seen: dict[str, Any]):
    clip = SPRITES["lit"][0]
    wanted = normals(clip).frames
    frames = seen["frames"]["res://deep/lit/lit.tres"]["animations"]
    player = seen["players"]["res://deep/lit/lit_player.tscn"]["animations"]
    for tag in clip.tags:
        for animation in (frames[tag.name], player[tag.name]):
            maps = [bytes.fromhex(shown["normals"]) for shown in animation["shown"]]
            assert maps == [wanted[index].tobytes() for index in play_order(tag)]


def test_the_player_s_scene_plays_at_once_with_its_origin_at_the_pivot(seen: dict[str, Any]):
    player = seen["players"]["res://deep/busy/busy_player.tscn"]
    assert {key: player[key] for key in ("name", "offset", "centered", "nearest", "autoplay")} == {
        "name": "Busy", "offset": [-10, -22], "centered": False, "nearest": True,
        "autoplay": "walk",
    }  # fmt: skip
    assert json.loads(player["metadata"]) == METADATA


def test_the_scene_plays_at_once_with_its_origin_at_the_pivot(seen: dict[str, Any]):
    assert seen["scenes"]["res://deep/busy/busy.tscn"] == {
        "name": "Busy",
        "offset": [-10, -22],
        "centered": False,
        "nearest": True,
        "playing": ["walk", "walk"],
        "frames": "res://deep/busy/busy.tres",
    }


def test_the_metadata_is_a_property_of_the_resource(seen: dict[str, Any]):
    assert json.loads(seen["frames"]["res://deep/busy/busy.tres"]["metadata"]) == METADATA


def test_pivot_and_hit_boxes_are_properties_too(seen: dict[str, Any]):
    clip = SPRITES["busy"][0]
    frames = seen["frames"]["res://deep/busy/busy.tres"]
    assert frames["pivot"] == [10, 22]
    assert frames["hit_boxes"] == {
        tag.name: [list(hit_box(clip.frames[index]) or (0,) * 4) for index in play_order(tag)]
        for tag in clip.tags
    }


def contents(project: Path) -> dict[str, bytes]:
    """Every file outside Godot's own cache."""
    files = (path for path in project.rglob("*") if path.is_file() and ".godot" not in path.parts)
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}
