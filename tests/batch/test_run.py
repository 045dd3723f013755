"""Whole runs through the command line, on the tiny bundle."""

import json
import os
import shutil
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.batch.desk import write
from tests.tiny_bundle import write_tiny_bundle
from toolkit.batch.folder_lock import only_run
from toolkit.batch.journal import Journal
from toolkit.cli import run
from toolkit.saved_clip import read_clip

DEFAULTS = (
    "defaults: {num_frames: 2, size: 16x32, num_inference_steps: 2, export: [gif, aseprite]}\n"
)
MANIFEST = (
    DEFAULTS
    + """assets:
- {name: hero, prompt: a red knight, actions: [idle, walk]}
- {name: "foes/slime_{color}", prompt: "a {color} slime", matrix: {color: [red, blue]}}
- {name: hero_coin, prompt: a knight and a coin, reference: {asset: hero, tag: walk, frame: 1}}
"""
)
NAMES = ["hero", "foes/slime_red", "foes/slime_blue", "hero_coin"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


class Desk:
    """A manifest, its output folder and the command on both."""

    def __init__(self, folder: Path, bundle: Path, text: str) -> None:
        self.folder = folder
        self.bundle = bundle
        self.out = folder / "out"
        self.lock = folder / "playreel.lock"
        self.say(text)

    def say(self, text: str) -> None:
        self.manifest = write(self.folder, assets_yaml=text)

    def run(self, *flags: str, command: str = "run", joined: bool = True) -> int:
        words = ["batch", command, str(self.manifest), "-o", str(self.out)]
        words += ["--bundle", str(self.bundle), "--threads", "1"]
        return run([*words, *(("--joined", "1") if joined and command == "run" else ()), *flags])

    def files(self) -> dict[str, bytes]:
        """What was made, without books and reports."""
        made = {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in self.out.rglob("*")
            if path.is_file()
        }
        ours = (".playreel/", "report.html", "results.jsonl", "junit.xml")
        return {name: content for name, content in made.items() if not name.startswith(ours)}

    def journal(self) -> Journal:
        return Journal(self.out / ".playreel" / "journal.jsonl")

    def hows(self) -> dict[str, str]:
        """How each asset ended in the last run."""
        lines = (self.out / "results.jsonl").read_text().splitlines()
        return {line["asset"]: line["how"] for line in map(json.loads, lines)}


@pytest.fixture
def desk(tmp_path: Path, tiny: Path) -> Desk:
    return Desk(tmp_path, tiny, MANIFEST)


@pytest.fixture
def modelless(desk: Desk) -> Desk:
    """A batch that was made; its bundle has lost its graph, so it can generate no more."""
    assert desk.run() == 0
    bundle = desk.folder / "bundle"
    shutil.copytree(desk.bundle, bundle)
    (bundle / "denoiser.onnx").unlink()
    desk.bundle = bundle
    return desk


def test_a_first_run_makes_everything(desk: Desk, capsys: pytest.CaptureFixture[str]):
    assert desk.run() == 0
    said = capsys.readouterr()
    assert sorted(said.out.splitlines()) == sorted(f"made      {name}: 3 files" for name in NAMES)
    assert said.err.startswith("4 made in ")
    assert sorted(desk.files()) == sorted(
        f"{name}{suffix}" for name in NAMES for suffix in (".gif", ".png", ".aseprite.json")
    )
    hero = read_clip(desk.out / "hero.aseprite.json")
    coin = read_clip(desk.out / "hero_coin.aseprite.json")
    (walk,) = (tag for tag in hero.tags if tag.name == "walk")
    np.testing.assert_array_equal(coin.frames[0], hero.frames[walk.start + 1])
    assert (coin.frames[1] != coin.frames[0]).any()


def test_a_second_run_touches_neither_model_nor_files(
    modelless: Desk, capsys: pytest.CaptureFixture[str]
):
    before = {path: path.stat().st_mtime_ns for path in modelless.out.rglob("*.png")}
    lock = modelless.lock.read_bytes()
    capsys.readouterr()
    assert modelless.run("--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["unchanged"], summary["made"], summary["exported"]) == (4, 0, 0)
    assert {path: path.stat().st_mtime_ns for path in modelless.out.rglob("*.png")} == before
    assert modelless.lock.read_bytes() == lock


def test_changed_export_options_do_not_need_the_model(modelless: Desk):
    modelless.say(MANIFEST.replace("[gif, aseprite]", "{gif: , aseprite: {trim: false}}"))
    assert modelless.run() == 0
    assert set(modelless.hows().values()) == {"exported"}
    sheet = json.loads((modelless.out / "hero.aseprite.json").read_text())
    assert all(not frame["trimmed"] for frame in sheet["frames"])


def test_import_settings_that_godot_filled_in_are_left_to_it(modelless: Desk):
    modelless.say(MANIFEST.replace("[gif, aseprite]", "[godot]"))
    assert modelless.run() == 0
    settings = modelless.out / "hero.png.import"
    settings.write_text("filled in")
    assert modelless.run() == 0
    assert set(modelless.hows().values()) == {"unchanged"}
    settings.unlink()
    assert modelless.run() == 0
    assert modelless.hows()["hero"] == "exported"
    assert settings.read_text().startswith("[remap]")


@pytest.mark.parametrize("damage", [b"", b"other"])
def test_lost_or_changed_files_come_back_from_the_cache(modelless: Desk, damage: bytes):
    files = modelless.files()
    (modelless.out / "hero.gif").write_bytes(damage)
    (modelless.out / "hero_coin.png").unlink()
    assert modelless.run() == 0
    assert modelless.files() == files
    assert Counter(modelless.hows().values()) == {"exported": 2, "unchanged": 2}


def test_only_what_changed_and_what_refers_to_it_is_made_again(desk: Desk):
    assert desk.run() == 0
    before = desk.files()
    desk.say(MANIFEST.replace("a red knight", "a blue knight"))
    assert desk.run() == 0
    assert desk.hows() == {
        "hero": "made",
        "hero_coin": "made",
        "foes/slime_red": "unchanged",
        "foes/slime_blue": "unchanged",
    }
    changed = {name for name, content in desk.files().items() if before[name] != content}
    assert {name.split(".")[0] for name in changed} == {"hero", "hero_coin"}


def test_one_by_one_joined_and_measured_give_the_same_bytes(desk: Desk):
    assert desk.run() == 0
    files = desk.files()
    for flags in (["--joined", "3"], []):
        shutil.rmtree(desk.out)
        assert desk.run(*flags, joined=False) == 0
        assert desk.files() == files


def test_a_cache_elsewhere_serves_another_output_folder(desk: Desk, tmp_path: Path):
    assert desk.run("--cache", f"memory://{tmp_path}/c") == 0
    files = desk.files()
    desk.out = tmp_path / "second"
    assert desk.run("--cache", f"memory://{tmp_path}/c") == 0
    assert set(desk.hows().values()) == {"exported"}
    assert desk.files() == files


def test_a_damaged_cache_entry_is_reported_and_made_again(
    desk: Desk, capsys: pytest.CaptureFixture[str]
):
    assert desk.run() == 0
    files = desk.files()
    clips = sorted((desk.out / ".playreel" / "cache" / "clips").rglob("?" * 64))
    assert len(clips) == 4
    for path in clips:
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    for name in files:
        (desk.out / name).unlink()
    for path in (desk.out / ".playreel" / "cache" / "exports").rglob("?" * 64):
        path.unlink()
    capsys.readouterr()
    assert desk.run() == 0
    said = capsys.readouterr()
    assert said.err.count("is damaged (its hash is wrong); it is made again.") == 4
    assert set(desk.hows().values()) == {"made"}
    assert desk.files() == files


def test_the_lockfile_pins_and_locked_holds_it(desk: Desk, capsys: pytest.CaptureFixture[str]):
    assert desk.run("--locked") == 7
    assert "would change: hero is new" in capsys.readouterr().err
    assert not desk.files()
    assert desk.run() == 0
    files = desk.files()
    locked = json.loads(desk.lock.read_text())["manifests"]["assets.yaml"]
    assert set(locked["assets"]) == set(NAMES)
    assert set(locked["assets"]["hero"]["files"]) == {"hero.gif", "hero.png", "hero.aseprite.json"}
    shutil.rmtree(desk.out)
    assert desk.run("--locked") == 0
    assert desk.files() == files
    desk.say(MANIFEST.replace("a coin", "two coins").replace("blue", "green"))
    capsys.readouterr()
    assert desk.run("--locked") == 7
    said = capsys.readouterr().err
    assert "foes/slime_green is new, foes/slime_blue is gone, hero_coin changed" in said
    assert desk.files() == files


def test_a_locked_run_that_comes_out_otherwise_is_7(desk: Desk, capsys: pytest.CaptureFixture[str]):
    """As on a machine whose network rounds another way."""
    assert desk.run() == 0
    body = json.loads(desk.lock.read_text())
    body["manifests"]["assets.yaml"]["assets"]["hero"]["files"]["hero.gif"] = "0" * 64
    desk.lock.write_text(json.dumps(body))
    before = desk.lock.read_bytes()
    capsys.readouterr()
    assert desk.run("--locked") == 7
    assert "differs from the lockfile: hero;" in capsys.readouterr().err
    assert desk.lock.read_bytes() == before


def test_another_bundle_changes_the_lock(desk: Desk, tmp_path: Path):
    assert desk.run() == 0
    desk.bundle = write_tiny_bundle(tmp_path / "other", tint=-0.5)
    assert desk.run("--locked") == 7
    assert desk.run() == 0
    assert set(desk.hows().values()) == {"made"}


def test_two_manifests_share_a_lockfile(desk: Desk):
    assert desk.run() == 0
    desk.manifest = write(desk.folder, more_yaml=DEFAULTS + "assets: [{name: a, prompt: x}]")
    assert desk.run() == 0
    sections = json.loads(desk.lock.read_text())["manifests"]
    assert {name: len(each["assets"]) for name, each in sections.items()} == {
        "assets.yaml": 4,
        "more.yaml": 1,
    }


QUALITY = (
    DEFAULTS
    + """assets:
- {name: bad, prompt: a coin, quality: {colors: 1, retries: 2}}
- {name: kept, prompt: a coin, quality: {colors: 1, retries: 1, otherwise: keep}}
- {name: after_bad, prompt: a knight, reference: bad}
- {name: no_tag, prompt: a knight, reference: {asset: good, tag: fly}}
- {name: no_frame, prompt: a knight, reference: {asset: good, frame: 2}}
- {name: good, prompt: a slime}
"""
)


def test_failures_are_counted_and_the_rest_goes_on(
    tmp_path: Path, tiny: Path, capsys: pytest.CaptureFixture[str]
):
    desk = Desk(tmp_path, tiny, QUALITY)
    assert desk.run("--json") == 1
    summary = json.loads(capsys.readouterr().out)
    assert (summary["made"], summary["failed"]) == (2, 4)
    reasons = summary["failures"]
    assert reasons["bad"].startswith("none of 3 seeds passed; of the best, colors is ")
    assert reasons["after_bad"] == "the asset it refers to, bad, could not be made."
    assert reasons["no_tag"] == "reference has the tag 'fly'; choose default."
    assert reasons["no_frame"] == "reference has the frame 2; must be 0 to 1."
    assert {name.split(".")[0] for name in desk.files()} == {"good", "kept"}
    cases = {
        case.get("name"): case
        for case in ElementTree.parse(desk.out / "junit.xml").iter("testcase")
    }
    assert {name for name, case in cases.items() if case.find("failure") is not None} == set(
        reasons
    )
    assert cases["bad"].get("line") == "3"
    kept = cases["kept"].find("system-out")
    assert kept is not None
    assert (kept.text or "").startswith("colors is ")


def test_a_known_failure_does_not_ask_the_model_again(tmp_path: Path, tiny: Path):
    desk = Desk(tmp_path, tiny, QUALITY)
    assert desk.run() == 1
    attempts = desk.journal().read()["bad"].attempts
    bundle = tmp_path / "bundle"
    shutil.copytree(tiny, bundle)
    desk.bundle = bundle
    desk.say("\n".join(line for line in QUALITY.splitlines() if "reference" not in line))
    (bundle / "denoiser.onnx").unlink()
    assert desk.run() == 1
    assert desk.journal().read()["bad"].attempts == attempts == 3


def test_a_locked_seed_is_tried_first(tmp_path: Path, tiny: Path):
    text = DEFAULTS + "assets: [{name: a, prompt: x, quality: {empty_frames: 0, retries: 3}}]"
    desk = Desk(tmp_path, tiny, text)
    assert desk.run() == 0
    body = json.loads(desk.lock.read_text())
    body["manifests"]["assets.yaml"]["assets"]["a"]["seed"] = 77
    desk.lock.write_text(json.dumps(body))
    shutil.rmtree(desk.out)
    assert desk.run() == 0
    assert desk.journal().read()["a"].seed == 77


def test_one_run_at_a_time(desk: Desk, capsys: pytest.CaptureFixture[str]):
    with only_run(desk.out / ".playreel" / "running"):
        assert desk.run() == 2
    assert "another batch is running in" in capsys.readouterr().err
    assert desk.run() == 0


def test_resume_takes_up_the_last_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    assert desk.run() == 0
    files = desk.files()
    (desk.out / "hero.gif").unlink()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run(["batch", "resume", os.path.relpath(desk.out)]) == 0
    assert desk.files() == files


def test_without_an_order_there_is_nothing_to_resume(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["batch", "resume", str(tmp_path)]) == 2
    assert "holds no batch to resume; run playreel batch MANIFEST" in capsys.readouterr().err


def test_formats_that_want_one_file_with_other_content_are_refused(
    tmp_path: Path, tiny: Path, capsys: pytest.CaptureFixture[str]
):
    text = "assets: [{name: a, prompt: x, export: {godot: {trim: false}, aseprite: {trim: true}}}]"
    desk = Desk(tmp_path, tiny, text)
    assert desk.run() == 2
    said = capsys.readouterr().err
    assert "assets.yaml:1:10: aseprite and another format both write" in said
    assert not desk.out.exists()


def test_a_manifest_may_stand_right_after_batch(desk: Desk):
    words = [str(desk.manifest), "-o", str(desk.out), "--bundle", str(desk.bundle)]
    assert run(["batch", *words, "--threads", "1", "--joined", "1"]) == 0
    assert len(desk.files()) == 12
