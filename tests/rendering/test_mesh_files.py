import base64
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from tests.rendering.bad_meshes import NAMES, bad_files, textured_document
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


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("bad") / "meshes"
    folder.mkdir()
    (folder.parent / "secret.png").write_bytes(picture())
    return folder, bad_files(folder)


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
