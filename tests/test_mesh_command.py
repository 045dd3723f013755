"""``playreel mesh`` as people type it."""

import json
from pathlib import Path
from typing import Any

import pytest
import trimesh

from toolkit.cli import run


def test_a_turntable_becomes_a_mesh_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    trimesh.creation.box((1, 2, 3)).export(tmp_path / "box.ply")
    turn = ["turntable", str(tmp_path / "box.ply"), "--views", "16", "--size", "64x64"]
    assert run([*turn, "--elevation", "0", "--export", "webp", "-o", str(tmp_path)]) == 0
    capsys.readouterr()
    command = ["mesh", str(tmp_path / "box.webp"), "-o", str(tmp_path), "--json"]
    assert run([*command, "--resolution", "48"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["watertight"]
    assert result["overlap"] > 0.9
    back: Any = trimesh.load(tmp_path / "box.glb", force="mesh")
    assert len(back.faces) == result["triangles"]
    assert tuple(back.extents) == pytest.approx((1, 3, 2), abs=0.2)


def test_a_wrong_option_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["mesh", "no.webp", "--resolution", "9", "-o", str(tmp_path / "out")]) == 2
    assert "resolution is 9; must be 16 to 256" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
