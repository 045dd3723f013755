"""The conversation with Blender, held with scripts that say what Blender might."""

import sys
from pathlib import Path

import pytest

from tests.rendering.rigs import write_figure
from toolkit.errors import BadRequest, JobCancelled, PlayreelError
from toolkit.messages import TurntableRequest
from toolkit.pipelines.animated_turntable import animate_turntable
from toolkit.rendering.bpy_process import BpyScene, Order

STILL = '{"actions": [{"name": "", "seconds": 0, "loop": false, "places": []}], "objects": ["a"]}'


def blender(folder: Path, script: str) -> Path:
    """A program that stands for a Python with Blender."""
    path = folder / "blender"
    path.write_text(f"#!{sys.executable}\nimport sys, time\n{script}\n")
    path.chmod(0o755)
    return path


def opened(python: Path | None, *, cancelled: bool = False) -> BpyScene:
    return BpyScene(
        Order(file="rig.glb"), "rig.glb", python=python, cancelled=lambda: cancelled
    )  # fmt: skip


def test_what_blender_says_of_the_file_is_known_inside_the_with(tmp_path: Path):
    script = f"print('''{STILL}''', flush=True)\nsys.stdin.read()"
    with opened(blender(tmp_path, script)) as scene:
        assert (scene.actions[0].name, scene.objects) == ("", ("a",))
        place = scene.place
        assert place.exists()
    assert not place.exists()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ('print(\'{"refused": "has no mesh"}\', flush=True)', r"^rig.glb has no mesh\.$"),
        ("sys.exit('Error: bad file')", r"cannot be read by Blender \(Error: bad file\); open it"),
        ("", "it said nothing"),
    ],
)
def test_a_refusal_is_one_sentence(tmp_path: Path, script: str, sentence: str):
    with pytest.raises(BadRequest, match=sentence), opened(blender(tmp_path, script)):
        pass


def test_a_python_without_bpy_is_told_so():
    with pytest.raises(PlayreelError, match=r"bpy==5\.0\.1 is for .* with --bpy-python"):
        opened(None).__enter__()


def test_a_python_that_is_none(tmp_path: Path):
    with pytest.raises(BadRequest, match="does not run as a Python"):
        opened(tmp_path / "nothing")


def test_cancelling_ends_the_process_while_blender_loads(tmp_path: Path):
    scene = opened(blender(tmp_path, "time.sleep(600)"), cancelled=True)
    with pytest.raises(JobCancelled), scene:
        pass
    assert scene._process.poll() is not None
    assert not scene.place.exists()


def test_a_blender_that_dies_between_two_frames(tmp_path: Path):
    script = f"print('''{STILL}''', flush=True)\nsys.stdin.readline()\nsys.exit('killed')"
    with opened(blender(tmp_path, script)) as scene, pytest.raises(BadRequest, match="killed"):
        scene.draw({"pose": 0})


def test_a_file_is_checked_before_blender_sees_it(tmp_path: Path):
    (tmp_path / "cube.obj").write_text("v 0 0 0")
    (tmp_path / "text.glb").write_text("hello")
    write_figure(tmp_path / "rig.glb")
    content = (tmp_path / "rig.glb").read_bytes()
    assert b"metallicFactor" in content
    for name, words in (
        ("cube.obj", "backend bpy draws .glb"),
        ("text.glb", "damaged or no glTF 2"),
        ("gone.fbx", "cannot read"),
    ):
        request = TurntableRequest(mesh=str(tmp_path / name), backend="bpy")
        with pytest.raises(BadRequest, match=words):
            animate_turntable(request, bpy_python=tmp_path / "nothing")
