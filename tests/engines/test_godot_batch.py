"""Both sample games, made by the shipped model, in a Godot project: no complaint, every pixel."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from exporters.spritesheet import play_order
from tests.engines.godot_engine import Godot, find_godot
from toolkit.batch.cache import Cache
from toolkit.batch.journal import Journal
from toolkit.batch.store import FolderStore
from toolkit.cli import run
from toolkit.clip import Clip
from toolkit.pipelines.turntable import split_passes

pytestmark = pytest.mark.engine
SAMPLES = Path(__file__).parents[2] / "samples"
SCRIPT = Path(__file__).parent / "godot" / "look_at_frames.gd"
SETTINGS = 'config_version=5\n\n[application]\n\nconfig/name="Game"\n'


@pytest.fixture(scope="module")
def godot() -> Godot:
    return find_godot()


def made(sample: str, folder: Path) -> Path:
    """A Godot project whose ``assets`` are those of the sample."""
    manifests = shutil.copytree(SAMPLES / sample, folder / "manifests")
    project = folder / "project"
    assert run(["batch", str(manifests / "assets.yaml"), "-o", str(project / "assets")]) == 0
    (project / "project.godot").write_text(SETTINGS)
    (project / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    return project


def clips(out: Path) -> dict[str, Clip]:
    """What was made of each asset, and each pass of it, as the cache keeps it."""
    complaints: list[str] = []
    cache = Cache(FolderStore(out / ".playreel" / "cache"), complaints.append)
    drawn: dict[str, Clip] = {}
    for record in Journal(out / ".playreel" / "journal.jsonl").lines():
        outcome = cache.outcome(record.wish)
        clip = cache.clip(outcome.clip) if outcome else None
        assert clip is not None, record.asset
        for number, (part, seen) in enumerate(split_passes(clip).items()):
            drawn[f"{record.asset}_{part}" if number else record.asset] = seen
    assert complaints == []
    return drawn


def shown(project: Path, godot: Godot, assets: list[str]) -> dict[str, Any]:
    """The frames that Godot finds in each asset's SpriteFrames."""
    frames = [f"res://assets/{asset}.tres" for asset in assets]
    scenes = [f"res://assets/{asset}.tscn" for asset in assets]
    asked: dict[str, Any] = {"frames": frames, "scenes": scenes, "players": {}}
    (project / "asked.json").write_text(json.dumps(asked))
    ran = godot.run(project, "--headless", "--script", f"res://{SCRIPT.name}")
    assert (ran.code, ran.complaints) == (0, []), ran.output[-3000:]
    return json.loads((project / "seen.json").read_text("utf-8"))["frames"]


@pytest.mark.parametrize(("sample", "count"), [("platformer", 24), ("topdown", 7)])
def test_a_sample_game_opens_without_a_complaint_and_shows_every_pixel(
    sample: str, count: int, godot: Godot, tmp_path: Path
):
    project = made(sample, tmp_path)
    imported = godot.run(project, "--headless", "--import")
    assert (imported.code, imported.complaints) == (0, [])
    drawn = clips(project / "assets")
    assert len(drawn) == count
    seen = shown(project, godot, list(drawn))
    for name, clip in drawn.items():
        animations = seen[f"res://assets/{name}.tres"]["animations"]
        assert set(animations) == {tag.name for tag in clip.tags_or_whole}
        for tag in clip.tags_or_whole:
            pixels = [bytes.fromhex(frame["pixels"]) for frame in animations[tag.name]["shown"]]
            assert pixels == [clip.frames[index].tobytes() for index in play_order(tag)]
