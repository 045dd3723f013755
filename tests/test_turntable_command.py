"""``playreel turntable`` as people type it."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from exporters import EXPORTERS
from exporters.provenance import read_metadata
from tests.rendering.bad_meshes import NAMES, bad_files
from tests.rendering.mesh_folder import picture, write_square
from tests.tiny_bundle import write_tiny_bundle
from toolkit.cli import playreel, run
from toolkit.messages import TurntableRequest, decode_request
from toolkit.saved_clip import read_clip

QUICK = ("--views", "4", "--size", "32x32")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a mesh, a bundle, a picture and broken files."""
    folder = tmp_path_factory.mktemp("desk")
    cone = trimesh.creation.cone(radius=0.5, height=1.0)
    cone.visual.face_colors = np.random.default_rng(0).integers(60, 255, (len(cone.faces), 4))
    cone.export(folder / "cone.ply")
    write_tiny_bundle(folder / "bundle")
    write_square(folder / "animated.glb", animations=[{"channels": [], "samplers": []}])
    (folder / "text.glb").write_text("hello")
    (folder / "first.png").write_bytes(picture(32))
    Image.new("RGBA", (8, 8), "red").save(folder / "plain.png")
    return folder


@pytest.fixture(autouse=True)
def at_the_desk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_passes_become_files_that_lie_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    command = ["turntable", "cone.ply", *QUICK, "--passes", "rgba,normal", "--export"]
    assert run([*command, "aseprite,godot", "-o", str(tmp_path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["frames"], result["size"], result["passes"]) == (4, [32, 32], ["rgba", "normal"])
    layouts = [
        json.loads((tmp_path / name).read_text())["frames"]
        for name in ("cone.aseprite.json", "cone_normal.aseprite.json")
    ]
    places = [[entry["frame"] for entry in layout] for layout in layouts]
    assert places[0] == places[1]
    colors, normals = (
        np.asarray(Image.open(tmp_path / name)) for name in ("cone.png", "cone_normal.png")
    )
    np.testing.assert_array_equal(colors[..., 3], normals[..., 3])
    assert (colors[..., :3] != normals[..., :3]).any()
    assert (tmp_path / "cone_normal.tres").is_file()
    assert 'normal_texture = ExtResource("map_0")' in (tmp_path / "cone.tres").read_text()
    lit = np.asarray(Image.open(tmp_path / "cone_n.png"))
    np.testing.assert_array_equal(lit, normals)


def test_every_format_takes_a_turntable(tmp_path: Path):
    command = ["turntable", "cone.ply", *QUICK, "--export", ",".join(EXPORTERS)]
    assert run([*command, "-o", str(tmp_path)]) == 0
    clip = read_clip(tmp_path / "cone.webp")
    assert (clip.num_frames, clip.tags[0].name) == (4, "turntable")


def test_flags_fill_the_request(tmp_path: Path):
    flags = [
        "--views", "5", "--counter-clockwise", "--azimuth", "10", "--elevation", "-5", "--camera",
        "perspective", "--field-of-view", "50", "--size", "20x24", "--samples", "3", "--passes",
        "rgba,depth", "--lighting", "subject", "--toon-bands", "3", "--outline", "2",
        "--outline-color", "102030", "--up", "y", "--pivot", "origin", "--pixels-per-unit", "9",
        "--rest-pose", "--fps", "7", "--seed", "3", "--steps", "9", "--guidance", "3", "--sampler",
        "lcm", "--negative-prompt", "fog",
    ]  # fmt: skip
    out = ["--export", "png_sequence", "--name", "x", "-o", str(tmp_path)]
    assert run(["turntable", "cone.ply", *flags, *out]) == 0
    metadata = read_metadata((tmp_path / "x_0000.png").read_bytes())
    assert decode_request(metadata["request"]) == TurntableRequest(
        mesh="cone.ply", views=5, clockwise=False, azimuth=10, elevation=-5, camera="perspective",
        field_of_view=50, width=20, height=24, samples=3, passes=("rgba", "depth"),
        lighting="subject", toon_bands=3, outline=2, outline_color="102030", up="y",
        pivot="origin", pixels_per_unit=9, rest_pose=True, fps=7, seed=3, num_inference_steps=9,
        guidance_scale=3, sampler="lcm", negative_prompt="fog",
    )  # fmt: skip


def test_a_path_and_directions_on_the_command_line(tmp_path: Path):
    out = ["--export", "webp", "-o", str(tmp_path)]
    assert run(["turntable", "cone.ply", *QUICK, "--path", "0:20,90:60.5", *out]) == 0
    assert not read_clip(tmp_path / "cone.webp").tags[0].loop
    command = ["turntable", "cone.ply", "--directions", "4", "--size", "32x32", *out]
    assert run(command) == 0
    tags = read_clip(tmp_path / "cone.webp").tags
    assert [tag.name for tag in tags] == ["down", "left", "right", "up"]


def test_every_field_of_the_request_has_a_flag():
    flags = {parameter.name for parameter in playreel.commands["turntable"].params}
    own = {"width", "height", "mesh", "mesh_bytes", "prompt"}
    assert {field.name for field in fields(TurntableRequest)} - own <= flags


def test_a_file_is_made_again_from_itself_and_its_mesh(tmp_path: Path):
    first, again = tmp_path / "first", tmp_path / "again"
    formats = ["--passes", "rgba,normal", "--export", "godot,webp,aseprite"]
    assert run(["turntable", "cone.ply", *QUICK, *formats, "-o", str(first), "--name", "hat"]) == 0
    command = ["turntable", "cone.ply", "--from", str(first / "hat_normal.png"), "-o", str(again)]
    assert run([*command, "--export", "godot,webp,aseprite"]) == 0
    assert contents(again) == contents(first)


def test_another_mesh_is_not_taken_for_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = ["--export", "webp", "-o", str(tmp_path)]
    assert run(["turntable", "cone.ply", *QUICK, *out]) == 0
    source = str(tmp_path / "cone.webp")
    write_square(tmp_path / "square.glb")
    for arguments, sentence in (
        (["--from", source], "was made from cone.ply; give that file"),
        ([str(tmp_path / "square.glb"), "--from", source], "is not the cone.ply"),
        (["cone.ply", "--from", source, "--views", "2"], "leave out --views"),
        (["--from", "plain.png"], "carries no Playreel metadata"),
    ):
        capsys.readouterr()
        assert run(["turntable", *arguments]) == 2
        assert sentence in capsys.readouterr().err
    assert run(["generate", "--from", source]) == 2
    assert "is no sprite" in capsys.readouterr().err


def test_a_prompt_is_drawn_by_the_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    quick = ["--views", "4", "--size", "32x32", "--steps", "2", "--bundle", "bundle"]
    command = ["turntable", "a red coin", *quick, "--threads", "1", "--image", "first.png"]
    assert run([*command, "--export", "png_sequence", "-o", str(tmp_path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["name"], result["prompt"]) == ("a_red_coin", "a red coin")
    first = np.asarray(Image.open(tmp_path / "a_red_coin_0000.png"))
    assert (first == (200, 30, 30, 255)).all()
    again = ["turntable", "--from", str(tmp_path / "a_red_coin_0002.png"), "--bundle", "bundle"]
    before = contents(tmp_path)
    more = ["--threads", "1", "--export", "png_sequence", "-o", str(tmp_path / "again")]
    assert run([*again, *more]) == 0
    assert contents(tmp_path / "again") == before


BAD = {
    "nothing": ([], "nothing is given to show"),
    "missing mesh": (["gone.glb"], "cannot read gone.glb: No such file"),
    "text": (["text.glb"], "text.glb is damaged or no glTF 2"),
    "no views": (["cone.ply", "--views", "0"], "views is 0; must be 1 to 256"),
    "many views": (["cone.ply", "--views", "10000"], "views is 10000; must be 1 to 256"),
    "bad path": (["cone.ply", "--path", "0-20"], "path is '0-20'; write stops"),
    "bad pass": (["cone.ply", "--passes", "uv"], "choose from rgba, normal"),
    "animated": (["animated.glb"], "draw it with --backend bpy, or its rest pose with --rest-pose"),
    "no bpy": (["animated.glb", "--backend", "bpy"], "backend is bpy, and"),
    "frames alone": (["animated.glb", "--frames", "8"], "add --backend bpy"),
    "pass of a prompt": (["a chair", "--passes", "depth"], "pass is 'depth'"),
    "file as folder": (["cone.ply", "-o", "text.glb"], "text.glb is a file"),
    "bad format": (["cone.ply", "--export", "flipbook"], "choose from godot"),
    "image with mesh": (["cone.ply", "--image", "first.png"], "of a prompt only"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_mesh_that_cannot_be_drawn_ends_with_2_and_leaves_nothing(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    words = bad_files(tmp_path)
    out = tmp_path / "out"
    assert run(["turntable", str(tmp_path / name), "--passes", "rgba,depth", "-o", str(out)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert words[name] in said.err
    assert not out.exists()


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    case: str, desk: Path, capsys: pytest.CaptureFixture[str]
):
    arguments, sentence = BAD[case]
    before = sorted(desk.rglob("*"))
    assert run(["turntable", *arguments, "--bundle", "bundle"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    assert sentence in said.err
    assert sorted(desk.rglob("*")) == before


def test_too_many_samples_are_a_resource_limit(capsys: pytest.CaptureFixture[str]):
    command = ["turntable", "cone.ply", "--views", "1", "--size", "1024x1024", "--samples", "4"]
    assert run([*command, "--size", "1024x1024"]) == 6
    assert "lower --samples or --size" in capsys.readouterr().err
