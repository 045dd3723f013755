import base64
import json
import shutil
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from tests.rendering.mesh_folder import (
    glb,
    picture,
    square_document,
    tower,
    write_obj,
    write_square,
)
from tests.rendering.meshes import draw, unit_frame
from toolkit.errors import BadRequest
from toolkit.rendering.mesh import MAX_FACES
from toolkit.rendering.mesh_files import read_mesh
from toolkit.rendering.surface import to_linear


@pytest.mark.parametrize("suffix", ["glb", "gltf", "obj", "ply", "stl", "off", "3mf"])
def test_every_format_gives_the_same_tower(suffix: str, tmp_path: Path):
    path = tmp_path / f"tower.{suffix}"
    if suffix == "gltf":
        for name, content in trimesh.exchange.gltf.export_gltf(trimesh.Scene(tower())).items():
            (tmp_path / name).write_bytes(content)
        path = tmp_path / "model.gltf"
    else:
        tower().export(path)
    mesh = read_mesh(path, up="z")
    assert mesh.num_faces == 12
    low, high = mesh.bounds
    np.testing.assert_allclose(low, (-0.5, 0, -1), atol=1e-6)
    np.testing.assert_allclose(high, (0.5, 3, 1), atol=1e-6)
    corners = mesh.positions[mesh.faces]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    if suffix not in ("glb", "gltf"):  # trimesh writes its smooth normals there
        np.testing.assert_allclose(mesh.normals[mesh.normal_faces][:, 0], flat, atol=1e-6)


@pytest.mark.parametrize(("suffix", "height"), [("stl", 3), ("ply", 3), ("obj", 2), ("glb", 2)])
def test_the_axis_that_points_up_depends_on_the_format(suffix: str, height: int, tmp_path: Path):
    tower().export(tmp_path / f"tower.{suffix}")
    low, high = read_mesh(tmp_path / f"tower.{suffix}").bounds
    assert (high - low)[1] == pytest.approx(height)


def test_z_up_looks_along_minus_y(tmp_path: Path):
    """As in Blender, whose front view looks at -y."""
    nose = trimesh.creation.box((0.1, 0.1, 0.1))
    nose.apply_translation((0, -1, 0))
    nose.export(tmp_path / "nose.stl")
    low, high = read_mesh(tmp_path / "nose.stl").bounds
    assert (low[2], high[2]) == pytest.approx((0.95, 1.05))


def test_objects_keep_their_places_and_names(tmp_path: Path):
    scene = trimesh.Scene()
    box = trimesh.creation.box((1, 1, 1))
    scene.add_geometry(box, node_name="left", geom_name="box")
    move = trimesh.transformations.translation_matrix((5, 0, 0))
    scene.add_geometry(box, node_name="right", geom_name="box2", transform=move)
    scene.export(tmp_path / "two.glb")
    mesh = read_mesh(tmp_path / "two.glb")
    assert sorted(mesh.objects) == ["left", "right"]
    for number, name in enumerate(mesh.objects):
        corners = mesh.positions[mesh.faces[mesh.face_objects == number]]
        assert corners[..., 0].mean() == pytest.approx(5 if name == "right" else 0, abs=1e-6)


def material_of(path: Path, entry: dict[str, Any], **changes: Any) -> Any:
    write_square(path, materials=[entry], **changes)
    return read_mesh(path).materials[0]


def test_gltf_materials_keep_full_precision_and_extensions(tmp_path: Path):
    material = material_of(
        tmp_path / "m.glb",
        {
            "name": "coat", "alphaMode": "MASK", "alphaCutoff": 0.3,
            "pbrMetallicRoughness": {"baseColorFactor": [0.001, 0.2, 1, 0.9]},
            "emissiveFactor": [0.5, 0, 0.25],
            "extensions": {
                "KHR_materials_unlit": {},
                "KHR_materials_emissive_strength": {"emissiveStrength": 2},
            },
        },
    )  # fmt: skip
    assert material.base == (0.001, 0.2, 1.0, 0.9)
    assert material.emission == (1.0, 0.0, 0.5)
    assert (material.alpha_mode, material.cutoff, material.unlit) == ("mask", 0.3, True)


def test_without_a_material_gltf_is_white_and_others_are_grey(tmp_path: Path):
    document, binary = square_document()
    del document["materials"], document["meshes"][0]["primitives"][0]["material"]
    (tmp_path / "white.glb").write_bytes(glb(document, binary))
    assert read_mesh(tmp_path / "white.glb").materials[0].base == (1.0, 1.0, 1.0, 1.0)
    tower().export(tmp_path / "grey.stl")
    assert read_mesh(tmp_path / "grey.stl").materials[0].base == (0.8, 0.8, 0.8, 1.0)


def textured_document() -> dict[str, Any]:
    return {
        "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
        "textures": [{"source": 0}],
    }


def test_a_gltf_texture_inside_the_file_is_shown(tmp_path: Path):
    uri = "data:image/png;base64," + base64.b64encode(picture()).decode()
    path = write_square(tmp_path / "m.glb", images=[{"uri": uri}], **textured_document())
    assert draw(read_mesh(path), unit_frame(16)).rgba[8, 8].tolist() == [200, 30, 30, 255]


def test_a_gltf_texture_beside_the_file_is_shown(tmp_path: Path):
    (tmp_path / "skin 1.png").write_bytes(picture())
    path = write_square(tmp_path / "m.glb", images=[{"uri": "skin%201.png"}], **textured_document())
    assert draw(read_mesh(path), unit_frame(16)).rgba[8, 8].tolist() == [200, 30, 30, 255]


def test_an_obj_with_its_mtl_and_texture(tmp_path: Path):
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "skin.png").write_bytes(picture())
    mesh = read_mesh(write_obj(tmp_path, texture="maps\\skin.png"))
    assert draw(mesh, unit_frame(16)).rgba[8, 8].tolist() == [200, 30, 30, 255]


def test_mtl_colours_are_srgb_and_may_be_see_through(tmp_path: Path):
    path = write_obj(tmp_path)
    (tmp_path / "square.mtl").write_text("newmtl skin\nKd 0.5 0 1\nKe 0 0.5 0\nd 0.25\n")
    material = read_mesh(path).materials[0]
    half = float(to_linear(np.array(0.5)))
    np.testing.assert_allclose(material.base, (half, 0, 1, 0.25))
    np.testing.assert_allclose(material.emission, (0, half, 0))
    assert material.alpha_mode == "blend"


def test_ply_vertex_colours_are_srgb(tmp_path: Path):
    box = trimesh.creation.box((1, 1, 1))
    box.visual.vertex_colors = [128, 64, 255, 255]
    box.export(tmp_path / "box.ply")
    mesh = read_mesh(tmp_path / "box.ply")
    expected = to_linear(np.array([128, 64, 255]) / 255)
    np.testing.assert_allclose(mesh.colors[0, :3], expected, rtol=1e-5)
    assert mesh.materials[0].base == (1.0, 1.0, 1.0, 1.0)


def test_face_colours_have_sharp_edges(tmp_path: Path):
    box = trimesh.creation.box((1, 1, 1))
    box.visual.face_colors = np.random.default_rng(0).integers(0, 255, (12, 4))
    box.export(tmp_path / "box.ply")
    mesh = read_mesh(tmp_path / "box.ply")
    corners = mesh.colors[mesh.faces]
    np.testing.assert_array_equal(corners, corners[:, :1].repeat(3, 1))
    assert len(np.unique(corners[:, 0], axis=0)) == 12


def test_a_mirrored_or_stretched_object_keeps_true_normals(tmp_path: Path):
    scene = trimesh.Scene()
    ball = trimesh.creation.icosphere(subdivisions=3)
    assert len(ball.vertex_normals)
    scene.add_geometry(ball, transform=np.diag([-1.0, 2.0, 3.0, 1.0]))
    scene.export(tmp_path / "egg.glb")
    mesh = read_mesh(tmp_path / "egg.glb")
    true = mesh.positions / [1, 4, 9]
    true /= np.linalg.norm(true, axis=1, keepdims=True)
    placed = np.empty_like(true)
    placed[mesh.faces] = mesh.normals[mesh.normal_faces]
    assert np.einsum("ij,ij->i", placed, true).min() > 0.99


def stl_header(count: int, size: int) -> bytes:
    return (bytes(80) + struct.pack("<I", count)).ljust(size, b"\0")


def bad_files(folder: Path) -> dict[str, str]:
    """File name to the words its refusal must hold; the files are written."""
    animated: dict[str, Any] = {"animations": [{"channels": [], "samplers": []}] * 3}
    texture = textured_document()
    (folder / "text.glb").write_text("hello")
    (folder / "text.obj").write_text("hello")
    (folder / "text.stl").write_text("hello")
    (folder / "text.3mf").write_text("hello")
    (folder / "empty.ply").write_bytes(b"")
    (folder / "model.fbx").write_bytes(b"Kaydara")
    (folder / "points.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\n")
    (folder / "nan.obj").write_text("v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    (folder / "thin.obj").write_text("v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\n")
    (folder / "corner.off").write_text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 7\n")
    (folder / "many.ply").write_text("ply\nformat ascii 1.0\nelement vertex 1\n"
                                     "element face 50000000\nend_header\n")  # fmt: skip
    (folder / "many.off").write_text("OFF\n# no comment\n3 50000000 0\n")
    with (folder / "many.stl").open("wb") as file:
        file.write(stl_header(10_000_000, 84))
        file.truncate(84 + 50 * 10_000_000)
    with (folder / "vast.obj").open("wb") as file:
        file.truncate(2**30 + 1)
    document, binary = square_document()
    document["accessors"][2]["count"] = 6_000_000
    document["nodes"] *= 8
    (folder / "copies.glb").write_bytes(glb(document, binary))
    cut = glb(*square_document())
    (folder / "cut.glb").write_bytes(cut[: len(cut) // 2])
    write_square(folder / "animated.glb", **animated)
    write_square(folder / "draco.glb", extensionsRequired=["KHR_draco_mesh_compression"])
    write_square(folder / "web.glb", images=[{"uri": "http://localhost/a.png"}], **texture)
    write_square(folder / "above.glb", images=[{"uri": "../secret.png"}], **texture)
    write_square(folder / "hidden.glb", images=[{"uri": "%2e%2e/secret.png"}], **texture)
    write_square(folder / "root.glb", images=[{"uri": "/etc/passwd"}], **texture)
    write_square(folder / "gone.glb", images=[{"uri": "gone.png"}], **texture)
    (folder / "huge.png").write_bytes(_png_header(20_000))
    (folder / "large.png").write_bytes(_png_header(10_000))
    write_square(folder / "large.glb", images=[{"uri": "large.png"}], **texture)
    write_square(folder / "huge.glb", images=[{"uri": "huge.png"}], **texture)
    (folder / "script.png").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    write_square(folder / "script.glb", images=[{"uri": "script.png"}], **texture)
    write_obj(folder, texture="missing.png")
    shutil.copy(folder / "square.obj", folder / "no_texture.obj")
    (folder / "no_mtl.obj").write_text("mtllib gone.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    return {
        "missing.glb": "cannot read", "text.glb": "damaged or no glTF 2",
        "text.obj": "text.obj", "text.stl": "text.stl", "text.3mf": "damaged",
        "empty.ply": "is empty", "model.fbx": "give .glb, .gltf", "points.obj": "no triangles",
        "nan.obj": "no number", "thin.obj": "without area", "corner.off": "corner",
        "many.ply": f"50000000 triangles; at most {MAX_FACES}", "many.off": "50000000 triangles",
        "many.stl": "10000000 triangles", "vast.obj": "at most 1 GiB",
        "copies.glb": "16000000 triangles", "cut.glb": "damaged",
        "animated.glb": "animated (3 actions)", "draco.glb": "KHR_draco_mesh_compression",
        "web.glb": "outside its own folder", "above.glb": "outside its own folder",
        "hidden.glb": "outside its own folder", "root.glb": "outside its own folder",
        "gone.glb": "put it beside the mesh", "huge.glb": "too large",
        "large.glb": "10000x10000 pixels; at most 8192", "script.glb": "save",
        "no_texture.obj": "missing.png", "no_mtl.obj": "gone.mtl",
    }  # fmt: skip


IDAT = struct.pack(">I4s", 8, b"IDAT") + bytes(12)


def _png_header(side: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + check + IDAT


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("bad") / "meshes"
    folder.mkdir()
    (folder.parent / "secret.png").write_bytes(picture())
    return folder, bad_files(folder)


NAMES = (
    "missing.glb", "text.glb", "text.obj", "text.stl", "text.3mf", "empty.ply", "model.fbx",
    "points.obj", "nan.obj", "thin.obj", "corner.off", "many.ply", "many.off", "many.stl",
    "vast.obj", "copies.glb", "cut.glb", "animated.glb", "draco.glb", "web.glb", "above.glb",
    "hidden.glb", "root.glb", "gone.glb", "huge.glb", "large.glb", "script.glb", "no_texture.obj",
    "no_mtl.obj",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(
    name: str, bad: tuple[Path, dict[str, str]]
):
    folder, words = bad
    assert set(words) == set(NAMES)
    with pytest.raises(BadRequest) as refusal:
        read_mesh(folder / name)
    sentence = str(refusal.value)
    assert words[name] in sentence
    assert "\n" not in sentence
    assert len(sentence) < 400
    assert sentence.endswith(".")


def test_a_link_out_of_the_folder_is_no_way_out(bad: tuple[Path, dict[str, str]]):
    folder, _ = bad
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    path = write_square(folder / "link.glb", images=[{"uri": "link.png"}], **textured_document())
    with pytest.raises(BadRequest, match="outside its own folder"):
        read_mesh(path)


def test_an_animated_file_can_be_drawn_at_rest(tmp_path: Path):
    path = write_square(tmp_path / "a.glb", animations=[{"channels": [], "samplers": []}])
    assert read_mesh(path, rest_pose=True).num_faces == 2


def test_a_3mf_bomb_is_refused_by_its_index(tmp_path: Path):
    path = tmp_path / "bomb.3mf"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("3D/3dmodel.model", bytes(1000))
    content = path.read_bytes().replace(struct.pack("<I", 1000), struct.pack("<I", 2**32 - 2))
    path.write_bytes(content)
    with pytest.raises(BadRequest, match="unpacks to"):
        read_mesh(path)


def test_the_document_may_not_name_materials_that_do_not_exist(tmp_path: Path):
    document, binary = square_document()
    document["meshes"][0]["primitives"][0]["material"] = 7
    (tmp_path / "m.glb").write_bytes(glb(document, binary))
    with pytest.raises(BadRequest, match="damaged"):
        read_mesh(tmp_path / "m.glb")


def test_the_checked_document_is_what_is_loaded(tmp_path: Path):
    document, binary = square_document()
    text = json.dumps({**document, "buffers": [{"byteLength": len(binary), "uri": "square.bin"}]})
    (tmp_path / "square.gltf").write_text(text)
    (tmp_path / "square.bin").write_bytes(binary)
    assert read_mesh(tmp_path / "square.gltf").num_faces == 2
