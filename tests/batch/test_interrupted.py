"""A batch whose process is killed at random moments, or stopped in good order, and resumed."""

import random
import signal
from pathlib import Path

import pytest

from tests.batch.desk import write
from tests.batch.kills import made_files, run_killed, start
from tests.tiny_bundle import write_tiny_bundle
from toolkit.batch.journal import Journal

MANIFEST = """\
defaults: {num_frames: 4, size: 32x32, num_inference_steps: 4, export: [aseprite, webp, gif]}
assets:
- {name: "knight_{n}", prompt: a red knight, matrix: {n: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}
- {name: "again_{n}", prompt: a blue slime, matrix: {n: [1, 2, 3, 4, 5]}, reference: "knight_{n}"}
- {name: "coin/{n}", prompt: a coin, matrix: {n: [1, 2, 3, 4, 5, 6]},
   quality: {loop_seam_ratio: 1.2, retries: 2, otherwise: keep}}
"""
ASSETS = 20


def run_words(folder: Path, manifest: Path) -> list[str]:
    bundle = folder / "tiny"
    if not bundle.is_dir():
        write_tiny_bundle(bundle)
    flags = ["-o", str(folder / "out"), "--bundle", str(bundle), "--threads", "1", "--joined", "3"]
    return ["run", str(manifest), *flags]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    manifest = write(folder, assets_yaml=MANIFEST)
    with start(*run_words(folder, manifest)) as process:
        assert process.wait() == 0
    return folder


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_moments_each_asset_is_made_once(
    seed: int, uninterrupted: Path, tmp_path: Path
):
    """After a random number of assets, and a random part of the next one, ``kill -9``."""
    moments = random.Random(seed)
    words = run_words(tmp_path, write(tmp_path, assets_yaml=MANIFEST))
    kills = run_killed(words, tmp_path / "out", moments, kills=6)
    assert kills >= 3
    out = tmp_path / "out"
    assert made_files(out) == made_files(uninterrupted / "out")
    assert sorted(noted(out)) == sorted(noted(uninterrupted / "out"))
    assert len(noted(out)) == ASSETS
    assert len([*(out / ".playreel" / "cache" / "clips").rglob("?" * 64)]) == ASSETS
    assert list(out.rglob("*.part")) == []
    locks = [(folder / "playreel.lock").read_bytes() for folder in (tmp_path, uninterrupted)]
    assert locks[0] == locks[1]


def noted(out: Path) -> list[str]:
    """The assets in the journal, each as often as it was finished."""
    return [record.asset for record in Journal(out / ".playreel" / "journal.jsonl").lines()]


def test_ctrl_c_ends_in_good_order_with_code_4(tmp_path: Path):
    words = run_words(tmp_path, write(tmp_path, assets_yaml=MANIFEST))
    with start(*words) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 4
    assert "cancelled; what is done stays, resume goes on from here." in said
    assert "Traceback" not in said
    results = (tmp_path / "out" / "results.jsonl").read_text()
    assert results.count('"how": "made"') + results.count('"how": "cancelled"') == ASSETS
    assert results.count('"how": "cancelled"') > 0
