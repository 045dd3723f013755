"""Exported SpriteFrames and scenes in a real, headless Godot: every pixel, time and setting."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exporters import SheetOptions, export
from exporters.spritesheet import play_order
from exporters.write import write_files
from tests.engines.godot_engine import Godot, Ran, find_godot
from tests.exporters.clips import METADATA, busy_clip, plain_clip
from toolkit.clip import Clip

pytestmark = pytest.mark.engine
SCRIPT = Path(__file__).parent / "godot" / "look_at_frames.gd"
SETTINGS = 'config_version=5\n\n[application]\n\nconfig/name="Exports"\n'
EXPORTS: dict[str, tuple[Clip, SheetOptions]] = {
    "busy": (busy_clip(), SheetOptions()),
    "pages": (busy_clip(), SheetOptions(max_side=30)),
    "grid": (busy_clip(), SheetOptions(trim=False, padding=0, extrude=0, power_of_two=True)),
    "one": (plain_clip(1), SheetOptions()),
    "many": (plain_clip(64, 20, 10), SheetOptions()),
}


@pytest.fixture(scope="module")
def godot() -> Godot:
    return find_godot()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean checkout: every export in a folder of its own, none imported yet."""
    folder = tmp_path_factory.mktemp("godot") / "project"
    for name, (clip, options) in EXPORTS.items():
        files = export(clip, "godot", name=name, options=options)
        write_files(files, folder / "deep" / name)
    (folder / "project.godot").write_text(SETTINGS)
    (folder / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    paths = {name: f"res://deep/{name}/{name}" for name in EXPORTS}
    asked = {
        "frames": [f"{path}.tres" for path in paths.values()],
        "scenes": [f"{path}.tscn" for path in paths.values()],
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


@pytest.mark.parametrize("name", EXPORTS)
def test_every_pixel_and_time_is_the_clip_s(seen: dict[str, Any], name: str):
    clip = EXPORTS[name][0]
    animations = seen["frames"][f"res://deep/{name}/{name}.tres"]["animations"]
    assert set(animations) == {tag.name for tag in clip.tags_or_whole}
    for tag in clip.tags_or_whole:
        animation, order = animations[tag.name], list(play_order(tag))
        assert animation["loop"] == tag.loop
        assert [shown["size"] for shown in animation["shown"]] == [[clip.width, clip.height]] * len(
            order
        )
        seconds = [shown["seconds"] for shown in animation["shown"]]
        np.testing.assert_allclose(seconds, np.array(clip.frame_seconds)[order], rtol=1e-6)
        pixels = [bytes.fromhex(shown["pixels"]) for shown in animation["shown"]]
        assert pixels == [clip.frames[index].tobytes() for index in order]


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
