"""The samples: read, checked against the schema, run on a tiny bundle, and once on the real one."""

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.batch.desk import quick_sample, write
from tests.batch.kills import made_files
from tests.batch.test_run import DEFAULTS
from tests.tiny_bundle import write_tiny_bundle
from toolkit.batch.assets import Asset
from toolkit.batch.manifest import read_manifest
from toolkit.batch.schema import manifest_schema
from toolkit.cli import run
from toolkit.messages import SpriteRequest, TurntableRequest

SAMPLES = Path(__file__).parent.parent.parent / "samples"
MANIFESTS = sorted(SAMPLES.glob("*/*.yaml"))
VALIDATOR = Draft202012Validator(manifest_schema())


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.parent.name + path.stem)
def test_every_manifest_fits_the_schema(path: Path):
    assert list(VALIDATOR.iter_errors(yaml.safe_load(path.read_text("utf-8")))) == []


def sprite_of(asset: Asset) -> SpriteRequest:
    assert isinstance(asset.request, SpriteRequest)
    return asset.request


def test_the_platformer_has_a_whole_game():
    assets = read_manifest(SAMPLES / "platformer" / "assets.yaml").assets
    names = [asset.name for asset in assets]
    assert len([name for name in names if name.startswith("enemies/")]) == 4
    assert len([name for name in names if name.startswith("items/")]) == 6
    assert len([name for name in names if name.startswith("effects/")]) == 3
    by_name = {asset.name: asset for asset in assets}
    assert len(sprite_of(by_name["hero"]).actions) == 6
    sprites = [asset.request for asset in assets if isinstance(asset.request, SpriteRequest)]
    assert all(len(request.palette) == 16 for request in sprites)
    tiles = [asset for asset in assets if isinstance(asset.request, TurntableRequest)]
    assert [bool(asset.mesh.files) for asset in tiles] == [True] * 4 + [False]
    assert all(list(tile.mesh.files)[1:] == ["tiles.mtl"] for tile in tiles[:4])
    assert len(sprites) + len(tiles) == len(assets) == 20
    assert names.index("hero_die") > names.index("hero")


def test_the_scale_sample_has_300_assets_that_all_differ():
    assets = read_manifest(SAMPLES / "scale" / "assets.yaml").assets
    assert len(assets) == len({asset.words for asset in assets}) == 300
    assert len({asset.name for asset in assets}) == len({asset.request.seed for asset in assets})
    assert len({asset.name for asset in assets}) == 300


@pytest.mark.parametrize("sample", ["platformer", "topdown"])
def test_a_sample_runs_from_one_command(sample: str, tmp_path: Path):
    folder = tmp_path / sample
    shutil.copytree(SAMPLES / sample, folder)
    bundle = write_tiny_bundle(tmp_path / "tiny")
    words = ["batch", str(folder / "assets.yaml"), "-o", str(tmp_path / "out")]
    assert run([*words, "--bundle", str(bundle), "--threads", "1", "--joined", "4"]) == 0
    lines = (tmp_path / "out" / "results.jsonl").read_text().splitlines()
    assert len(lines) == len(read_manifest(folder / "assets.yaml").assets)
    for line in map(json.loads, lines):
        assert line["how"] == "made"
        assert all((tmp_path / "out" / name).is_file() for name in line["files"])


@pytest.mark.slow
def test_the_platformer_is_the_same_by_the_shipped_model_on_ray(tmp_path: Path):
    """As it comes, but with a single step, so that it takes seconds."""
    manifest = quick_sample("platformer", tmp_path)
    words = ["batch", str(manifest)]
    here, there = ([*words, "-o", str(tmp_path / name)] for name in ("here", "there"))
    assert run(here) == 0
    assert run([*here, "--locked"]) == 0
    assert run([*there, "--engine", "ray", "--locked"]) == 0
    files = made_files(tmp_path / "there")
    assert files == made_files(tmp_path / "here")
    sheets = [name for name in files if name.endswith(".tres") and "_library" not in name]
    assert len(sheets) == 24


def steps() -> list[dict[str, Any]]:
    body = yaml.safe_load((SAMPLES / "github-actions" / "assets.yml").read_text("utf-8"))
    return body["jobs"]["assets"]["steps"]


def test_the_workflow_runs_on_a_fresh_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Each of its playreel lines, in order, on a manifest whose lockfile is in the repository."""
    bundle = write_tiny_bundle(tmp_path / "tiny")
    flags = ["--bundle", str(bundle), "--threads", "1"]
    monkeypatch.chdir(tmp_path)
    write(tmp_path, assets_yaml=DEFAULTS + "assets: [{name: a, prompt: x}, {name: b, prompt: y}]")
    assert run(["batch", "run", "assets.yaml", "-o", "out", *flags]) == 0
    shutil.rmtree("out")
    lines = [step["run"] for step in steps() if step.get("run", "").startswith("playreel ")]
    assert len(lines) == 3
    for line in lines:
        words = shlex.split(line)[1:]
        assert run([*words, *([] if "validate" in words else flags)]) == 0
    kept = next(step["with"]["path"] for step in steps() if "upload" in step.get("uses", ""))
    assert {"a.tres", "report.html"} & {path.name for path in Path(kept).iterdir()}
    assert all("@v" in step["uses"] for step in steps() if "uses" in step)
