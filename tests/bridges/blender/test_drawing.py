"""Runs of a scripted program in the place of ``playreel``."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridges.blender.jobs.deliveries import Delivery
from bridges.blender.jobs.drawing import (
    TurntableForm,
    Work,
    carve_mesh,
    draw_turntable,
    find_program,
    takes_mesh,
)
from toolkit.commands.turntable_jobs import read_stops
from toolkit.errors import BadRequest, JobCancelled, JobFailed, ServerUnreachable
from toolkit.messages import TurntableRequest, decode_request
from toolkit.wire.answers import HelloOk
from toolkit.wire.examples import SERVER_EXAMPLES

DELIVERY = Delivery(job="a", kind="plane", scene="Scene", name="Tower")
DRAWS = """
import json, pathlib, sys
flags = dict(flag.removeprefix("--").split("=", 1) for flag in sys.argv[3:] if "=" in flag)
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


def wait(drawing: Work) -> None:
    os.waitid(os.P_PID, drawing._process.pid, os.WEXITED | os.WNOWAIT)
    assert drawing.ended()


def test_the_program_gets_the_mesh_and_the_fields(tmp_path: Path):
    form = TurntableForm(views=8, width=48, height=64, elevation=30)
    drawing = draw_turntable(program(tmp_path, DRAWS), b"a mesh", form, DELIVERY)
    wait(drawing)
    seen = json.loads(drawing.made().read_text())
    assert seen["mesh"] == "a mesh"
    assert {key: seen["flags"][key] for key in ("views", "size", "elevation", "fps", "export")} == {
        "views": "8", "size": "48x64", "elevation": "30", "fps": "12.0", "export": "png_sequence",
    }  # fmt: skip
    folder = drawing.made().parent.parent
    drawing.clear()
    assert not folder.exists()


def test_the_camera_s_path_is_written_as_the_program_reads_it():
    form = TurntableForm(path=((0.0, 20.0), (-90.5, 45.25)))
    (path,) = [flag for flag in form.arguments() if flag.startswith("--path=")]
    assert read_stops(path.removeprefix("--path=")) == form.path
    assert not [flag for flag in form.arguments() if flag.startswith("--elevation")]


def test_a_failure_says_what_the_program_said(tmp_path: Path):
    source = "import sys\nprint('noise')\nsys.exit('error: mesh.glb has no faces; choose another.')"
    drawing = draw_turntable(program(tmp_path, source), b"", TurntableForm(), DELIVERY)
    wait(drawing)
    with pytest.raises(JobFailed, match=r"^mesh.glb has no faces; choose another\.$"):
        drawing.made()
    drawing.clear()


def test_a_cancelled_program_ends(tmp_path: Path):
    drawing = draw_turntable(program(tmp_path, "input = __import__('time').sleep(3600)"), b"",
                      TurntableForm(), DELIVERY)  # fmt: skip
    assert not drawing.ended()
    drawing.cancel()
    wait(drawing)
    with pytest.raises(JobCancelled):
        drawing.made()
    drawing.clear()


def test_a_program_that_is_not_there_says_how_to_get_it():
    with pytest.raises(ServerUnreachable, match="pip install 'playreel"):
        find_program("/nowhere/playreel")
    assert find_program(sys.executable) == sys.executable


def test_a_server_gets_the_same_fields_as_the_program():
    stops = ((0.0, 20.0), (90.0, 45.0))
    form = TurntableForm(views=8, width=48, height=64, elevation=30, fps=10, path=stops)
    request = decode_request(json.dumps(form.body("tower.glb")))
    assert request == TurntableRequest(
        mesh="tower.glb", views=8, width=48, height=64, elevation=30, fps=10, path=stops
    )
    with pytest.raises(BadRequest, match="views is 0"):
        TurntableForm(views=0).body("tower.glb")


def test_only_a_server_that_draws_meshes_of_that_size_gets_one():
    known: Any = next(message for message in SERVER_EXAMPLES if isinstance(message, HelloOk))
    draws = replace(known, features=("meshes",), limits={"max_upload": 10})
    assert takes_mesh(draws, 10)
    assert not takes_mesh(draws, 11)
    assert not takes_mesh(replace(draws, features=()), 10)
    assert not takes_mesh(None, 10)


CARVES = """
import pathlib, sys
assert sys.argv[1] == "mesh" and pathlib.Path(sys.argv[2]).with_name("a_0000.png").is_file()
flags = dict(flag.removeprefix("--").split("=", 1) for flag in sys.argv[3:])
out = pathlib.Path(flags["out"])
out.mkdir()
(out / (flags["name"] + "." + flags["format"])).write_bytes(b"glTF")
"""


def test_a_mesh_is_carved_of_frames_and_their_json(tmp_path: Path):
    frames = {"a_0000.png": b"", "a.frames.json": b"{}"}
    work = carve_mesh(program(tmp_path, CARVES), frames, DELIVERY)
    wait(work)
    assert (work.made().suffix, work.made().read_bytes()) == (".glb", b"glTF")
    work.clear()
