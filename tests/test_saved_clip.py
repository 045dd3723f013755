import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exporters import EXPORTERS, export
from exporters.write import write_files
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest
from toolkit.saved_clip import read_clip, with_layout


def walker() -> Clip:
    """Five 6x8 frames in two tags; frames 1 and 2 look the same, as frames 3 and 4 do."""
    frames = np.zeros((5, 8, 6, 4), np.uint8)
    for index, place in enumerate((0, 1, 1, 3, 3)):
        frames[index, 2:5, place : place + 2] = (40 * place, 200, 7, 255)
    return Clip(
        frames=frames,
        fps=12,
        durations=(0.1, 0.2, 0.1, 0.3, 0.05),
        tags=(
            FrameTag(name="walk_right", start=0, stop=3),
            FrameTag(name="die", start=3, stop=5, loop=False),
        ),
        pivot=(0.25, 0.875),
        metadata={"prompt": "a rätselhafte Gestalt", "seed": "7"},
    )


def saved(clip: Clip, format: str, folder: Path) -> list[Path]:
    return write_files(export(clip, format, name="hero"), folder)


@pytest.mark.parametrize(
    ("format", "suffix"),
    [
        ("gif", ".gif"), ("webp", ".webp"), ("apng", ".apng"),
        ("png_sequence", ".frames.json"), ("aseprite", ".aseprite.json"),
        ("aseprite_hash", ".aseprite_hash.json"),
    ],
)  # fmt: skip
def test_what_was_exported_comes_back_whole(format: str, suffix: str, tmp_path: Path):
    clip = with_layout(walker())
    saved(clip, format, tmp_path)
    back = read_clip(tmp_path / f"hero{suffix}")
    np.testing.assert_array_equal(back.frames, clip.frames)
    assert replace(back, frames=clip.frames) == replace(clip, frames=clip.frames)


@pytest.mark.parametrize("format", EXPORTERS)
def test_exporting_again_gives_the_same_bytes(format: str, tmp_path: Path):
    clip = with_layout(walker())
    saved(clip, "webp", tmp_path)
    assert export(read_clip(tmp_path / "hero.webp"), format) == export(clip, format)


def test_evenly_timed_untagged_clips_come_back(tmp_path: Path):
    clip = with_layout(replace(walker(), durations=(), tags=()))
    saved(clip, "apng", tmp_path)
    back = read_clip(tmp_path / "hero.apng")
    assert (back.durations, back.tags, back.fps, back.num_frames) == ((), (), 12, 5)


def test_backward_tags_come_back_as_they_showed(tmp_path: Path):
    tag = FrameTag(name="sway", start=0, stop=5, direction="pingpong")
    clip = with_layout(replace(walker(), tags=(tag,)))
    saved(clip, "gif", tmp_path)
    back = read_clip(tmp_path / "hero.gif")
    np.testing.assert_array_equal(back.frames, clip.frames[[0, 1, 2, 3, 4, 3, 2, 1]])
    assert back.pivot == clip.pivot


def test_a_sheet_is_read_through_what_lies_beside_it(tmp_path: Path):
    clip = with_layout(walker())
    saved(clip, "godot", tmp_path)
    with pytest.raises(BadRequest, match=r"does not say where its frames are; put hero\.webp"):
        read_clip(tmp_path / "hero.png")
    saved(clip, "webp", tmp_path)
    np.testing.assert_array_equal(read_clip(tmp_path / "hero.png").frames, clip.frames)


def test_a_foreign_gif_keeps_its_frames_and_times(tmp_path: Path):
    images = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    images[0].save(tmp_path / "a.gif", save_all=True, append_images=images[1:], duration=[80, 40])
    clip = read_clip(tmp_path / "a.gif")
    assert clip.frames[:, 0, 0].tolist() == [[255, 0, 0, 255], [0, 0, 255, 255]]
    assert clip.durations == (0.08, 0.04)
    assert clip.tags == (FrameTag(name="default", start=0, stop=2, loop=False),)
    assert clip.metadata == {}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.png", b"", "is no clip"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "cannot read"),
        ("a.json", b"{", "damaged"),
        ("a.json", b"[1]", "has no frames"),
        ("a.json", b'{"frames": []}', "has no tags"),
        ("a.json", b'{"frames": [], "fps": 8, "tags": [], "meta": {}}', "damaged"),
        ("a.json", b'{"frames": [1], "meta": {"frameTags": [], "image": "b"}}', "cannot read"),
        ("a.json", b'{"frames": 3, "meta": 4}', "damaged"),
    ],
)
def test_other_files_are_refused(name: str, content: bytes, message: str, tmp_path: Path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadRequest, match=message):
        read_clip(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(BadRequest, match=r"cannot read .*gone\.gif: No such file"):
        read_clip(tmp_path / "gone.gif")


def test_json_cannot_reach_outside_its_folder(tmp_path: Path):
    inner = tmp_path / "inner"
    paths = saved(walker(), "png_sequence", inner)
    (inner / "hero_0000.png").rename(tmp_path / "hero_0000.png")
    body = json.loads(paths[0].read_text())
    body["frames"][0]["file"] = "../hero_0000.png"
    paths[0].write_text(json.dumps(body))
    with pytest.raises(BadRequest, match="cannot read"):
        read_clip(paths[0])
