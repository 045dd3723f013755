"""Runs of a scripted program in the place of ``playreel``."""

import json
import os
import sys
from pathlib import Path

import pytest

from bridges.blender.jobs.deliveries import Delivery
from bridges.blender.jobs.drawing import Drawing, TurntableForm, find_program
from toolkit.commands.turntable_jobs import read_stops
from toolkit.errors import JobCancelled, JobFailed, ServerUnreachable

DELIVERY = Delivery(job="a", kind="plane", scene="Scene", name="Tower")
DRAWS = """
import json, pathlib, sys
flags = dict(flag.removeprefix("--").split("=", 1) for flag in sys.argv[3:])
out = pathlib.Path(flags["out"])
out.mkdir()
mesh = pathlib.Path(sys.argv[2]).read_bytes().decode()
(out / (flags["name"] + ".frames.json")).write_text(json.dumps({"flags": flags, "mesh": mesh}))
"""


def program(folder: Path, source: str) -> str:
    path = folder / "program"
    path.write_text(f"#!{sys.executable}\n{source}")
    path.chmod(0o755)
    return str(path)


def wait(drawing: Drawing) -> None:
    os.waitid(os.P_PID, drawing._process.pid, os.WEXITED | os.WNOWAIT)
    assert drawing.ended()


def test_the_program_gets_the_mesh_and_the_fields(tmp_path: Path):
    form = TurntableForm(views=8, width=48, height=64, elevation=30)
    drawing = Drawing(program(tmp_path, DRAWS), b"a mesh", form, DELIVERY)
    wait(drawing)
    seen = json.loads(drawing.frames().read_text())
    assert seen["mesh"] == "a mesh"
    assert {key: seen["flags"][key] for key in ("views", "size", "elevation", "fps", "export")} == {
        "views": "8", "size": "48x64", "elevation": "30", "fps": "12.0", "export": "png_sequence",
    }  # fmt: skip
    drawing.clear()
    assert not drawing.frames().parent.parent.exists()


def test_the_camera_s_path_is_written_as_the_program_reads_it():
    form = TurntableForm(path=((0.0, 20.0), (-90.5, 45.25)))
    (path,) = [flag for flag in form.arguments() if flag.startswith("--path=")]
    assert read_stops(path.removeprefix("--path=")) == form.path
    assert not [flag for flag in form.arguments() if flag.startswith("--elevation")]


def test_a_failure_says_what_the_program_said(tmp_path: Path):
    source = "import sys\nprint('noise')\nsys.exit('error: mesh.glb has no faces; choose another.')"
    drawing = Drawing(program(tmp_path, source), b"", TurntableForm(), DELIVERY)
    wait(drawing)
    with pytest.raises(JobFailed, match=r"^mesh.glb has no faces; choose another\.$"):
        drawing.frames()
    drawing.clear()


def test_a_cancelled_program_ends(tmp_path: Path):
    drawing = Drawing(program(tmp_path, "input = __import__('time').sleep(3600)"), b"",
                      TurntableForm(), DELIVERY)  # fmt: skip
    assert not drawing.ended()
    drawing.cancel()
    wait(drawing)
    with pytest.raises(JobCancelled):
        drawing.frames()
    drawing.clear()


def test_a_program_that_is_not_there_says_how_to_get_it():
    with pytest.raises(ServerUnreachable, match="pip install 'playreel"):
        find_program("/nowhere/playreel")
    assert find_program(sys.executable) == sys.executable
