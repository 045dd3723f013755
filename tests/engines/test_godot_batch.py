"""Both sample games, made by the shipped model though killed, in Godot: every pixel."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from exporters.spritesheet import play_order, visible
from tests.batch.desk import quick_sample
from tests.batch.kills import made_files, run_killed
from tests.engines.godot_engine import Godot
from tests.engines.godot_exports import LOOK, SCRIPTS, Exported
from toolkit.batch.cache import Cache
from toolkit.batch.journal import Journal
from toolkit.batch.store import FolderStore
from toolkit.cli import run
from toolkit.clip import Clip
from toolkit.pipelines.turntable import split_passes

pytestmark = pytest.mark.engine
COUNTS = {"platformer": 24, "topdown": 7}
KILLED_AFTER = {"platformer": 5, "topdown": 1}
"""Assets that a run may finish before it is killed."""
SETTINGS = 'config_version=5\n\n[application]\n\nconfig/name="Games"\n'


@pytest.fixture(scope="module")
def games(godot: Godot, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A Godot project with the assets of each sample in a folder of its own."""
    base = tmp_path_factory.mktemp("games")
    for sample in COUNTS:
        make_though_killed(base, sample)
    (base / "project" / "project.godot").write_text(SETTINGS)
    shutil.copy(SCRIPTS / LOOK, base / "project")
    imported = godot.run(base / "project", "--headless", "--import")
    return Exported(godot, base / "project", imported)


def make_though_killed(base: Path, sample: str) -> None:
    """The sample's assets in the project, after three times ``kill -9``.

    They are the same, byte by byte, as those of a run that nobody killed.
    """
    manifest, out = quick_sample(sample, base / sample), base / "project" / sample
    lock, whole = base / sample / "killed.lock", base / sample / "whole"
    words = ["run", str(manifest), "-o", str(out), "--lock", str(lock), "--joined", "2"]
    assert run_killed(words, out, random.Random(sample), kills=3, most=KILLED_AFTER[sample]) == 3
    assert run(["batch", str(manifest), "-o", str(whole)]) == 0
    assert made_files(out) == made_files(whole)
    assert lock.read_bytes() == (manifest.parent / "playreel.lock").read_bytes()


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


@pytest.fixture(scope="module")
def drawn(games: Exported) -> dict[str, dict[str, Clip]]:
    return {sample: clips(games.project / sample) for sample in COUNTS}


@pytest.fixture(scope="module")
def seen(games: Exported, drawn: dict[str, dict[str, Clip]]) -> dict[str, Any]:
    """What Godot finds in each asset's SpriteFrames."""
    paths = [f"res://{sample}/{name}" for sample, names in drawn.items() for name in names]
    asked = {
        "frames": [f"{path}.tres" for path in paths],
        "scenes": [f"{path}.tscn" for path in paths],
        "players": dict[str, list[float]](),
    }
    return games.ask(LOOK, asked, "--headless")["frames"]


def test_they_open_without_a_complaint(games: Exported):
    assert (games.imported.code, games.imported.complaints) == (0, [])


@pytest.mark.parametrize("sample", COUNTS)
def test_a_second_run_changes_no_byte(games: Exported, sample: str):
    before = assets(games.project / sample)
    base = games.project.parent
    manifest = base / sample / "manifests" / "assets.yaml"
    assert run(["batch", str(manifest), "-o", str(base / "project" / sample), "--locked"]) == 0
    assert assets(games.project / sample) == before


def assets(folder: Path) -> dict[str, bytes]:
    """All that Godot looks at, with what it filled in itself."""
    kinds = (".tres", ".tscn", ".png", ".import")
    files = [path for path in folder.rglob("*") if path.suffix in kinds]
    assert len(files) > 40
    return {str(path): path.read_bytes() for path in files}


@pytest.mark.parametrize("sample", COUNTS)
def test_every_pixel_is_shown(drawn: dict[str, dict[str, Clip]], seen: dict[str, Any], sample: str):
    assert len(drawn[sample]) == COUNTS[sample]
    for name, clip in drawn[sample].items():
        animations = seen[f"res://{sample}/{name}.tres"]["animations"]
        assert set(animations) == {tag.name for tag in clip.tags_or_whole}
        for tag in clip.tags_or_whole:
            pixels = [bytes.fromhex(frame["pixels"]) for frame in animations[tag.name]["shown"]]
            assert pixels == [visible(clip.frames[at]).tobytes() for at in play_order(tag)]
