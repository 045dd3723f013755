"""``playreel turntable --backend bpy`` with real Blenders, held against our own renderer."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from tests.engines.blender_engine import VERSIONS, Bpy, find_bpy
from tests.rendering.meshes import as_mesh
from tests.rendering.rigs import leaning, two_boxes, write_figure, write_mover
from toolkit.cli import run
from toolkit.clip import Clip
from toolkit.messages import TurntableRequest
from toolkit.pipelines.animated_turntable import animate_turntable
from toolkit.rendering.frame import Frame, Renderer
from toolkit.rendering.lights import UNLIT
from toolkit.rendering.passes import pass_pixels
from toolkit.rendering.stand import stand_of
from toolkit.saved_clip import read_clip

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module", params=VERSIONS)
def blender(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bpy:
    return find_bpy(request.param, tmp_path_factory.mktemp("user"))


@pytest.fixture(scope="module")
def figure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_figure(tmp_path_factory.mktemp("rigs") / "figure.glb")


def asked(path: Path, **fields: Any) -> TurntableRequest:
    known: dict[str, Any] = {"backend": "bpy", "width": 64, "height": 80, "views": 4}
    return TurntableRequest(mesh=str(path), **{**known, **fields})


def animated(blender: Bpy, path: Path, **fields: Any) -> dict[str, Clip]:
    return animate_turntable(asked(path, **fields), bpy_python=blender.python)


def ours(clip: Clip, number: int, share: float) -> tuple[Frame, Any, Any]:
    """The figure leaning by that share, drawn by our own renderer where the frame's camera was."""
    stand = stand_of(clip, elevation=None, clockwise=True)
    mesh = as_mesh(trimesh.Trimesh(leaning(share), two_boxes()[1], process=False))
    renderer = Renderer(mesh, stand.framing, UNLIT, samples=3)
    return renderer.draw(stand.views[number]), stand.views[number], stand.framing


def overlap(one: Any, other: Any) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize("camera", ["orthographic", "perspective"])
def test_frames_lie_on_those_of_our_own_renderer(blender: Bpy, figure: Path, camera: str):
    clips = animated(
        blender, figure, camera=camera, num_frames=4, samples=3, passes=("rgba", "normal")
    )
    for number in (0, 2, 4, 6, 10, 14):
        frame, view, framing = ours(clips["rgba"], number, (0, 0.5, 1, 0.5)[number % 4])
        covers = [pixels[..., 3] >= 128 for pixels in (frame.rgba, clips["rgba"].frames[number])]
        assert overlap(*covers) >= 0.99
        inside = frame.rgba[..., 3] * 1.0 * clips["rgba"].frames[number, ..., 3] == 255.0**2
        known = pass_pixels(frame, "normal", view, framing)[inside].astype(int)
        apart = np.abs(known - clips["normal"].frames[number][inside])
        assert (apart.max(1) <= 2).mean() > 0.9, "normals of the camera's frame, but for edges"


def test_the_root_stays_the_feet_stand_and_the_size_is_one(blender: Bpy, figure: Path):
    clip = animated(blender, figure, views=2, num_frames=6, elevation=0)["rgba"]
    solid = clip.frames[..., 3] >= 128
    bottom = round(clip.pivot[1] * clip.height) - 1
    for view in range(2):
        feet = solid[view * 6 : view * 6 + 6, bottom - 10 : bottom + 2]
        assert feet.any()
        assert (feet == feet[0]).all(), "what stands on the ground moves in no frame"
        assert not solid[:, bottom + 2 :].any()
    assert len({frame.tobytes() for frame in solid[:6]}) == 4, "it leans and comes back"


def test_tags_say_action_and_direction_and_the_pace_is_the_file_s(blender: Bpy, figure: Path):
    clip = animated(blender, figure, directions=2, num_frames=4, actions=("bow", "walk"))["rgba"]
    assert [(tag.name, tag.start, tag.stop, tag.loop) for tag in clip.tags] == [
        ("bow_right", 0, 4, False), ("bow_left", 4, 8, False),
        ("walk_right", 8, 12, True), ("walk_left", 12, 16, True),
    ]  # fmt: skip
    seconds = clip.frame_seconds
    assert sum(seconds[:3]) == pytest.approx(2.0, abs=0.01), "the last of four poses is the end"
    assert sum(seconds[8:12]) == pytest.approx(1.0, abs=0.01)
    still = ours(clip, 0, 0)[0]
    assert overlap(clip.frames[0, ..., 3] >= 128, still.rgba[..., 3] >= 128) >= 0.99, (
        "an action finds the rest pose, whatever was drawn before"
    )
    leant = ours(clip, 3, 1)[0]
    assert overlap(clip.frames[3, ..., 3] >= 128, leant.rgba[..., 3] >= 128) >= 0.99


def test_unlit_shows_plain_colours_and_all_passes_share_alpha(blender: Bpy, figure: Path):
    passes = ("rgba", "normal", "world_normal", "depth", "object")
    clips = animated(blender, figure, views=1, lighting="none", passes=passes, outline=1)
    for clip in clips.values():
        np.testing.assert_array_equal(clip.frames[..., 3], clips["rgba"].frames[..., 3])
    plain = clips["rgba"].frames[0][clips["object"].frames[0, ..., 3] == 255]
    assert (np.abs(plain.astype(int) - (255, 0, 0, 255)).max(1) <= 1).mean() > 0.8
    depth = clips["depth"].frames[0]
    front = depth[depth[..., 3] == 255][:, 0]
    assert front.max() > 128 > front.min(), "the middle of the ball is grey"


def test_a_node_without_bones_is_brought_back_too(blender: Bpy, tmp_path: Path):
    path = write_mover(tmp_path / "mover.glb")
    clip = animated(blender, path, views=1, num_frames=3, elevation=0)["rgba"]
    boxes = [np.argwhere(frame[..., 3] >= 128) for frame in clip.frames]
    columns = [(int(box[:, 1].min()), int(box[:, 1].max())) for box in boxes]
    heights = [int(box[:, 0].max() - box[:, 0].min()) for box in boxes]
    assert len(set(columns)) == 1, "it went 4 units to the right"
    assert max(heights) - min(heights) <= 1
    rise = [int(box[:, 0].max()) for box in boxes]
    assert rise[0] > rise[1] > rise[2], "height is no root motion"
    assert clip.tags[0].loop is False


@pytest.mark.parametrize("suffix", [".blend", ".fbx"])
def test_blender_s_own_files_and_fbx(blender: Bpy, tmp_path: Path, suffix: str):
    path = write_figure(tmp_path / "figure.glb")
    blender.show("convert", path)
    saved = path.with_suffix(suffix)
    clip = animated(blender, saved, views=1, num_frames=4, elevation=0)["rgba"]
    assert clip.num_frames == 4
    assert len({frame.tobytes() for frame in clip.frames}) > 1
    with pytest.raises(Exception, match="no action 'fly'; choose from"):
        animated(blender, saved, actions=("fly",), num_frames=2)


def test_as_people_type_it_and_again_from_the_file(
    blender: Bpy, figure: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    python = ["--bpy-python", str(blender.python), "-o", str(tmp_path), "--export", "webp"]
    command = ["turntable", str(figure), "--backend", "bpy", "--views", "2", "--frames", "3"]
    assert run([*command, "--size", "32x32", "--json", *python]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tags"] == ["walk_000", "walk_180"]
    first = (tmp_path / "figure.webp").read_bytes()
    again = ["turntable", str(figure), "--from", str(tmp_path / "figure.webp"), "--name", "again"]
    assert run([*again, *python]) == 0
    one, other = read_clip(tmp_path / "figure.webp"), read_clip(tmp_path / "again.webp")
    np.testing.assert_array_equal(one.frames, other.frames)
    assert first


def test_what_blender_cannot_draw_is_one_sentence(
    blender: Bpy, figure: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "broken.fbx").write_bytes(b"Kaydara FBX Binary  \0")
    (tmp_path / "broken.blend").write_bytes(b"BLENDER")
    still = tmp_path / "still.glb"
    shape: Any = trimesh.creation.box((1, 1, 1))
    still.write_bytes(shape.export(file_type="glb"))
    for arguments, words in (
        ([str(figure), "--actions", "fly", "--frames", "2"], "no action 'fly'; choose from walk"),
        ([str(still), "--frames", "2"], "is not animated; leave --frames out"),
        ([str(tmp_path / "broken.fbx")], "broken.fbx"),
        ([str(tmp_path / "broken.blend")], "broken.blend"),
    ):
        command = ["turntable", *arguments, "--backend", "bpy", "-o", str(tmp_path / "out")]
        assert run([*command, "--bpy-python", str(blender.python)]) == 2
        said = capsys.readouterr().err
        assert words in said
        assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()
