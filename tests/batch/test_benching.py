import json
from pathlib import Path

import pytest

from tests.batch.desk import write
from tests.batch.test_run import MANIFEST
from toolkit.batch.benching import remove_outputs
from toolkit.cli import run


def test_the_bench_command_measures_and_leaves_nothing(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    manifest = write(tmp_path, assets_yaml=MANIFEST)
    before = sorted(tmp_path.rglob("*"))
    flags = ["--bundle", str(bundle), "--threads", "1", "--unchanged", "12", "--on-ray", "0"]
    assert run(["batch", "bench", str(manifest), *flags, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) == {
        "assets", "one_by_one_seconds", "one_by_one_cpu_seconds", "joined_seconds",
        "joined_cpu_seconds", "gain_of_joining",
        "cold_assets_a_minute", "cached_assets_a_minute", "unchanged_assets", "unchanged_seconds",
    }  # fmt: skip
    assert (figures["assets"], figures["unchanged_assets"]) == (4, 12)
    assert all(value > 0 for value in figures.values())
    assert sorted(tmp_path.rglob("*")) == before


def test_outputs_go_and_books_stay(tmp_path: Path):
    for name in (".playreel/cache/clips/ab", "foes/slime.png", "hero.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    remove_outputs(tmp_path)
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert left == [".playreel/cache/clips/ab"]
