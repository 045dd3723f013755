"""``playreel turntable model.glb --passes rgba,normal,depth --export godot`` in a real Godot."""

import shutil
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from exporters.spritesheet import visible
from tests.engines.godot_engine import Godot
from tests.engines.godot_exports import DRAW, LOOK, SCRIPTS, SETTINGS, Exported
from tests.engines.godot_sprites import middles
from toolkit.cli import run
from toolkit.clip import Clip
from toolkit.messages import TurntableRequest
from toolkit.pipelines.turntable import generate_turntable

pytestmark = pytest.mark.engine
VIEWS = 16
PASSES = ("rgba", "normal", "depth")
STEMS = {"rgba": "model", "normal": "model_normal", "depth": "model_depth"}
SCREEN = 79
LOOKS = "--rendering-method", "gl_compatibility", "--audio-driver", "Dummy"
FROM_THE_RIGHT = 90
"""Degrees of a light's turn that shines from the right."""


def write_model(path: Path) -> Path:
    """A painted figure without any symmetry."""
    body: Any = trimesh.creation.capsule(height=1.0, radius=0.4)
    arm: Any = trimesh.creation.box((0.9, 0.2, 0.3))
    arm.apply_translation((0.5, 0.1, 0.7))
    paint = np.random.default_rng(4)
    for part in (body, arm):
        part.visual.vertex_colors = paint.integers(40, 256, (len(part.vertices), 4)) | (
            0,
            0,
            0,
            255,
        )
    path.write_bytes(trimesh.Scene([body, arm]).export(file_type="glb"))
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("mesh") / "model.glb")


@pytest.fixture(scope="module")
def drawn(model: Path) -> dict[str, Clip]:
    """What our renderer drew of each pass."""
    return generate_turntable(TurntableRequest(mesh=str(model), views=VIEWS, passes=PASSES), None)


@pytest.fixture(scope="module")
def turned(godot: Godot, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A project with what the command writes, imported for the first time."""
    project = tmp_path_factory.mktemp("turned") / "project"
    words = ["turntable", str(model), "--views", str(VIEWS), "--passes", ",".join(PASSES)]
    words += ["--export", "godot", "--embedded", "-o", str(project / "art")]
    assert run(words) == 0
    (project / "project.godot").write_text(SETTINGS)
    for script in (LOOK, DRAW):
        shutil.copy(SCRIPTS / script, project)
    return Exported(godot, project, godot.run(project, "--headless", "--import"))


@pytest.fixture(scope="module")
def seen(turned: Exported, drawn: dict[str, Clip]) -> dict[str, Any]:
    """What Godot finds in every file."""
    asked = {
        "frames": [f"res://art/{stem}.tres" for stem in STEMS.values()],
        "scenes": [f"res://art/{stem}.tscn" for stem in STEMS.values()],
        "players": {"res://art/model_player.tscn": middles(drawn["rgba"], {})},
    }
    return turned.ask(LOOK, asked, "--headless")


def test_they_open_without_a_complaint(turned: Exported) -> None:
    assert (turned.imported.code, turned.imported.complaints) == (0, [])


def pixels(animation: dict[str, Any], key: str = "pixels") -> list[bytes]:
    return [bytes.fromhex(shown[key]) for shown in animation["shown"]]


@pytest.mark.parametrize("part", PASSES)
def test_every_view_of_every_pass_is_exact(
    seen: dict[str, Any], drawn: dict[str, Clip], part: str
) -> None:
    animations = seen["frames"][f"res://art/{STEMS[part]}.tres"]["animations"]
    assert set(animations) == {"turntable"}
    assert len(drawn[part].frames) == VIEWS
    wanted = [frame.tobytes() for frame in visible(drawn[part].frames)]
    assert len(set(wanted)) == VIEWS
    assert pixels(animations["turntable"]) == wanted
    assert animations["turntable"]["loop"]
    assert seen["scenes"][f"res://art/{STEMS[part]}.tscn"]["playing"] == ["turntable"] * 2


def test_the_normal_pass_lies_under_the_colours_as_their_normal_map(
    seen: dict[str, Any], drawn: dict[str, Clip]
) -> None:
    wanted = [frame.tobytes() for frame in visible(drawn["normal"].frames)]
    frames = seen["frames"]["res://art/model.tres"]["animations"]["turntable"]
    player = seen["players"]["res://art/model_player.tscn"]["animations"]["turntable"]
    assert pixels(frames, "normals") == pixels(player, "normals") == wanted
    assert pixels(player) == pixels(frames)


def cells(clip: Clip) -> dict[str, Any]:
    """Each view in a cell of one picture."""
    x, y = (floor(share * side + 0.5)
            for share, side in zip(clip.pivot, (clip.width, clip.height), strict=True))  # fmt: skip
    found = [
        {"scene": "res://art/model.tscn", "animation": "turntable", "at": at,
         "x": at * clip.width + x, "y": y}
        for at in range(VIEWS)
    ]  # fmt: skip
    return {"width": VIEWS * clip.width, "height": clip.height, "cells": found}


def test_godot_draws_it_plainly_and_a_light_shades_it_by_its_normals(
    turned: Exported, drawn: dict[str, Clip]
) -> None:
    clip = drawn["rgba"]
    asked = {"plain": cells(clip), "lit": {**cells(clip), "light_degrees": FROM_THE_RIGHT}}
    with turned.godot.screen(SCREEN) as env:
        shown = turned.ask(DRAW, {"flipbooks": {}, "sprites": asked}, *LOOKS, env=env)["sprites"]
    plain, lit = (
        np.frombuffer(bytes.fromhex(shown[name]), np.uint8)
        .reshape(clip.height, VIEWS, clip.width, 4).swapaxes(0, 1).astype(float)
        for name in ("plain", "lit")
    )  # fmt: skip
    wanted = visible(clip.frames).astype(float)
    np.testing.assert_array_equal(plain[..., 3], wanted[..., 3])
    wanted[..., :3] *= wanted[..., 3:] / 255
    assert np.abs(plain - wanted).max() <= 1
    rightward = np.maximum(drawn["normal"].frames[..., :1] / 127.5 - 1, 0)
    assert np.abs(lit[..., :3] - wanted[..., :3] * rightward).max() <= 3
