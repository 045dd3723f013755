"""``estimate``, ``verify``, ``clean`` and ``--dry-run``: what looks at a batch."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.batch.test_run import DEFAULTS, MANIFEST, NAMES, Desk
from tests.tiny_bundle import write_tiny_bundle
from toolkit.batch.estimate import estimate
from toolkit.batch.journal import Record
from toolkit.batch.order import Order, prepare, read_order
from toolkit.messages import SpriteRequest, TurntableRequest
from toolkit.pipelines.cost import cost_of, measure_once, see
from toolkit.pipelines.speed import Speed, Speeds, measure
from toolkit.runtime.models import Models, load_models

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture
def desk(tmp_path: Path, tiny: Path) -> Desk:
    return Desk(tmp_path, tiny, MANIFEST)


WATCHED = """
import sys
WRITES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "shutil.rmtree"}

def watch(event, arguments):
    if event.startswith("socket.") or event in WRITES:
        raise SystemExit(f"{event} {arguments}")
    if event == "open" and arguments[1] is not None and set("wax+") & set(arguments[1] or ""):
        raise SystemExit(f"{event} {arguments}")

sys.dont_write_bytecode = True
sys.addaudithook(watch)
from toolkit.cli import main
main()
"""


def watched(desk: Desk, *flags: str) -> subprocess.CompletedProcess[str]:
    """The program in a process that dies when it opens a socket or writes anything."""
    words = ["batch", "run", str(desk.manifest), "-o", str(desk.out), "--bundle", str(desk.bundle)]
    command = [sys.executable, "-c", WATCHED, *words, *flags]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_a_dry_run_writes_nothing_and_opens_no_socket(desk: Desk):
    done = watched(desk, "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == ("generate  hero: hero.gif, hero.aseprite.json, hero.png")
    assert len(done.stdout.splitlines()) == 4
    assert sorted(path.name for path in desk.folder.iterdir()) == ["assets.yaml"]
    real = watched(desk)
    assert real.returncode == 1
    assert real.stderr.startswith("os.mkdir") or real.stderr.startswith("open")


def test_a_dry_run_says_what_a_run_then_does(desk: Desk, capsys: pytest.CaptureFixture[str]):
    assert desk.run("--dry-run", "--json") == 0
    steps = json.loads(capsys.readouterr().out)["steps"]
    planned = {name for step in steps for name in step["files"]}
    assert {step["work"] for step in steps} == {"generate"}
    assert desk.run() == 0
    assert set(desk.files()) == planned
    (desk.out / "hero.gif").unlink()
    desk.say(MANIFEST.replace("a coin", "a key"))
    capsys.readouterr()
    assert desk.run("--dry-run", "--json") == 0
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert {step["asset"]: step["work"] for step in steps} == {
        "hero": "export",
        "foes/slime_red": "nothing",
        "foes/slime_blue": "nothing",
        "hero_coin": "generate",
    }


def test_a_dry_run_leaves_damaged_entries_alone(desk: Desk):
    assert desk.run() == 0
    (desk.out / "hero.gif").unlink()
    for path in (desk.out / ".playreel" / "cache" / "outcomes").rglob("?" * 64):
        path.write_bytes(b"damaged")
    done = watched(desk, "--dry-run")
    assert done.returncode == 0
    assert "is damaged" in done.stderr


SPEED = Speed(single_seconds=0.5, guided_seconds=0.75, operations=1000, peak_mib=300.0)


def unloaded() -> Models:
    raise AssertionError("the model was loaded")


def test_an_estimate_adds_up_from_remembered_speeds(desk: Desk, tmp_path: Path, tiny: Path):
    desk.say(
        DEFAULTS
        + "assets:\n- {name: a, prompt: x, actions: [idle, walk]}\n"
        + "- {name: b, prompt: y, guidance_scale: 1, quality: {retries: 2}}\n"
    )
    order = Order(manifest=str(desk.manifest), out=str(desk.out), bundle=str(tiny), threads=1)
    prepared = prepare(order, read_order(order), print)
    speeds = Speeds(tmp_path / "speed.json")
    speeds.put(f"{prepared.card.hash[:16]}-cpu-1-2x16x32", SPEED)
    found = estimate(prepared, unloaded, Speeds(tmp_path / "speed.json"))
    # a: two takes of two steps, the first outside guidance's interval; b: one, never guided
    assert (found.work.single_runs, found.work.guided_runs) == (2 + 2, 2)
    assert found.seconds == 4 * 0.5 + 2 * 0.75
    assert found.seconds_with_retries == 2 * 0.5 + 2 * 0.75 + 3 * 2 * 0.5
    assert found.operations == 8 * 1000
    assert (found.work.frames, found.work.takes, found.work.tokens) == (6, 3, 12)
    assert (found.assets, found.generate, found.peak_mib) == (2, 2, 300.0)
    assert found.disk_mib == round(6 * 16 * 32 * 4 * (2 + 2 * 2) / 2**20, 3)


def test_a_shape_is_measured_once_and_remembered(tiny: Path, tmp_path: Path):
    ticks = iter(range(1000))
    models = load_models(tiny, threads=1)
    request = SpriteRequest(prompt="x", num_frames=2, width=16, height=32)
    speed = measure(models, request, tiny, clock=lambda: next(ticks))
    assert (speed.single_seconds, speed.guided_seconds, speed.operations) == (1, 1, 0)
    Speeds(tmp_path / "s.json").put("key", speed)
    assert Speeds(tmp_path / "s.json").get("key") == speed
    (tmp_path / "s.json").write_text("{]")
    assert Speeds(tmp_path / "s.json").get("key") is None


def test_the_cost_of_one_request_is_a_line(tiny: Path, tmp_path: Path):
    models = load_models(tiny, threads=1)
    request = SpriteRequest(prompt="x", num_frames=2, width=16, height=32, num_inference_steps=2)
    speeds = Speeds(tmp_path / "speed.json")
    speeds.put(f"{models.card.hash[:16]}-cpu-1-2x16x32", replace(SPEED, operations=10**12))

    def told(request: SpriteRequest) -> str:
        where: Any = {"provider": "cpu", "threads": 1}
        measure_once(request, models, speeds, bundle=tiny, **where)
        return str(cost_of(request, models.card, speeds, formats=64, **where))

    assert told(request) == (
        "2 frames, 4 tokens, 3 network evaluations, 3.000 TFLOP, about 1.2 s, 300 MiB of memory, "
        "at most 0.2 MiB on disk"
    )
    measured = "2 frames, 8 tokens, 3 network evaluations, about 0.0 s, "
    assert told(replace(request, height=64)).startswith(measured)
    assert f"{models.card.hash[:16]}-cpu-1-2x16x64" in (tmp_path / "speed.json").read_text()
    large = replace(request, num_frames=64, width=128, height=128)
    assert told(large) == "64 frames, 4096 tokens, 3 network evaluations, at most 256.0 MiB on disk"
    see(large, models.card, speeds, provider="cpu", threads=1, seconds=9.0)
    assert "3 network evaluations, about 9.0 s, " in told(large)
    assert "about 6.0 s" in told(replace(large, guidance_scale=1))


def test_a_turntable_costs_too(tiny: Path, tmp_path: Path):
    card = load_models(tiny, threads=1).card
    where: Any = {"provider": "cpu", "threads": 1, "formats": 1}
    drawn = TurntableRequest(prompt="a coin", views=4, width=16, height=32)
    cost = cost_of(drawn, card, Speeds(tmp_path / "s.json"), **where)
    assert (cost.work.frames, cost.work.tokens, cost.disk_bytes) == (4, 8, 4 * 16 * 32 * 4)
    mesh = TurntableRequest(mesh="a.obj", views=4, passes=("rgba", "depth"))
    cost = cost_of(mesh, card, Speeds(tmp_path / "s.json"), **where)
    assert str(cost) == "8 frames, 0 tokens, 0 network evaluations, at most 2.0 MiB on disk"


def test_the_estimate_command(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(desk.folder / "home"))
    assert desk.run("--json", command="estimate") == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["assets"], first["generate"], first["frames"]) == (4, 4, 10)
    assert first["seconds"] > 0
    assert first["evaluations"] == 5 * 3
    assert desk.run("--json", command="estimate") == 0
    assert json.loads(capsys.readouterr().out) == first
    assert desk.run() == 0
    capsys.readouterr()
    assert desk.run(command="estimate") == 0
    assert "4: 0 to generate, 0 to export, 4 unchanged" in capsys.readouterr().out


def test_verify_makes_everything_again(desk: Desk, capsys: pytest.CaptureFixture[str]):
    assert desk.run(command="verify") == 2
    assert "nothing in" in capsys.readouterr().err
    assert desk.run() == 0
    capsys.readouterr()
    assert desk.run("--sample", "0", command="verify") == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [f"ok    {name}: 3 files" for name in sorted(NAMES)]
    assert desk.run("--sample", "2", "--json", command="verify") == 0
    assert len(json.loads(capsys.readouterr().out)["assets"]) == 2


def test_verify_names_what_differs(desk: Desk, capsys: pytest.CaptureFixture[str]):
    assert desk.run() == 0
    journal = desk.journal()
    hero: Record = journal.read()["hero"]
    journal.append(replace(hero, files={**hero.files, "hero.gif": "0" * 64}))
    desk.say(MANIFEST.replace("a coin", "a key"))
    capsys.readouterr()
    assert desk.run("--sample", "0", command="verify") == 1
    assert capsys.readouterr().out.splitlines() == [
        "ok    foes/slime_blue: 3 files",
        "ok    foes/slime_red: 3 files",
        "FAIL  hero: differs in hero.gif",
        "FAIL  hero_coin: the manifest or bundle changed since",
    ]


def test_clean_removes_what_is_no_longer_asked_for(desk: Desk, capsys: pytest.CaptureFixture[str]):
    assert desk.run() == 0
    files = desk.files()
    (desk.out / "foreign.png").write_bytes(b"mine")
    (desk.out / "foes" / "slime_red.gif").write_bytes(b"painted over")
    (desk.out / ".playreel-0123456789abcdef.part").write_bytes(b"half")
    desk.say("\n".join(line for line in MANIFEST.splitlines() if "foes" not in line))
    capsys.readouterr()
    assert desk.run("--json", command="clean") == 0
    cleaned = json.loads(capsys.readouterr().out)
    assert cleaned["kept"] == ["foes/slime_red.gif"]
    assert cleaned["cache_entries"] == 2 * (1 + 1 + 3)
    left = desk.files()
    assert left == {
        **{name: content for name, content in files.items() if not name.startswith("foes")},
        "foreign.png": b"mine",
        "foes/slime_red.gif": b"painted over",
    }
    assert desk.run() == 0
    assert set(desk.hows().values()) == {"unchanged"}


def test_clean_all_leaves_only_what_is_not_ours(desk: Desk):
    assert desk.run() == 0
    (desk.out / "foreign.png").write_bytes(b"mine")
    assert desk.run("--all", command="clean") == 0
    assert sorted(path.name for path in desk.out.iterdir()) == [".playreel", "foreign.png"]
    assert desk.journal().read() == {}
    assert desk.run() == 0
    assert set(desk.hows().values()) == {"made"}


def test_validate_counts_and_the_schema_is_printed(desk: Desk, capsys: pytest.CaptureFixture[str]):
    from toolkit.batch.schema import manifest_schema
    from toolkit.cli import run

    assert run(["batch", "validate", str(desk.manifest)]) == 0
    assert capsys.readouterr().out == f"{desk.manifest}: 4 assets, 12 files\n"
    assert run(["batch", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == manifest_schema()
    desk.say("assets: [{name: a, promt: x}]")
    assert run(["batch", "validate", str(desk.manifest)]) == 2
    assert capsys.readouterr().err.startswith(f"error: {desk.manifest}:1:20: 'promt' is unknown")
