"""Turntables in a manifest: meshes and prompts, through cache, lockfile, estimate and verify."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.batch.desk import assets_of, write
from tests.batch.test_run import Desk
from tests.tiny_bundle import write_tiny_bundle
from toolkit.batch.keys import Maker, clip_key, wish_key
from toolkit.batch.manifest import read_manifest
from toolkit.batch.mesh_source import read_mesh_source
from toolkit.batch.outputs import planned_files
from toolkit.cli import run
from toolkit.errors import BadRequest, ManifestError
from toolkit.messages import TurntableRequest
from toolkit.runtime.models import load_models

CUBE = """\
mtllib paint.mtl
usemtl red
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
v 0 0 1
v 1 0 1
v 1 1 1
v 0 1 1
f 4 3 2 1
f 5 6 7 8
f 1 2 6 5
f 2 3 7 6
f 3 4 8 7
f 4 1 5 8
"""
PAINT = "newmtl red\nKd 1 0 0\n"
MANIFEST = """\
defaults:
  {num_frames: 2, size: 16x32, num_inference_steps: 2, palette: [ff0000, "00ff00"],
   export: [gif, aseprite]}
assets:
- name: "tiles/{kind}"
  matrix: {kind: [cube]}
  turntable: {mesh: "{kind}.obj", directions: 4, camera: isometric, passes: [rgba, normal]}
- {name: chest, prompt: a red coin, turntable: {views: 3}}
- {name: lid, prompt: a coin, reference: {asset: chest, frame: 1}}
- {name: turned, prompt: a coin, turntable: true, reference: tiles/cube}
"""
DIRECTIONS = ["down", "left", "right", "up"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def put_cube(folder: Path) -> Path:
    (folder / "paint.mtl").write_text(PAINT)
    (folder / "cube.obj").write_text(CUBE)
    return folder / "cube.obj"


@pytest.fixture
def desk(tmp_path: Path, tiny: Path) -> Desk:
    put_cube(tmp_path)
    return Desk(tmp_path, tiny, MANIFEST)


def test_a_turntable_takes_what_holds_for_it(tmp_path: Path):
    put_cube(tmp_path)
    assets = assets_of(tmp_path, assets_yaml=MANIFEST)
    assert assets["tiles/cube"].request == TurntableRequest(
        mesh="cube.obj", directions=4, camera="isometric", passes=("rgba", "normal"),
        width=16, height=32,
    )  # fmt: skip
    assert list(assets["tiles/cube"].mesh.files) == ["cube.obj", "paint.mtl"]
    chest = assets["chest"].request
    assert isinstance(chest, TurntableRequest)
    assert chest == TurntableRequest(
        prompt="a red coin", views=3, width=16, height=32, seed=chest.seed, num_inference_steps=2
    )
    assert assets["chest"].mesh.files == {}


def test_every_setting_of_a_turntable_can_be_said(tmp_path: Path):
    put_cube(tmp_path)
    text = """\
assets:
- name: a
  size: 40x24
  fps: 6
  turntable:
    {mesh: cube.obj, views: 5, clockwise: no, azimuth: -90, elevation: -22.5, camera: perspective,
     field_of_view: 40, samples: 1, lighting: subject, toon_bands: 3, outline: 2,
     outline_color: 102030, up: z, pivot: origin, pixels_per_unit: 8.5, rest_pose: yes,
     passes: rgba, path: [[0, 20], [180, -45.5]]}
"""
    assert assets_of(tmp_path, assets_yaml=text)["a"].request == TurntableRequest(
        mesh="cube.obj", width=40, height=24, fps=6, views=5, clockwise=False, azimuth=-90,
        elevation=-22.5, camera="perspective", field_of_view=40, samples=1, lighting="subject",
        toon_bands=3, outline=2, outline_color="102030", up="z", pivot="origin",
        pixels_per_unit=8.5, rest_pose=True, path=((0, 20), (180, -45.5)),
    )  # fmt: skip


def test_a_table_names_meshes(tmp_path: Path):
    put_cube(tmp_path)
    table = (
        "name,turntable,size,prompt\na,cube.obj,16x16,\nb,true,16x16,a coin\nc,no,16x16,a coin\n"
    )
    write(tmp_path, items_csv=table)
    assets = assets_of(tmp_path, a_yaml="include: items.csv")
    assert assets["a"].request == TurntableRequest(mesh="cube.obj", width=16, height=16)
    kinds = [isinstance(asset.request, TurntableRequest) for asset in assets.values()]
    assert kinds == [True, True, False]


BAD = {
    "sprite's field": (
        "{name: a, prompt: x, num_frames: 4, turntable: true}",
        ":1:31: num_frames is for sprites; a turntable takes prompt",
    ),
    "unknown": (
        "{name: a, prompt: x, turntable: {view: 4}}",
        ":1:43: 'view' is unknown here; choose from mesh, views",
    ),
    "no mesh file": (
        "{name: a, turntable: maybe}",
        ":1:31: turntable is 'maybe'; write true, a mesh file (.glb",
    ),
    "missing mesh": ("{name: a, turntable: gone.obj}", ":1:31: cannot read "),
    "no mesh suffix": (
        "{name: a, turntable: {mesh: a.png}}",
        "mesh is 'a.png'; must end in .glb",
    ),
    "prompt and mesh": (
        "{name: a, prompt: x, turntable: cube.obj}",
        ":1:42: mesh is 'cube.obj' and prompt 'x'; give one of them",
    ),
    "neither": ("{name: a, turntable: true}", "mesh is '' and prompt ''; give one of them"),
    "range": (
        "{name: a, turntable: {mesh: cube.obj, elevation: 91}}",
        ":1:59: elevation is 91.0; must be -90 to 90",
    ),
    "passes of a prompt": (
        "{name: a, prompt: x, turntable: {passes: normal}}",
        "pass is 'normal'; choose from rgba",
    ),
    "stop": (
        "{name: a, turntable: {mesh: cube.obj, path: [0, 20]}}",
        "a stop of path is azimuth and elevation",
    ),
    "reference of a mesh": (
        "{name: a, turntable: cube.obj, reference: b}, {name: b, prompt: x}",
        ":1:41: a mesh refers to no other asset",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_turntables_say_where_and_what_is_allowed(case: str, tmp_path: Path):
    put_cube(tmp_path)
    text, sentence = BAD[case]
    path = write(tmp_path, assets_yaml=f"assets: [{text}]")
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    assert str(caught.value).startswith(f"{path}:")
    assert sentence in str(caught.value)


def test_a_mesh_is_known_by_all_its_files(tmp_path: Path):
    mesh = put_cube(tmp_path)
    (tmp_path / "other.png").write_bytes(b"not named")
    first = read_mesh_source(mesh)
    assert list(first.files) == ["cube.obj", "paint.mtl"]
    (tmp_path / "paint.mtl").write_text(PAINT + "map_Kd skins/wood grain.png\n")
    (tmp_path / "skins").mkdir()
    (tmp_path / "skins" / "wood grain.png").write_bytes(b"a")
    second = read_mesh_source(mesh)
    assert list(second.files)[2:] == ["skins/wood grain.png"]
    (tmp_path / "skins" / "wood grain.png").write_bytes(b"b")
    assert len({first.digest, second.digest, read_mesh_source(mesh).digest}) == 3


def test_a_folder_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("toolkit.batch.mesh_source.MOST_BESIDE", 3)
    mesh = put_cube(tmp_path)
    for number in range(3):
        (tmp_path / str(number)).touch()
    with pytest.raises(BadRequest, match="holds over 3 files"):
        read_mesh_source(mesh)


def test_a_mesh_needs_another_clip_with_other_files_but_not_with_another_bundle(tmp_path: Path):
    put_cube(tmp_path)
    asset = assets_of(tmp_path, assets_yaml=MANIFEST)["tiles/cube"]
    one, two = Maker(bundle="1", provider="cpu"), Maker(bundle="2", provider="cuda")
    other = replace(asset, mesh=replace(asset.mesh, digest="other"))
    assert wish_key(asset, one, "") == wish_key(asset, two, "")
    assert wish_key(asset, one, "") != wish_key(other, one, "")
    keys = {clip_key(asset.request, one, each.mesh.digest) for each in (asset, other)}
    assert len(keys) == 2


def test_turntables_are_made_once_and_again_when_their_mesh_changes(desk: Desk):
    assert desk.run() == 0
    files = desk.files()
    assert {name for name in files if name.startswith("tiles/")} == {
        f"tiles/cube{part}{suffix}"
        for part in ("", "_normal")
        for suffix in (".gif", ".png", ".aseprite.json")
    }
    sheet = json.loads(files["tiles/cube.aseprite.json"])
    assert sorted(tag["name"] for tag in sheet["meta"]["frameTags"]) == DIRECTIONS
    assert desk.run("--locked") == 0
    assert set(desk.hows().values()) == {"unchanged"}
    assert desk.run("--sample", "0", command="verify") == 0
    (desk.folder / "paint.mtl").write_text(PAINT.replace("1 0 0", "0 1 0"))
    assert desk.run("--locked") == 7
    assert desk.run() == 0
    assert desk.hows() == {
        "tiles/cube": "made", "chest": "unchanged", "lid": "unchanged", "turned": "made",
    }  # fmt: skip
    changed = {name for name, content in desk.files().items() if content != files[name]}
    assert {name.partition(".")[0] for name in changed} == {"tiles/cube", "turned"}


def test_normals_light_the_sprite_in_godot_as_planned(tmp_path: Path, tiny: Path):
    put_cube(tmp_path)
    manifest = """\
assets:
- name: cube
  size: 16x32
  export: godot
  turntable: {mesh: cube.obj, directions: 4, passes: [rgba, normal]}
"""
    desk = Desk(tmp_path, tiny, manifest)
    (asset,) = assets_of(tmp_path, assets_yaml=manifest).values()
    assert desk.run() == 0
    assert set(desk.files()) == set(planned_files(asset))
    assert b'path="cube_n.png"' in desk.files()["cube.tres"]
    words = ["turntable", str(tmp_path / "cube.obj"), "--directions", "4", "--size", "16x32"]
    words += ["--passes", "rgba,normal", "--export", "godot", "-o", str(tmp_path / "alone")]
    assert run(words) == 0
    alone = {path.name: path.read_bytes() for path in (tmp_path / "alone").iterdir()}
    assert alone == desk.files()


def test_a_mesh_gives_the_files_of_the_turntable_command(desk: Desk, tmp_path: Path):
    assert desk.run() == 0
    words = ["turntable", str(tmp_path / "cube.obj"), "--directions", "4", "--size", "16x32"]
    words += ["--camera", "isometric", "--passes", "rgba,normal", "--export", "gif,aseprite"]
    assert run([*words, "-o", str(tmp_path / "alone")]) == 0
    alone = {path.name: path.read_bytes() for path in (tmp_path / "alone").iterdir()}
    assert alone == {
        name.removeprefix("tiles/"): content
        for name, content in desk.files().items()
        if name.startswith("tiles/")
    }


def test_an_estimate_counts_views(desk: Desk, capsys: pytest.CaptureFixture[str]):
    assert desk.run("--json", command="estimate") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["frames"] == 4 * 2 + 3 + 2 + 16
    assert found["takes"] == found["assets"] == found["generate"] == 4
    assert found["tokens"] == 2 * (3 + 2 + 16)
    assert found["seconds"] > 0
    assert load_models(desk.bundle, threads=1).card.patch == 16
