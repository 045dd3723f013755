import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from PIL import Image
from trimesh.creation import cylinder

from exporters import EXPORTERS
from tests.tiny_bundle import write_tiny_bundle
from toolkit.cli import playreel, run

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def shown() -> list[str]:
    """Every command that the README shows after a prompt sign, and the one of the set-up."""
    first = fenced("sh")[0].strip().partition(".venv/bin/playreel ")[2]
    lines = [line for block in fenced("console") for line in block.splitlines()]
    assert all(line.startswith("$ playreel ") for line in lines)
    return [first, *(line.removeprefix("$ playreel ") for line in lines)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the commands of the README read."""
    folder = tmp_path_factory.mktemp("desk")
    write_tiny_bundle(folder / "tiny")
    (folder / "my.hex").write_text("1a1c2c\n38b764\nf4f4f4\n")
    Image.new("RGBA", (64, 64), (200, 30, 30, 255)).save(folder / "knight.png")
    cylinder(radius=1, height=2, sections=12).export(folder / "barrel.glb")
    shutil.copytree(ROOT / "samples", folder / "samples")  # a batch writes its lockfile there
    return folder


def test_two_set_up_commands_of_one_line_each():
    blocks = fenced("sh")
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert all(block.startswith("python3 -m venv .venv") for block in blocks)


def test_the_second_is_what_ci_runs():
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert script[-1] == fenced("sh")[1].strip()
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_every_command_shown_runs(desk: Path, monkeypatch: pytest.MonkeyPatch):
    """In their order, on a tiny bundle, because later ones read what earlier ones wrote."""
    monkeypatch.chdir(desk)
    for line in shown():
        words = shlex.split(line)
        match words[0]:
            case "generate" | "batch":
                words += ["--bundle", "tiny", "--threads", "1"]
            case "models":
                words += ["tiny"]
            case "doctor":
                words += ["--bundle", "tiny"]
            case _:
                pass
        assert run(words) == 0, line
    written = {path.suffix for path in (desk / "out").iterdir() if path.is_file()}
    assert written == {".png", ".import", ".tres", ".tscn", ".webp"}
    for path in (desk / "out" / "slime").iterdir():
        assert (desk / "out" / "again" / path.name).read_bytes() == path.read_bytes()


def test_the_python_example_runs(desk: Path):
    (example,) = fenced("python")
    assert example.count("load_models()") == 1
    code = example.replace("load_models()", "load_models(Path('tiny'), threads=1)")
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"]
    subprocess.run(command, cwd=desk, check=True)
    assert (desk / "out" / "knight.tres").is_file()


@pytest.mark.parametrize("line", re.findall(r"`playreel ([^`]+)`", README.replace("\n", " ")))
def test_commands_in_running_text_exist(line: str):
    words = shlex.split(line.replace("...", "x"))
    command: click.Command = playreel
    while isinstance(command, click.Group) and words:
        command = command.commands[words.pop(0)]
    if words:
        command.make_context("playreel", words)


def test_the_format_table_names_every_exporter():
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(EXPORTERS)


def test_files_it_points_to_exist():
    for name in re.findall(r"`([A-Z]+\.md|LICENSE|NOTICE)`", README):
        assert (ROOT / name).is_file(), name
