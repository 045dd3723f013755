"""Exported SpriteFrames and scenes in a real, headless Godot: every pixel, time and setting."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exporters import SheetOptions, export
from exporters.spritesheet import play_order
from exporters.write import write_files
from tests.engines.godot_engine import Godot, Ran, find_godot
from tests.engines.godot_sprites import middles
from tests.exporters.clips import METADATA, busy_clip, plain_clip
from toolkit.clip import Clip, FrameTag

pytestmark = pytest.mark.engine
SCRIPT = Path(__file__).parent / "godot" / "look_at_frames.gd"
SETTINGS = 'config_version=5\n\n[application]\n\nconfig/name="Exports"\n'
ODD_TAGS = (
    FrameTag(name="RESET", start=0, stop=2),
    FrameTag(name="a/b:c,d[e", start=2, stop=4, loop=False),
)
EXPORTS: dict[str, tuple[Clip, SheetOptions]] = {
    "busy": (busy_clip(), SheetOptions()),
    "pages": (busy_clip(), SheetOptions(max_side=30)),
    "grid": (busy_clip(), SheetOptions(trim=False, padding=0, extrude=0, power_of_two=True)),
    "one": (plain_clip(1), SheetOptions()),
    "many": (plain_clip(64, 20, 10), SheetOptions()),
    "odd": (replace(plain_clip(4), tags=ODD_TAGS), SheetOptions()),
    "lit": (busy_clip(), SheetOptions(max_side=30)),
}
LIBRARY_NAMES = {"RESET": "RESET_2", "a/b:c,d[e": "a_b_c_d_e"}


def normals(clip: Clip) -> Clip:
    """Normal maps of every direction, faint pixels too."""
    noise = np.random.default_rng(1).integers(0, 256, clip.frames.shape, np.uint8)
    noise[..., 3] = clip.frames[..., 3]
    noise[noise[..., 3] == 0] = 0
    return clip.with_frames(noise)


@pytest.fixture(scope="module")
def godot() -> Godot:
    return find_godot()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean checkout: every export in a folder of its own, none imported yet."""
    folder = tmp_path_factory.mktemp("godot") / "project"
    for name, (clip, options) in EXPORTS.items():
        lit = normals(clip) if name == "lit" else None
        files = export(clip, "godot", name=name, options=options, normals=lit)
        write_files(files, folder / "deep" / name)
    (folder / "project.godot").write_text(SETTINGS)
    (folder / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    paths = {name: f"res://deep/{name}/{name}" for name in EXPORTS}
    asked = {
        "frames": [f"{path}.tres" for path in paths.values()],
        "scenes": [f"{path}.tscn" for path in paths.values()],
        "players": {
            f"{path}_player.tscn": middles(EXPORTS[name][0], LIBRARY_NAMES)
            for name, path in paths.items()
        },
    }
    (folder / "asked.json").write_text(json.dumps(asked))
    return folder


@pytest.fixture(scope="module")
def imported(godot: Godot, project: Path) -> Ran:
    return godot.run(project, "--headless", "--import")


@pytest.fixture(scope="module")
def seen(godot: Godot, project: Path, imported: Ran) -> dict[str, Any]:
    ran = godot.run(project, "--headless", "--script", f"res://{SCRIPT.name}")
    assert (ran.code, ran.complaints) == (0, []), ran.output[-3000:]
    return json.loads((project / "seen.json").read_text("utf-8"))


def test_a_clean_checkout_imports_without_a_word(imported: Ran):
    assert (imported.code, imported.complaints) == (0, [])


def test_importing_again_changes_no_file(godot: Godot, project: Path, imported: Ran):
    before = contents(project)
    assert godot.run(project, "--headless", "--import").complaints == []
    assert contents(project) == before


def assert_shows(animation: dict[str, Any], clip: Clip, tag: FrameTag) -> None:
    order = list(play_order(tag))
    assert animation["loop"] == tag.loop
    assert [shown["size"] for shown in animation["shown"]] == [[clip.width, clip.height]] * len(
        order
    )
    pixels = [bytes.fromhex(shown["pixels"]) for shown in animation["shown"]]
    assert pixels == [clip.frames[index].tobytes() for index in order]


@pytest.mark.parametrize("name", EXPORTS)
def test_every_pixel_and_time_of_sprite_frames_is_the_clip_s(seen: dict[str, Any], name: str):
    clip = EXPORTS[name][0]
    animations = seen["frames"][f"res://deep/{name}/{name}.tres"]["animations"]
    assert set(animations) == {tag.name for tag in clip.tags_or_whole}
    for tag in clip.tags_or_whole:
        animation = animations[tag.name]
        assert_shows(animation, clip, tag)
        seconds = [shown["seconds"] for shown in animation["shown"]]
        wanted = np.array(clip.frame_seconds)[list(play_order(tag))]
        np.testing.assert_allclose(seconds, wanted, rtol=1e-6)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_animation_player_shows_each_frame_at_its_time(seen: dict[str, Any], name: str):
    clip = EXPORTS[name][0]
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
    clip = EXPORTS["lit"][0]
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


def contents(project: Path) -> dict[str, bytes]:
    """Every file outside Godot's own cache."""
    files = (path for path in project.rglob("*") if path.is_file() and ".godot" not in path.parts)
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}
