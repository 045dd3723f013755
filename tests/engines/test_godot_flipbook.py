"""GLB flip-books imported by a real Godot and drawn on a screen: each frame at its time."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from exporters import export
from exporters.spritesheet import play_order
from exporters.write import write_files
from tests.engines.godot_engine import Godot, Ran, find_godot
from tests.engines.godot_sprites import middles
from tests.exporters.clips import busy_clip, hard_alpha, plain_clip
from toolkit.clip import Clip

pytestmark = pytest.mark.engine
SCRIPT = Path(__file__).parent / "godot" / "draw_flipbook.gd"
SETTINGS = 'config_version=5\n\n[application]\n\nconfig/name="Exports"\n'
CLIPS = {"busy": busy_clip(), "hard": hard_alpha(busy_clip()), "many": plain_clip(12, 20, 10)}
NAMES = {'idle "é"': "idle _é_"}
"""Godot takes some signs out of the names of animations."""
SCREEN = 77
FAINT = 20
"""Below that alpha, Godot's import gives pixels of a model's pictures a neighbour's colour."""


@pytest.fixture(scope="module")
def godot() -> Godot:
    return find_godot()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("godot") / "project"
    for name, clip in CLIPS.items():
        write_files(export(clip, "glb", name=name), folder)
    asked = {f"res://{name}.glb": questions(clip) for name, clip in CLIPS.items()}
    (folder / "asked.json").write_text(json.dumps(asked))
    (folder / "project.godot").write_text(SETTINGS)
    shutil.copy(SCRIPT, folder)
    return folder


def questions(clip: Clip) -> dict[str, Any]:
    """A camera that sees the frame alone, and the middle of each frame's time."""
    x, y = (0.5 - clip.pivot[0]) * clip.width, (clip.pivot[1] - 0.5) * clip.height
    return {"width": clip.width, "height": clip.height, "x": x, "y": y,
            "animations": middles(clip, NAMES)}  # fmt: skip


@pytest.fixture(scope="module")
def imported(godot: Godot, project: Path) -> Ran:
    return godot.run(project, "--headless", "--import")


@pytest.fixture(scope="module")
def seen(godot: Godot, project: Path, imported: Ran) -> dict[str, Any]:
    look = "--rendering-method", "gl_compatibility", "--audio-driver", "Dummy"
    with godot.screen(SCREEN) as env:
        ran = godot.run(project, *look, "--script", f"res://{SCRIPT.name}", env=env)
    assert (ran.code, ran.complaints) == (0, []), ran.output[-3000:]
    return json.loads((project / "seen.json").read_text("utf-8"))


def assert_drawn(pixels: str, clip: Clip, index: int) -> None:
    """The picture is the frame, premultiplied: alpha exact, colour but for rounding."""
    frame = clip.frames[index]
    shown = np.frombuffer(bytes.fromhex(pixels), np.uint8).reshape(frame.shape)
    np.testing.assert_array_equal(shown[..., 3], frame[..., 3])
    colour = through_linear_light(frame[..., :3] / 255) * frame[..., 3:]
    kept = (frame[..., 3] == 0) | (frame[..., 3] >= FAINT)
    assert np.abs(shown[..., :3] - colour)[kept].max() <= 1


def through_linear_light(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """What Godot's renderer makes of sRGB: there by a polynomial, back by a power."""
    linear = colour * (colour * (colour * 0.305306011 + 0.682171111) + 0.012522878)
    return np.maximum(1.055 * linear**0.416666667 - 0.055, 0)


def test_godot_imports_them_without_a_word(imported: Ran) -> None:
    assert (imported.code, imported.complaints) == (0, [])


@pytest.mark.parametrize("name", CLIPS)
def test_every_frame_is_drawn_at_its_time(seen: dict[str, Any], name: str) -> None:
    clip = CLIPS[name]
    found = seen[f"res://{name}.glb"]
    assert set(found["names"]) == {NAMES.get(tag.name, tag.name) for tag in clip.tags_or_whole}
    for tag in clip.tags_or_whole:
        pictures = found["animations"][NAMES.get(tag.name, tag.name)]
        for picture, index in zip(pictures, play_order(tag), strict=True):
            assert_drawn(picture, clip, index)
    assert_drawn(found["still"], clip, play_order(clip.tags_or_whole[0])[0])
