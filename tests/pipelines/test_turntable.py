import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from tests.rendering.mesh_folder import tower, write_square
from tests.tiny_bundle import write_tiny_bundle
from toolkit.clip import Clip
from toolkit.conditioning.control import control_vectors
from toolkit.errors import BadRequest, JobCancelled, ResourceLimit
from toolkit.generate import generate
from toolkit.messages import Progress, TurntableRequest, decode_request
from toolkit.pipelines.drawn_turntable import as_sprite, draw_turntable, learned_turn
from toolkit.pipelines.turntable import (
    TURN,
    generate_turntable,
    join_passes,
    split_passes,
    views_of,
)
from toolkit.rendering.orbit import direction_azimuths, orbit
from toolkit.runtime.models import Models, load_models
from toolkit.turntable_request import PASSES

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def arrow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A white bar that points from the middle to the front (+z), on the ground."""
    bar = trimesh.creation.box((0.2, 0.2, 1.0))
    bar.apply_translation((0, 0.1, 0.5))
    path = tmp_path_factory.mktemp("meshes") / "arrow.glb"
    trimesh.Scene(bar).export(path)
    return path


def asked(arrow: Path, **changes: object) -> TurntableRequest:
    small = TurntableRequest(mesh=str(arrow), views=8, width=48, height=40, elevation=30)
    return replace(small, **changes)  # type: ignore[arg-type]


def rendered(request: TurntableRequest) -> dict[str, Clip]:
    return generate_turntable(request, None)


def test_a_turn_of_a_mesh(arrow: Path):
    (clip,) = rendered(asked(arrow)).values()
    assert clip.frames.shape == (8, 40, 48, 4)
    assert [(tag.name, tag.start, tag.stop, tag.loop) for tag in clip.tags] == [(TURN, 0, 8, True)]
    alpha = clip.frames[..., 3]
    assert (alpha.max((1, 2)) == 255).all()
    assert not alpha[:, 0].any()
    assert not alpha[:, :, 0].any()


def test_the_origin_as_pivot_stays_and_the_front_goes_to_the_left_first(arrow: Path):
    clip = rendered(asked(arrow, pivot="origin", views=4))["rgba"]
    x, y = clip.pivot[0] * 48, clip.pivot[1] * 40
    columns = np.arange(48) + 0.5
    rows = np.arange(40) + 0.5
    for frame, (right, down) in zip(clip.frames, ((0, 1), (-1, 0), (0, -1), (1, 0)), strict=True):
        weight = frame[..., 3] / frame[..., 3].sum()
        assert np.sign(round((weight.sum(0) @ columns - x) / 3)) == right
        if not right:
            assert np.sign((weight.sum(1) @ rows) - y) == down


def test_directions_are_tags_named_for_where_the_front_points(arrow: Path):
    clip = rendered(asked(arrow, directions=8))["rgba"]
    assert [tag.name for tag in clip.tags] == list(direction_azimuths(8))
    turn = rendered(asked(arrow, views=8))["rgba"]
    for tag in clip.tags:
        number = round(direction_azimuths(8)[tag.name] / 45)
        np.testing.assert_array_equal(clip.frames[tag.start], turn.frames[number])


def test_counter_clockwise_is_the_turn_backwards(arrow: Path):
    forward, back = (rendered(asked(arrow, clockwise=way))["rgba"].frames for way in (True, False))
    np.testing.assert_array_equal(back, np.roll(forward[::-1], 1, 0))


def test_isometric_squares_are_twice_as_wide_as_high(tmp_path: Path):
    tile = trimesh.creation.box((1, 0.001, 1))
    trimesh.Scene(tile).export(tmp_path / "tile.glb")
    request = TurntableRequest(
        mesh=str(tmp_path / "tile.glb"), views=4, width=200, height=200, camera="isometric"
    )
    for frame in rendered(request)["rgba"].frames:
        rows, columns = np.nonzero(frame[..., 3] > 127)
        assert np.ptp(columns) / np.ptp(rows) == pytest.approx(2, rel=0.03)
    assert views_of(request)[0].azimuth == 45


def test_several_meshes_can_share_a_scale(arrow: Path, tmp_path: Path):
    tower().export(tmp_path / "tower.stl")
    request = TurntableRequest(
        mesh=str(tmp_path / "tower.stl"), directions=4, width=64, height=64, elevation=0,
        pixels_per_unit=10.0, samples=4,
    )  # fmt: skip
    frames = rendered(request)["rgba"].frames[..., 3] / 255
    np.testing.assert_allclose(frames.sum((1, 2)), [300, 600, 600, 300], rtol=1e-6)


def test_every_pass_is_a_clip_of_the_same_shape_and_alpha(arrow: Path):
    passes = rendered(asked(arrow, passes=PASSES, outline=1))
    assert tuple(passes) == PASSES
    for clip in passes.values():
        np.testing.assert_array_equal(clip.frames[..., 3], passes["rgba"].frames[..., 3])
        assert (clip.fps, clip.tags, clip.pivot) == (
            passes["rgba"].fps, passes["rgba"].tags, passes["rgba"].pivot,
        )  # fmt: skip


def test_the_front_door_gives_one_clip_that_splits_again(arrow: Path, models: Models):
    request = asked(arrow, passes=("rgba", "normal", "depth"), directions=4)
    joined = generate(request, models)
    assert joined.num_frames == 12
    assert [tag.name for tag in joined.tags][3:5] == ["up", "down_normal"]
    parts, direct = split_passes(joined), rendered(request)
    assert list(parts) == list(direct)
    for name, clip in direct.items():
        np.testing.assert_array_equal(parts[name].frames, clip.frames)
        assert parts[name].tags == clip.tags
        assert parts[name].metadata == clip.metadata
    assert join_passes({"rgba": direct["rgba"]}) is direct["rgba"]
    assert list(split_passes(direct["rgba"])) == ["rgba"]


def test_metadata_says_how_to_make_it_again_and_where_the_cameras_stood(arrow: Path):
    request = asked(arrow, azimuth=10.0, camera="perspective")
    clip = rendered(request)["rgba"]
    assert decode_request(clip.metadata["request"]) == replace(request, mesh="arrow.glb")
    assert clip.metadata["mesh_sha256"] == hashlib.sha256(arrow.read_bytes()).hexdigest()
    stand = json.loads(clip.metadata[TURN])
    assert stand["azimuths"] == [10, 55, 100, 145, 190, 235, 280, 325]
    assert stand["elevations"] == [30] * 8
    assert stand["distance"] > 0


def test_progress_counts_views_and_shows_what_is_drawn(arrow: Path):
    seen: list[tuple[Progress, int]] = []
    generate_turntable(
        asked(arrow, views=3), None,
        on_progress=lambda progress, frames: seen.append((progress, len(frames))),
    )  # fmt: skip
    assert [(progress.step, progress.num_steps, count) for progress, count in seen] == [
        (1, 3, 1), (2, 3, 2), (3, 3, 3),
    ]  # fmt: skip
    assert seen[0][0].label == "arrow"


def test_a_cancelled_job_stops_between_two_views(arrow: Path):
    drawn: list[int] = []
    with pytest.raises(JobCancelled, match="after 2 of 8 views"):
        generate_turntable(
            asked(arrow), None, on_progress=lambda progress, _: drawn.append(progress.step),
            cancelled=lambda: len(drawn) == 2,
        )  # fmt: skip


def test_a_frame_of_too_many_samples_is_refused(arrow: Path):
    with pytest.raises(ResourceLimit, match="lower --samples or --size"):
        rendered(asked(arrow, width=1024, height=1024, samples=4))


def test_the_same_request_gives_the_same_bytes(arrow: Path):
    first, again = (rendered(asked(arrow, toon_bands=3))["rgba"].frames for _ in range(2))
    np.testing.assert_array_equal(first, again)


NUMBALESS = """
import sys
sys.modules["numba"] = None
from toolkit.cli import run
sys.exit(run(["turntable", sys.argv[1], "-o", sys.argv[2]]))
"""


def test_without_numba_it_says_what_to_install(arrow: Path, tmp_path: Path):
    command = [sys.executable, "-c", NUMBALESS, str(arrow), str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    sentence = "error: drawing a mesh needs numba; pip install 'playreel[mesh]'.\n"
    assert done.stderr == sentence
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return load_models(write_tiny_bundle(tmp_path_factory.mktemp("b") / "bundle"), threads=1)


CHAIR = TurntableRequest(
    prompt="a red knight", views=4, width=32, height=48, seed=5, num_inference_steps=2
)


class Recorder:
    """A denoiser that notes what it is told and passes it on."""

    def __init__(self, models: Models) -> None:
        self.models = models
        self.controls: list[np.ndarray] = []

    def predict(self, x, sigma, branches, told):  # type: ignore[no-untyped-def]
        self.controls.append(told.control)
        return self.models.denoiser.predict(x, sigma, branches, told)


def told_control(models: Models, request: TurntableRequest) -> np.ndarray:
    recorder = Recorder(models)
    draw_turntable(request, replace(models, denoiser=recorder))  # type: ignore[type-var]
    return recorder.controls[0]


def test_the_network_is_told_the_azimuth_of_every_view(models: Models):
    turn = np.array([0, 0.5, 1, 1.5], np.float32) * np.float32(np.pi)
    expected = control_vectors(4, loop=True, style="render", azimuths=turn)
    np.testing.assert_allclose(told_control(models, CHAIR), expected, atol=1e-6)


def test_views_are_told_to_the_network_as_the_orbits_it_learned_from():
    rendered_for_packs = [view.azimuth for view in orbit(16, elevation=20.0, clockwise=False)]
    order, turn = learned_turn(np.array(rendered_for_packs))
    assert order.tolist() == list(range(16))
    np.testing.assert_allclose(turn, 2 * np.pi * np.arange(16) / 16, rtol=1e-6)
    order, turn = learned_turn(np.array([0.0, 90.0, 180.0, 270.0]))
    assert order.tolist() == [0, 3, 2, 1]
    np.testing.assert_allclose(turn, np.pi * np.arange(4) / 2, rtol=1e-6)


@pytest.mark.parametrize("change", [{"clockwise": False}, {"directions": 4}])
def test_other_orders_are_made_of_the_turn_it_learned(models: Models, change: dict[str, object]):
    request = replace(CHAIR, **change)  # type: ignore[arg-type]
    np.testing.assert_allclose(
        told_control(models, request), told_control(models, CHAIR), atol=1e-6
    )
    plain, ordered = draw_turntable(CHAIR, models), draw_turntable(request, models)
    order = [0, 3, 2, 1] if "clockwise" in change else [0, 1, 3, 2]
    np.testing.assert_array_equal(ordered.frames, plain.frames[order])


def test_a_prompt_becomes_a_loop_with_its_request_inside(models: Models):
    clip = generate(CHAIR, models)
    assert clip.frames.shape == (4, 48, 32, 4)
    assert [(tag.name, tag.loop) for tag in clip.tags] == [(TURN, True)]
    assert decode_request(clip.metadata["request"]) == CHAIR
    assert clip.metadata["bundle"] == models.card.hash
    assert clip.metadata["prompt"] == "a red knight"
    assert json.loads(clip.metadata[TURN])["azimuths"] == [0, 90, 180, 270]
    np.testing.assert_array_equal(generate(CHAIR, models).frames, clip.frames)


def test_the_prompt_is_said_as_in_training():
    assert as_sprite(CHAIR).prompt == "a red knight rotating, 3d turntable"


def test_the_given_picture_is_the_first_view_at_every_step(models: Models):
    art = np.zeros((48, 32, 4), np.uint8)
    art[8:48, 4:28] = (200, 40, 40, 255)
    buffer = io.BytesIO()
    Image.fromarray(art).save(buffer, "PNG")
    seen: list[np.ndarray] = []
    clip = draw_turntable(
        replace(CHAIR, image=buffer.getvalue()), models,
        on_progress=lambda _, frames: seen.append(frames),
    )  # fmt: skip
    assert len(seen) == 2
    for frames in seen:
        np.testing.assert_array_equal(frames[0], art)
    np.testing.assert_array_equal(clip.frames[0][art[..., 3] > 0], art[art[..., 3] > 0])


def test_a_prompt_without_models_says_how_to_load_them():
    with pytest.raises(BadRequest, match="load_models"):
        generate_turntable(CHAIR, None)


def test_a_cancelled_prompt_takes_no_step(models: Models):
    with pytest.raises(JobCancelled, match="after 0 of 2"):
        generate(CHAIR, models, cancelled=lambda: True)


def test_a_flat_square_on_edge_is_an_empty_frame_and_no_failure(tmp_path: Path):
    path = write_square(tmp_path / "s.glb")
    request = TurntableRequest(mesh=str(path), views=4, elevation=0, width=32, height=32)
    alpha = rendered(request)["rgba"].frames[..., 3]
    assert alpha[0].any()
    assert not alpha[1].any()
