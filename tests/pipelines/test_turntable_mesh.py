"""Turntables back to meshes: shape, size, place, colours, and views that cannot be one object's."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from tests.rendering.distances import surface_distances
from toolkit.clip import Clip
from toolkit.errors import BadRequest, JobCancelled
from toolkit.messages import Progress, TurntableRequest
from toolkit.pipelines.turntable import generate_turntable
from toolkit.pipelines.turntable_mesh import MeshOptions, mesh_from_turntable
from toolkit.rendering.mesh_writing import MESH_FORMATS, MeshFormat, encode_mesh
from toolkit.rendering.surface import to_linear

RED, BLUE = (220, 30, 30, 255), (30, 30, 220, 255)
QUICK = MeshOptions(resolution=24)


def cone() -> trimesh.Trimesh:
    """Red towards its tip, blue below; z up, on the ground, and not round."""
    shape = trimesh.creation.cone(radius=0.5, height=1.0).subdivide().subdivide()
    shape.apply_scale((1.2, 0.8, 1.0))
    high = shape.triangles_center[:, 2] > 0.45
    shape.visual.face_colors = np.where(high[:, None], RED, BLUE).astype(np.uint8)
    return shape


@pytest.fixture(scope="module")
def cone_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mesh") / "cone.ply"
    cone().export(path)
    return path


def turned(path: Path, **fields: Any) -> Clip:
    given = {"mesh": str(path), "views": 32, "lighting": "none", **fields}
    request = TurntableRequest(**given)
    return generate_turntable(request, None)["rgba"]


@pytest.fixture(scope="module")
def turn(cone_file: Path) -> Clip:
    return turned(cone_file, width=128, height=128)


@pytest.mark.parametrize(
    "fields",
    [{}, {"elevation": 0.0}, {"camera": "perspective"}, {"clockwise": False, "azimuth": 30.0}],
)
def test_the_mesh_lies_on_the_rendered_one(cone_file: Path, fields: dict[str, Any]):
    found = mesh_from_turntable(turned(cone_file, **fields))
    content = encode_mesh(found.mesh, "ply")
    back: Any = trimesh.load(io.BytesIO(content), file_type="ply", force="mesh")
    truth = cone()
    size = float(max(truth.extents))
    assert surface_distances(back, truth).mean() <= 0.012 * size
    assert surface_distances(truth, back).mean() <= 0.012 * size
    assert found.watertight
    assert back.is_watertight
    assert back.volume > 0
    assert min(found.overlaps) > 0.9


def test_a_place_has_the_colour_of_the_mesh(turn: Clip):
    mesh = mesh_from_turntable(turn).mesh
    heights, colors = mesh.positions[:, 1], mesh.colors
    top, low = colors[heights > 0.6].mean(0), colors[heights < 0.3].mean(0)
    linear_red, linear_dim = to_linear(np.array([220, 30]) / 255)
    assert top[:3] == pytest.approx((linear_red, linear_dim, linear_dim), abs=0.03)
    assert low[:3] == pytest.approx((linear_dim, linear_dim, linear_red), abs=0.03)


@pytest.mark.parametrize("format", MESH_FORMATS)
def test_files_come_back_the_same_size_and_side_up(turn: Clip, format: MeshFormat):
    mesh = mesh_from_turntable(turn, MeshOptions(resolution=48)).mesh
    stream = io.BytesIO(encode_mesh(mesh, format))
    back: Any = trimesh.load(stream, file_type=format, force="mesh", process=False)
    up, forward = (2, 1) if format == "ply" else (1, 2)
    for axis, own in ((0, 0), (up, 1), (forward, 2)):
        assert back.extents[axis] == pytest.approx(np.ptp(mesh.positions[:, own]), abs=1e-4)
    assert back.bounds[0][up] == pytest.approx(0, abs=0.05)
    assert len(back.faces) == len(mesh.faces)


def test_the_wished_height_is_kept(turn: Clip):
    mesh = mesh_from_turntable(turn, MeshOptions(resolution=24, height=3.0)).mesh
    heights = mesh.positions[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((0.0, 3.0))


def test_a_clip_that_says_nothing_of_cameras_is_one_level_turn(cone_file: Path):
    level = turned(cone_file, width=128, height=128, elevation=0.0)
    bare = mesh_from_turntable(replace(level, metadata={}), MeshOptions(height=1.0)).mesh
    told = mesh_from_turntable(level, MeshOptions(height=1.0)).mesh
    bare_size, told_size = np.ptp(bare.positions, axis=0), np.ptp(told.positions, axis=0)
    assert bare_size == pytest.approx(told_size, rel=0.03)


def test_views_of_other_objects_are_refused(turn: Clip):
    frames = turn.frames.copy()
    frames[5] = np.roll(frames[5], 48, axis=1)
    with pytest.raises(BadRequest, match="silhouettes"):
        mesh_from_turntable(replace(turn, frames=frames), QUICK)


def test_an_empty_or_full_view_is_named(turn: Clip):
    for value, reason in ((0, "view 3 is empty"), (255, "view 3 has no background")):
        frames = turn.frames.copy()
        frames[3, ..., 3] = value
        with pytest.raises(BadRequest, match=reason):
            mesh_from_turntable(replace(turn, frames=frames), QUICK)


@pytest.mark.parametrize("fields", [{"views": 2}, {"elevation": 90.0}])
def test_too_few_sides_are_refused(cone_file: Path, fields: dict[str, Any]):
    with pytest.raises(BadRequest, match="needs"):
        mesh_from_turntable(turned(cone_file, width=32, height=32, **fields), QUICK)


@pytest.mark.parametrize(
    "fields", [{"resolution": 8}, {"agreement": 0.2}, {"smoothing": 99}, {"height": -1.0}]
)
def test_options_out_of_range_are_named(fields: dict[str, Any]):
    with pytest.raises(BadRequest, match=next(iter(fields))):
        MeshOptions(**fields)


def test_damaged_cameras_are_refused(turn: Clip):
    for text in ("{", '{"azimuths": [0], "elevations": [0]}'):
        with pytest.raises(BadRequest, match="camera"):
            mesh_from_turntable(replace(turn, metadata={"turntable": text}), QUICK)


def test_progress_and_cancel(turn: Clip):
    seen: list[Progress] = []
    mesh_from_turntable(turn, QUICK, on_progress=seen.append)
    assert [one.label for one in seen] == ["carving", "surface", "colours"]
    with pytest.raises(JobCancelled):
        mesh_from_turntable(turn, QUICK, cancelled=lambda: True)
