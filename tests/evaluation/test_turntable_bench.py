"""The turntable bench: the meshes, the cameras that others are told, and what is left out."""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from rich.console import Console

from toolkit.errors import PlayreelError
from toolkit.evaluation.bench_meshes import HEADS, triangles_of, write_head
from toolkit.evaluation.tables import print_turntables
from toolkit.evaluation.turntable_bench import bench_turntable, order_of, overlap, request_of
from toolkit.evaluation.turntable_drawers import DRAWERS
from toolkit.pipelines.mesh_turntable import frame_mesh
from toolkit.pipelines.turntable import views_of
from toolkit.rendering.camera import project
from toolkit.rendering.mesh_files import read_mesh

SMALL: dict[str, Any] = {"views": 2, "size": 32, "meshes": ("head",)}


def python(folder: Path, script: str) -> Path:
    """A program that says it has every package, and draws as the script does."""
    path = folder / "python"
    path.write_text(f'#!/bin/sh\n[ "$2" = -c ] && echo "[]" && exit\n{script}\n')
    path.chmod(0o755)
    return path


def drawers(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in body["meshes"]["head"]["drawers"]}


def test_heads_have_as_many_triangles_as_they_say(tmp_path: Path) -> None:
    assert {name: triangles_of(name) for name in HEADS} == {"head": 15_744, "million": 1_000_000}
    mesh: Any = trimesh.load(write_head("head", tmp_path))
    assert len(mesh.faces) == 15_744
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.volume > 0
    assert len(mesh.split()) == 3


def test_others_are_told_the_cameras_of_our_request(tmp_path: Path) -> None:
    path = write_head("head", tmp_path)
    order = order_of(path, 3, 48)
    request = request_of(path, 3, 48)
    mesh, views = read_mesh(path, up="y"), views_of(request)
    framing = frame_mesh(mesh, request, views)
    for told, view in zip(order["views"], views, strict=True):
        offsets = mesh.positions - told["target"]
        x = 24 + offsets @ told["right"] * 48 / order["span"]
        y = 24 - offsets @ told["up"] * 48 / order["span"]
        points = project(mesh.positions, view, framing)
        np.testing.assert_allclose(np.stack([x, y], 1), points[:, :2], atol=1e-9)
        assert np.abs(offsets @ told["toward"]).max() < order["reach"]


def test_overlap_is_that_of_the_worst_view() -> None:
    ours = np.zeros((2, 2, 2), np.uint8)
    ours[:, 0] = 255
    theirs = ours.copy()
    assert overlap(ours, theirs) == 1
    theirs[1, 1, 0] = 128
    assert overlap(ours, theirs) == pytest.approx(2 / 3)
    assert overlap(ours, theirs[:1]) == 1


def test_packages_that_are_missing_are_named_with_what_brings_them(tmp_path: Path) -> None:
    here = Path(sys.executable)
    body = bench_turntable(here, **SMALL)
    said = "\n".join(body["missing"])
    for name in (*DRAWERS,)[1:]:
        assert name in drawers(body) or f"{name} " in said
    assert f"{here} -m pip install " in said
    ours = drawers(body)["playreel"]
    assert ours["passes"] == "rgba normal depth"
    assert ours["seconds"] > 0
    assert ours["peak_mib"] > 50


def test_who_takes_too_long_has_a_row_without_values(tmp_path: Path) -> None:
    body = bench_turntable(python(tmp_path, "exec sleep 60"), patience=1, **SMALL)
    assert body["missing"] == []
    assert drawers(body).keys() == DRAWERS.keys()
    for name in (*DRAWERS,)[1:]:
        assert drawers(body)[name]["seconds"] is None
    assert drawers(body)["playreel"]["overlap"] is None
    written = io.StringIO()
    print_turntables(body, Console(file=written, width=120))
    assert written.getvalue().count("over 1 ") == 4
    assert "15,744 triangles" in written.getvalue()


def test_a_drawer_that_fails_is_named_with_its_last_line(tmp_path: Path) -> None:
    broken = python(tmp_path, "echo first >&2; echo no screen >&2; exit 3")
    with pytest.raises(PlayreelError, match=r"^trimesh and embreex failed: no screen; mend or"):
        bench_turntable(broken, **SMALL)


def test_what_is_no_python_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlayreelError, match=r"nowhere does not run as a Python .*; give another"):
        bench_turntable(tmp_path / "nowhere", **SMALL)
