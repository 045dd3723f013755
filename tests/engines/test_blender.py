"""The extension in real Blenders, without a window, against the real server."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engines.blender_engine import VERSIONS, Bpy, find_bpy
from tests.engines.served import Served, serve, serve_shipped
from tests.server.scripted_engine import picture
from tests.tiny_bundle import write_tiny_bundle
from toolkit.blender_zip import write_zip
from toolkit.clip import Clip, FrameTag
from toolkit.messages import SpriteRequest
from toolkit.packed_clip import pack_clip, tile

pytestmark = pytest.mark.engine
ROOT = Path(__file__).parent.parent.parent
CLASSES = {
    "PLAYREEL_PT_view", "PLAYREEL_PT_image",
    "PLAYREEL_PT_sequencer", "PLAYREEL_OT_connect", "PLAYREEL_OT_generate",
}  # fmt: skip


@pytest.fixture(scope="module")
def zip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_zip(tmp_path_factory.mktemp("zip"))


@pytest.fixture(scope="module", params=VERSIONS)
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bpy:
    """A Blender without the extension."""
    return find_bpy(request.param, tmp_path_factory.mktemp("user"))


@pytest.fixture(scope="module")
def installed(bare: Bpy, zip_file: Path) -> dict[str, Any]:
    return bare.show("install", zip_file)


@pytest.fixture(scope="module")
def blender(bare: Bpy, installed: dict[str, Any]) -> Bpy:
    """A Blender in which a user installed the zip."""
    return bare


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("server")
    bundle = write_tiny_bundle(folder / "bundle")
    with serve(folder / "state", bundle) as up:
        yield up


def drawn(**fields: Any) -> Any:
    """The frames that the scripted engine draws for the scripts' requests."""
    known = {"num_frames": 5, "width": 16, "height": 32, "seed": 7, "fps": 12.0}
    return picture(SpriteRequest(**{"prompt": "a plane", **known, **fields}))


def pixels(source: Path | bytes) -> Any:
    with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
        assert image.mode == "RGBA"
        return np.asarray(image)


def test_blender_s_own_tool_finds_the_zip_valid(bare: Bpy, zip_file: Path):
    ended = subprocess.run(
        [bare.python, bare.extension_tool, "validate", zip_file], capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "rror" not in ended.stdout + ended.stderr


def test_it_installs_with_its_wheel_and_registers_twice_without_a_trace(
    bare: Bpy, installed: dict[str, Any]
):
    assert installed["installed"] == ["FINISHED"]
    assert str(bare.user) in installed["wheel"]
    assert set(installed["first"]["classes"]) >= CLASSES
    assert installed["again"] == installed["first"]
    assert len(installed["first"]["handlers"]) == len(set(installed["first"]["handlers"])) + 4
    assert installed["off"] == {
        "classes": [], "handlers": [], "session": False, "form": False, "icons": False,
    }  # fmt: skip


@pytest.fixture(scope="module")
def results(blender: Bpy, served: Served, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("results")
    return folder, blender.show("results", served.state, folder)


@pytest.mark.parametrize("kind", ["plane", "flipbook", "strip", "image"])
def test_each_result_is_one_undo_step(results: Any, kind: str):
    seen = results[1][kind]
    assert len(seen["made"]) >= 1
    assert seen["undone"]
    assert set(seen["made"]) <= set(seen["redone"])


def test_a_plane_plays_exact_files_beside_the_scene_at_the_clip_s_pace(results: Any):
    folder, seen = results[0], results[1]["plane"]
    frames = np.stack([pixels(Path(file)) for file in seen["files"]])
    np.testing.assert_array_equal(frames, drawn())
    assert seen["source"] == "SEQUENCE"
    assert seen["path"].startswith("//playreel/")
    assert Path(folder, seen["path"].removeprefix("//")) == Path(seen["files"][0])
    assert seen["offsets"] == [frame // 2 % 5 for frame in range(22)]
    half, high = 16 / 64 / 2, 32 / 64
    assert seen["corners"] == [[-half, 0, 0], [half, 0, 0], [half, 0, high], [-half, 0, high]]
    assert seen["properties"]["playreel_job"] == seen["job"]
    assert seen["properties"]["playreel_prompt"] == "a plane"
    assert seen["properties"]["playreel_seed"] == "7"


def test_a_flip_book_holds_its_frames_in_the_scene(results: Any):
    folder, seen = results[0], results[1]["flipbook"]
    columns, rows = 3, 2
    np.testing.assert_array_equal(pixels(folder / "flipbook.png"), tile(drawn(), columns))
    np.testing.assert_allclose(seen["scale"], [1 / columns, 1 / rows, 1])
    cells = [
        [index % columns / columns, 1 - (index // columns + 1) / rows]
        for index in (frame // 2 % 5 for frame in range(12))
    ]
    np.testing.assert_allclose(seen["cells"], cells, atol=1e-6)


def test_a_strip_holds_each_frame_as_long_as_the_clip(results: Any):
    seen = results[1]["strip"]
    numbers = [frame // 2 + 1 for frame in range(10)]
    assert seen["elements"] == [f"a_strip_{number:04d}.png" for number in numbers]
    assert seen["directory"].startswith("//playreel/")
    assert (seen["frames"], seen["channel"], seen["blend"]) == ([1, 10], 1, "ALPHA_OVER")


def test_an_image_is_packed_into_the_scene(results: Any):
    folder = results[0]
    np.testing.assert_array_equal(pixels(folder / "image.png"), tile(drawn(), 5))
    assert json.dumps(results[1]["image"]["made"]) == '["a_image"]'


def test_buttons_work_when_they_can_and_wrong_input_is_one_sentence(
    blender: Bpy, served: Served, tmp_path: Path
):
    foreign = tmp_path / "foreign.png"
    Image.new("RGBA", (4, 4)).save(foreign)
    seen = blender.show("polls", served.state, foreign, tmp_path)
    apart = {
        "connect": True, "disconnect": False, "generate": False, "regenerate": False,
        "cancel": False, "mark": False, "place": False, "turn": False, "wait": True,
    }  # fmt: skip
    assert seen["apart"] == apart
    assert seen["waiting"] == {**apart, "disconnect": True}
    assert seen["empty"] == {**dict.fromkeys(apart, True), "generate": False, "turn": False}
    assert seen["ready"] == dict.fromkeys(apart, True)
    assert "playreel serve" in seen["unreachable"]
    wrong = seen["wrong"]
    assert "width is 60; must be a multiple of 16 from 16 to 256." in wrong["size"]
    assert "no Playreel metadata" in wrong["foreign"]
    assert "cannot read" in wrong["missing"]
    assert "has no result" in wrong["job"]
    assert "is known" in wrong["again"]
    assert "the graph is not what was promised; reinstall it." in wrong["model"]
    assert "the job was cancelled." in wrong["cancelled"]
    assert (seen["things"], seen["pending"]) == ([], True)


def test_a_reopened_file_gets_what_it_waited_for_and_holds_no_secret(
    blender: Bpy, served: Served, tmp_path: Path
):
    path = tmp_path / "left.blend"
    job = blender.show("leave", served.state, path, "plane")["job"]
    token = (served.state / "token").read_bytes().strip()
    left = path.read_bytes()
    assert job.encode() in left
    for secret in (token, b"a secret wish", b"a left one", str(served.state).encode()):
        assert secret not in left
    seen = blender.show("reopen", served.state, path)
    assert seen["waiting"] == [job]
    assert seen["came"] == seen["again"] == ["a_left_one"]
    assert seen["elsewhere"] == [[], "connected"]
    assert (seen["due"], seen["pending"]) == ([], False)
    assert token not in path.read_bytes()


def test_rendered_planes_of_a_reopened_scene_are_the_clip(
    blender: Bpy, results: Any, tmp_path: Path
):
    folder = results[0]
    seen = blender.show("render", folder / "scene.blend", tmp_path, 16, 32, 1, 4, 11)
    assert seen["planes"] == ["a_flipbook", "a_plane"]
    times = ((1, 0), (4, 1), (11, 0))
    clip = drawn().astype(int)
    for name in ("strip", *seen["planes"]):
        for frame, index in times[:2] if name == "strip" else times:
            shown = pixels(tmp_path / f"{name}_{frame}.png").astype(int)
            alpha = clip[index, ..., 3]
            np.testing.assert_allclose(shown[..., 3], alpha, atol=1)
            clear = np.abs(shown - clip[index])[..., :3] * alpha[..., None] / 255
            assert clear.max() <= 2, f"{name} at {frame}"


def test_a_large_result_comes_whole_through_a_restart_in_short_ticks(
    blender: Bpy, served: Served, tmp_path: Path
):
    with ThreadPoolExecutor() as pool:
        running = pool.submit(blender.show, "pump", served.state, tmp_path)
        while not (tmp_path / "restart").exists():
            assert not running.done(), running.result()
            running_wait(running)
        served.stop()
        served.start()
        (tmp_path / "restarted").touch()
        seen = running.result()
    assert seen["size"] > 8_000_000
    assert 0 < seen["begun"] < seen["size"] // 2**18, "it was cut off on its way"
    assert set(seen["states"]) >= {"waiting", "connected"}
    assert seen["gaps"] == 0
    clip = drawn(num_frames=33, width=256, height=256, prompt="a large one")
    np.testing.assert_array_equal(pixels(tmp_path / "large.png"), tile(clip, 6))
    longest, worked = (max(seen[name]) * 1000 for name in ("seconds", "worked"))
    print(
        f"ticks: {len(seen['seconds'])}, longest {longest:.1f} ms, worked {worked:.1f} ms at most"
    )


def running_wait(running: Future[Any]) -> None:
    """Give the other side a moment."""
    with suppress(TimeoutError):
        running.result(0.1)


def test_a_sheet_becomes_assets_without_any_server(blender: Bpy, tmp_path: Path):
    walk = FrameTag(name="walk", start=1, stop=4)
    clip = Clip(frames=drawn(), fps=12, tags=(walk, FrameTag(name="idle", start=4, stop=5)),
                metadata={"prompt": "a green knight"})  # fmt: skip
    (tmp_path / "sheet.png").write_bytes(pack_clip(clip).png)
    (tmp_path / "blender_assets.cats.txt").write_text("VERSION 1\n\nabc:Own:Own")
    seen = blender.show("assets", tmp_path / "sheet.png", tmp_path)
    assert set(seen["assets"]) == {
        "Object a_green_knight", "Object a_green_knight.001", "Image a_green_knight.001",
    }  # fmt: skip
    lines = seen["catalogues"].splitlines()
    assert lines[:3] == ["VERSION 1", "", "abc:Own:Own"]
    assert [line.partition(":")[2] for line in lines[3:]] == ["Playreel/Sprites:Playreel-Sprites"]
    picture = clip.frames[0].repeat(4, axis=0).repeat(4, axis=1)[::-1]
    for asset in seen["assets"].values():
        assert asset["catalogue"] == lines[3].partition(":")[0]
        assert set(asset["tags"]) == {"a", "green", "knight", "sprite", "playreel"}
        assert (asset["author"], asset["licence"]) == ("A. Maker", "CC0-1.0")
        assert asset["description"] == "a green knight"
        assert asset["size"] == [64, 128]
        np.testing.assert_array_equal(np.reshape(asset["picture"], picture.shape), picture)
    assert seen["height"] == 32 / 32


def test_the_history_shows_pictures_is_searched_and_asked_again(blender: Bpy, served: Served):
    seen = blender.show("history", served.state)
    red, blue = seen["jobs"]

    def row(job: str, name: str) -> list[Any]:
        return [
            ["label", "FILE_MOVIE"], ["label", name],
            ["playreel.place", {"job": job, "kind": "plane"}],
            ["playreel.regenerate", {"job": job}], ["playreel.mark", {"job": job}],
        ]  # fmt: skip

    ours = row(blue, "a blue owl") + row(red, "a red owl")
    assert seen["told"][: len(ours)] == seen["all_again"][: len(ours)] == ours
    assert seen["found"][: len(ours) // 2] == row(red, "a red owl")
    assert ["label", "a blue owl"] not in seen["found"], "the rest is another Blender's"
    for name, (size, values) in zip(("red", "blue"), seen["pixels"], strict=True):
        frame = drawn(prompt=f"a {name} owl")[0]
        large = frame.repeat(4, axis=0).repeat(4, axis=1)[::-1]
        assert size == [64, 128]
        np.testing.assert_array_equal(np.reshape(values, large.shape), large)
    before, after = seen["requests"]
    assert seen["again"] == red
    assert after == {**before, "seed": before["seed"] + 1}
    assert seen["newest"][1] == ["label", "a red owl"]
    assert seen["newest"][2][1]["job"] == seen["job"]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program ``playreel`` of this checkout."""
    path = tmp_path_factory.mktemp("bin") / "playreel"
    path.write_text(f'#!/bin/sh\ncd "{ROOT}"\nexec "{sys.executable}" -m toolkit "$@"\n')
    path.chmod(0o755)
    return path


def assert_tower(files: list[str]) -> None:
    """The files show the red tower from four sides."""
    frames = np.stack([pixels(Path(file)) for file in files]).astype(int)
    assert frames.shape == (4, 64, 48, 4)
    for frame in frames:
        inside = frame[..., 3] > 250
        rows, columns = np.any(inside, 1).sum(), np.any(inside, 0).sum()
        assert rows / columns == pytest.approx(4, rel=0.15), "two cubes, each twice as high as wide"
        red, green, blue = frame[inside][:, :3].mean(0)
        assert red > 3 * max(green, blue), "the material came along"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with serve_shipped(tmp_path_factory.mktemp("shipped")) as state:
        yield state


def test_the_panel_with_the_shipped_engine_an_object_and_a_sentence(
    blender: Bpy, shipped: Path, program: Path, tmp_path: Path
):
    seen = blender.show("panel", shipped, tmp_path, program, seconds=1700)
    assert (seen["made"], seen["undone"], seen["called"]) == (["tower"], [], "tower")
    assert_tower(seen["files"])
    assert Path(tmp_path, seen["path"].removeprefix("//")) == Path(seen["files"][0])
    assert seen["again"] == ["tower.001"]
    assert seen["drawings"] == 0, "the server drew it, not a program beside Blender"
    assert seen["known"]
    np.testing.assert_allclose(seen["extent"], [2, 2, 8], rtol=0.06)
    assert seen["mean"][0] > 3 * max(seen["mean"][1:]), "carved in the colours of the views"
    assert seen["uncarved"] == ["tower", "tower.001"], "carving is one undo step too"
    assert seen["turned"] == ["a_chair"]
    assert len(seen["elements"]) >= 8
    folder = Path(tmp_path, seen["directory"].removeprefix("//"))
    knight = np.stack([pixels(folder / name) for name in dict.fromkeys(seen["elements"])])
    assert knight.shape == (8, 64, 64, 4)
    assert set(np.unique(knight[..., 3])) == {0, 255}


def test_the_active_object_becomes_a_turntable_on_a_plane(
    blender: Bpy, program: Path, tmp_path: Path
):
    seen = blender.show("turntable", program, tmp_path)
    assert (seen["made"], seen["undone"]) == (["tower"], [])
    assert seen["selected"] == ["Tower"]
    assert_tower(seen["files"])
    np.testing.assert_allclose(np.array(seen["stops"])[:, 0], 0, atol=1e-3)
    assert [round(stop[1]) for stop in seen["stops"]][1:] != [0, 0]
    wrong = seen["wrong"]
    assert "Empty has no faces; choose a mesh that has some." in wrong["empty"]
    assert "vertex 2 of Broken is no number; dissolve it." in wrong["nan"]
    assert seen["untouched"], "objects, selection, meshes and frame are as they were"
    assert "pip install 'playreel[mesh]'" in wrong["program"]
    assert "the job was cancelled." in wrong["cancelled"]
