"""``playreel turntable`` beside a server that runs."""

import json
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
import trimesh

from tests.server.test_meshes import served
from tests.tiny_bundle import write_tiny_bundle
from toolkit.cli import run
from toolkit.commands.mesh_references import first_reference
from toolkit.server.limits import Limits
from toolkit.server_address import find_server

QUICK = ("--views", "4", "--size", "32x32", "--export", "png_sequence,godot")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with meshes and a bundle."""
    folder = tmp_path_factory.mktemp("desk")
    trimesh.creation.cone(radius=0.5, height=1.0).export(folder / "cone.ply")
    (folder / "box.obj").write_text("mtllib box.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    (folder / "box.mtl").write_text("newmtl red\nKd 1 0 0\n")
    (folder / "large.stl").write_bytes(bytes(2**20 + 1))
    return folder


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    folder = tmp_path_factory.mktemp("served")
    bundle = write_tiny_bundle(folder / "bundle")
    with served(folder / "state", bundle, limits=Limits(max_upload=2**20)):
        yield folder / "state"


@pytest.fixture(autouse=True)
def at_the_desk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("passes", ["rgba,normal", "normal"])
def test_the_server_draws_the_same_bytes(
    passes: str, state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    command = ["turntable", "cone.ply", *QUICK, "--passes", passes, "--state", str(state)]
    jobs = len(list((state / "results").iterdir()))
    assert run([*command, "--embedded", "-o", str(tmp_path / "here")]) == 0
    assert len(list((state / "results").iterdir())) == jobs
    for flags in (["--server"], []):
        capsys.readouterr()
        assert run([*command, *flags, "-o", str(tmp_path / "there"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["passes"] == passes.split(",")
        assert contents(tmp_path / "there") == contents(tmp_path / "here")
    assert len(list((state / "results").iterdir())) == jobs + 1


def test_a_prompt_is_turned_by_the_server(state: Path, tmp_path: Path):
    command = ["turntable", "a red coin", *QUICK[:4], "--steps", "2", "--server"]
    out = ["--state", str(state), "--export", "godot", "-o", str(tmp_path)]
    assert run([*command, *out]) == 0
    assert (tmp_path / "a_red_coin.png").is_file()


@pytest.mark.parametrize(
    ("mesh", "words"),
    [("box.obj", "refers to 'box.mtl' beside it"), ("large.stl", "has 1048577 bytes")],
)
def test_what_does_not_fit_the_server_is_drawn_here_or_refused(
    mesh: str, words: str, state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    command = ["turntable", mesh, *QUICK, "--state", str(state), "-o", str(tmp_path)]
    before = threading.active_count()
    assert run([*command, "--server"]) == 2
    assert words in capsys.readouterr().err
    assert run(command) == (0 if mesh == "box.obj" else 2)
    assert f"drawing here: {mesh} {words}" in capsys.readouterr().err
    assert threading.active_count() == before
    assert find_server(state) is not None


def test_a_missing_mesh_is_no_matter_of_the_server(state: Path, capsys: pytest.CaptureFixture[str]):
    for flags in (["--server"], []):
        assert run(["turntable", "gone.glb", "--state", str(state), *flags]) == 2
        assert "cannot read gone.glb: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "reference"),
    [
        ("a.obj", b"# x\nmtllib a b.mtl\r\nv 0 0 0\n", "a b.mtl"),
        ("a.obj", b"v 0 0 0\n", ""),
        ("a.PLY", b"ply\ncomment TextureFile skin.png\n", "skin.png"),
        ("a.gltf", b'{"buffers": [{"uri": "data:,"}, {"uri": "a.bin"}]}', "a.bin"),
        ("a.gltf", b'{"images": [{"bufferView": 0}]}', ""),
        ("a.gltf", b"no JSON", ""),
        ("a.gltf", b"[" * 10**5, ""),
        ("a.gltf", b"[]", ""),
        ("a.glb", b"glTF", ""),
        ("a.glb", b"glTF" + bytes(8) + b"\x1c\0\0\0JSON" + b'{"images": [{"uri": "a.x"}]}', "a.x"),
        ("a.stl", b"mtllib a.mtl\n", ""),
    ],
)
def test_files_beside_a_mesh_are_found(name: str, content: bytes, reference: str):
    assert first_reference(name, content) == reference


def test_the_servers_cost_is_said_before_it_draws(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    command = ["turntable", "a chair", "--views", "2", "--size", "16x16", "--steps", "2"]
    for flags in (["--server"], ["--embedded"]):
        out = ["-o", str(tmp_path / flags[0]), "--state", str(state), "--export", "png_sequence"]
        bundle = ["--bundle", str(state.parent / "bundle")] if flags == ["--embedded"] else []
        assert run([*command, *flags, *out, *bundle]) == 0
        assert "2 frames, 2 tokens, 3 network evaluations" in capsys.readouterr().err
