import json
import os
import signal
import struct
import subprocess
import sys
import zlib
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exporters import EXPORTERS
from exporters.provenance import read_metadata
from tests.tiny_bundle import write_tiny_bundle
from toolkit.cli import playreel, run
from toolkit.messages import SpriteRequest, decode_request
from toolkit.saved_clip import read_clip

ROOT = Path(__file__).parent.parent
PROMPT = "a red knight walking right"
FILES = (
    "a_red_knight_walking_right.tres", "a_red_knight_walking_right.tscn",
    "a_red_knight_walking_right_library.tres", "a_red_knight_walking_right_player.tscn",
    "a_red_knight_walking_right.png.import", "a_red_knight_walking_right.png",
    "a_red_knight_walking_right.webp",
)  # fmt: skip
QUICK = ("--frames", "2", "--size", "16x32", "--steps", "2", "--threads", "1")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def generate(bundle: Path, out: Path, *more: str, prompt: str = PROMPT) -> int:
    return run(["generate", prompt, *QUICK, "--bundle", str(bundle), "-o", str(out), *more])


def test_generate_writes_sheet_scene_and_preview(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert generate(bundle, tmp_path / "out", "--seed", "1") == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(tmp_path / "out" / name) for name in FILES]
    cost, seed = said.err.splitlines()
    assert cost.startswith("2 frames, 4 tokens, 3 network evaluations")
    assert seed.startswith("seed 1, ")
    assert sorted(contents(tmp_path / "out")) == sorted(FILES)


def test_json_says_everything_on_stdout(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert generate(bundle, tmp_path, "--seed", "7", "--name", "hero", "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["seed"] == 7
    assert (result["frames"], result["size"], result["name"]) == (2, [16, 32], "hero")
    assert set(result["seconds"]) == {"load", "generate", "export", "write"}
    assert result["quality"]["empty_frames"] == 0
    assert all(Path(path).is_file() for path in result["files"])


def test_flags_fill_the_request(bundle: Path, tmp_path: Path):
    palette = tmp_path / "two.hex"
    palette.write_text("ff0000\n0000ff\n")
    Image.new("RGB", (16, 32), "red").save(tmp_path / "first.png")
    flags = [
        "--negative-prompt", "blurry", "--fps", "8", "--seed", "5", "--guidance", "3.5",
        "--sampler", "unipc", "--no-loop", "--actions", "idle,walk", "--directions", "2",
        "--palette", str(palette), "--colors", "2", "--image", str(tmp_path / "first.png"),
        "--export", "png_sequence", "--name", "x",
    ]  # fmt: skip
    assert generate(bundle, tmp_path / "out", *flags) == 0
    metadata = read_metadata((tmp_path / "out" / "x_0000.png").read_bytes())
    request = decode_request(metadata["request"])
    assert request.image.startswith(b"\x89PNG")
    assert request == SpriteRequest(
        prompt=PROMPT, negative_prompt="blurry", num_frames=2, width=16, height=32, fps=8,
        seed=5, num_inference_steps=2, guidance_scale=3.5, sampler="unipc", loop=False,
        actions=("idle", "walk"), directions=2, palette=("ff0000", "0000ff"), max_colors=2,
        image=request.image,
    )  # fmt: skip
    clip = read_clip(tmp_path / "out" / "x.frames.json")
    assert [tag.name for tag in clip.tags] == [
        "idle_right", "idle_left", "walk_right", "walk_left",
    ]  # fmt: skip
    colors = clip.frames[clip.frames[..., 3] > 0][:, :3]
    assert {tuple(color) for color in colors.tolist()} <= {(255, 0, 0), (0, 0, 255)}


def test_every_field_of_the_request_has_a_flag():
    command = playreel.commands["generate"]
    flags = {parameter.name for parameter in command.params}
    assert {field.name for field in fields(SpriteRequest)} - {"width", "height"} <= flags


def test_without_a_seed_each_run_draws_anew(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    seeds: set[int] = set()
    for _ in range(2):
        assert generate(bundle, tmp_path, "--json") == 0
        seeds.add(json.loads(capsys.readouterr().out)["seed"])
    assert len(seeds) == 2


@pytest.mark.parametrize(
    "file", ["hero.png", "hero.tres", "hero.webp", "hero.gif", "hero.apng", "hero.aseprite.json"]
)
def test_any_file_makes_all_of_them_again(file: str, bundle: Path, tmp_path: Path):
    formats = ("--export", "godot,aseprite,gif,apng,webp")
    first, again = tmp_path / "first", tmp_path / "again"
    assert generate(bundle, first, "--seed", "3", "--name", "hero", *formats) == 0
    renamed = tmp_path / f"renamed{Path(file).suffix}"
    renamed.write_bytes((first / file).read_bytes())
    where = ["--bundle", str(bundle), "--threads", "1", "-o", str(again)]
    assert run(["generate", "--from", str(renamed), *where, *formats]) == 0
    assert contents(again) == contents(first)


def test_another_model_is_refused(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    other = write_tiny_bundle(tmp_path / "other", tint=-0.5)
    assert generate(other, tmp_path / "out", "--name", "hero") == 0
    capsys.readouterr()
    source = str(tmp_path / "out" / "hero.png")
    command = ["generate", "--from", source, "--bundle", str(bundle), "-o", str(tmp_path / "no")]
    assert run([*command, "--threads", "1"]) == 2
    assert "was made with model" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("flag", [("--seed", "2"), ("--no-loop",), ("--frames", "4")])
def test_from_takes_the_whole_request(
    flag: tuple[str, ...], bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["generate", "--from", "hero.png", *flag]) == 2
    assert "--from takes the whole request from hero.png; leave out" in capsys.readouterr().err


BAD_REQUESTS = {
    "empty prompt": ([""], "prompt is empty; say what to draw"),
    "no prompt": ([], "no prompt is given; say what to draw"),
    "no frames": (["x", "--frames", "0"], "num_frames is 0; must be 1 to 64"),
    "many frames": (["x", "--frames", "10000"], "num_frames is 10000; must be 1 to 64"),
    "odd size": (["x", "--size", "60x64"], "width is 60; must be a multiple of 16"),
    "no size": (["x", "--size", "big"], "size is 'big'; write width x height"),
    "bad number": (["x", "--frames", "two"], "'two' is not a valid integer"),
    "unknown action": (["x", "--actions", "swim"], "choose from idle, walk, run"),
    "unknown sampler": (["x", "--sampler", "ddim"], "choose from euler, unipc, lcm"),
    "unknown format": (["x", "--export", "flipbook"], f"choose from {', '.join(EXPORTERS)}"),
    "no format": (["x", "--export", ","], "no format is named; choose from godot"),
    "missing image": (["x", "--image", "gone.png"], "cannot read gone.png: No such file"),
    "image is text": (["x", "--image", "text.png"], "text.png is no picture; give PNG"),
    "image is cut": (["x", "--image", "cut.png"], "cut.png is damaged"),
    "huge image": (["x", "--image", "huge.png"], "10000x10000 pixels; at most 4096x4096"),
    "vast image": (["x", "--image", "vast.png"], "vast.png is too large; at most 4096x4096"),
    "image is a folder": (["x", "--image", "folder"], "cannot read folder: Is a directory"),
    "bad palette": (["x", "--palette", "text.hex"], "text.hex, line 1"),
    "missing palette": (["x", "--palette", "gone.hex"], "cannot read gone.hex"),
    "foreign file": (["--from", "plain.png"], "plain.png: the file carries no Playreel metadata"),
    "missing file": (["--from", "gone.png"], "cannot read gone.png"),
    "file as folder": (["x", "-o", "text.png"], "text.png is a file; choose another folder"),
    "file above folder": (["x", "-o", "text.png/out"], "text.png is a file; choose another"),
    "no bundle": (["x", "--bundle", "gone"], "model.json is missing; reinstall"),
    "damaged bundle": (["x", "--bundle", "bad"], "instead of"),
    "no provider": (["x", "--provider", "coreml"], "provider 'coreml' does not work"),
    "unknown flag": (["x", "--sed", "1"], "No such option"),
    "no threads": (["x", "--threads", "0"], "--threads"),
}


@pytest.fixture(scope="module")
def mess(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the broken files that ``BAD_REQUESTS`` names."""
    folder = tmp_path_factory.mktemp("mess")
    (folder / "folder").mkdir()
    (folder / "text.png").write_text("hello")
    (folder / "text.hex").write_text("hello")
    Image.new("RGBA", (64, 64), "red").save(folder / "plain.png")
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(folder / "cut.png")
    (folder / "cut.png").write_bytes((folder / "cut.png").read_bytes()[:5000])
    for name, side in (("huge.png", 10_000), ("vast.png", 30_000)):
        (folder / name).write_bytes(png_header(side))
    write_tiny_bundle(folder / "bad")
    with (folder / "bad" / "denoiser.onnx").open("ab") as file:
        file.write(b"\0")
    return folder


def png_header(side: int) -> bytes:
    """The start of a PNG that promises ``side`` x ``side`` pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(header))
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + check
    return start + struct.pack(">I4s", 8, b"IDAT") + bytes(12)


@pytest.fixture
def desk(mess: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of ``mess`` as the current one."""
    monkeypatch.chdir(mess)
    return mess


@pytest.mark.parametrize("case", BAD_REQUESTS)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    case: str, desk: Path, bundle: Path, capsys: pytest.CaptureFixture[str]
):
    arguments, sentence = BAD_REQUESTS[case]
    before = sorted(desk.rglob("*"))
    whole = ["generate", *arguments]
    if "--bundle" not in arguments:
        whole += ["--bundle", str(bundle)]
    assert run(whole) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    assert sentence in said.err
    assert sorted(desk.rglob("*")) == before


def test_what_can_fail_early_fails_before_the_model_is_touched(
    desk: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["generate", "x", "-o", "text.png", "--bundle", "bad"]) == 2
    assert "text.png is a file" in capsys.readouterr().err


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
from toolkit.cli import main
main()
"""


def program(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_a_disk_that_takes_no_more_is_one_sentence_and_leaves_nothing(bundle: Path, tmp_path: Path):
    """A limit on file size stands for the full disk: the write fails half way."""
    out = tmp_path / "new" / "out"
    done = program(LIMITED, "generate", "x", *QUICK, "--bundle", str(bundle), "-o", str(out))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"error: cannot write to {out}: ")
    assert done.stderr.count("\n") == 2  # what it costs, and the error
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_is_code_4_without_a_traceback(tmp_path: Path):
    """The program waits for a picture from a pipe, so the moment of the signal is known."""
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "toolkit", "generate", "x", "--image", str(pipe)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        with pipe.open("wb"):
            process.send_signal(signal.SIGINT)
            assert process.wait() == 4
        assert process.stderr is not None
        assert process.stderr.read().strip() == "error: cancelled; nothing more was written."


def test_export_turns_a_saved_clip_into_other_formats(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    formats = ("--export", ",".join(EXPORTERS))
    assert generate(bundle, tmp_path / "all", "--seed", "3", "--name", "hero", *formats) == 0
    source = str(tmp_path / "all" / "hero.webp")
    capsys.readouterr()
    again = tmp_path / "again"
    command = ["export", source, "--format", ",".join(EXPORTERS), "-o", str(again), "--json"]
    assert run(command) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 2
    assert contents(again) == contents(tmp_path / "all")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["plain.png", "--format", "gif"], "plain.png is one picture"),
        (["gone.webp", "--format", "gif"], "cannot read gone.webp"),
        (["text.png", "--format", "gif"], "text.png is no clip"),
        (["plain.png", "--format", "flipbook"], "format is 'flipbook'; choose from godot"),
        (["plain.png"], "Missing option '--format'"),
    ],
)
def test_export_refuses_in_one_sentence(
    arguments: list[str], sentence: str, desk: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["export", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert sentence in said
    assert not (desk / "out").exists()


def test_models_list_and_verify(bundle: Path, desk: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["models", "list", str(bundle), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["models"][0]
    assert (listed["name"], listed["licence"], len(listed["hash"])) == ("clip", "Apache-2.0", 64)
    assert run(["models", "verify", str(bundle)]) == 0
    assert capsys.readouterr().out == f"ok    {bundle}: {listed['hash']}\n"
    assert run(["models", "verify", "bad", str(bundle), "--json"]) == 1
    checked = json.loads(capsys.readouterr().out)["models"]
    assert [entry["whole"] for entry in checked] == [False, True]


def test_help_and_version(capsys: pytest.CaptureFixture[str]):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == "playreel, version 0.1.0\n"
    assert run([]) == 2
    assert "generate" in capsys.readouterr().out
    for name in playreel.commands:
        assert run([name, "--help"]) == 0


TORCHLESS = """
import sys
sys.modules["torch"] = None
from toolkit.cli import run
for line in sys.argv[1:]:
    print(run(line.split()))
"""


def test_without_torch_training_says_what_to_install():
    lines = [
        "train clip", "train bundle --run r -o b", "evaluate clip", "evaluate judges",
        "evaluate world", "bench",
    ]  # fmt: skip
    done = program(TORCHLESS, *lines)
    sentence = "error: this command needs torch; pip install 'playreel[train]'.\n"
    assert done.stderr == sentence * len(lines)
    assert done.stdout.split() == ["2"] * len(lines)


def test_training_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    train = ["train", "clip", "--recipe", "tiny", "--run", str(tmp_path / "run")]
    short = ["--hours", "0.00001", "--no-compile", "--threads", "1"]
    assert run([*train, *short, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["step"] >= 1
    assert (tmp_path / "run" / "checkpoint.pt").is_file()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["clip", "--recipe", "huge"],
            "recipe is 'huge'; choose from clip, clip-on, clip-keep-words, clip-figures",
        ),
        (["clip", "--hours", "0"], "hours is 0.0; must be above 0"),
        (["clip", "--hours", "nan"], "hours is nan; must be above 0"),
        (["clip", "--recipe", "tiny", "--resume", "--run", "r"], "start without --resume"),
        (["clip", "--run", "text.png/r"], "text.png is a file"),
        (["clip", "--style", "none", "--run", "r"], "none is no folder; give one with 20 to 200"),
        (["clip", "--style", "folder", "--run", "r"], "folder holds 0 sprites; a style is learned"),
        (["clip", "--style", "folder", "--packs", "folder", "--run", "r"], "--packs does not go"),
        (["clip", "-o", "b", "--run", "r"], "-o goes with --style"),
        (
            ["clip", "--recipe", "tiny-student", "--run", "r", "--no-compile"],
            "start a student with",
        ),
        (["bundle", "--recipe", "tiny", "--run", "folder", "-o", "b"], "does not exist"),
        (
            ["bundle", "--recipe", "student", "--keep-student", "b", "--run", "r", "-o", "b"],
            "student makes a student of its own; leave out --keep-student",
        ),
    ],
)
def test_training_refuses_in_one_sentence(
    arguments: list[str], sentence: str, desk: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["train", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert sentence in said
