import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bridges.blender.sheets.sequence import read_sequence, sequence_files
from exporters import export
from exporters.write import write_files
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest
from toolkit.saved_clip import read_clip


def read_picture(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGBA"))


@pytest.fixture
def clip() -> Clip:
    noise = np.random.default_rng(1).integers(0, 256, (4, 6, 5, 4), np.uint8)
    noise[..., 3] |= 1  # clear pixels lose their colour on export
    tags = (FrameTag(name="turn", start=0, stop=4, loop=False, direction="pingpong"),)
    return Clip(frames=noise, fps=8, durations=(0.1, 0.2, 0.3, 0.4), tags=tags, pivot=(0.25, 0.75),
                metadata={"prompt": "a knight"})  # fmt: skip


@pytest.fixture
def document(clip: Clip, tmp_path: Path) -> Path:
    write_files(export(clip, "png_sequence", name="hero"), tmp_path)
    return tmp_path / "hero.frames.json"


def test_exported_frames_come_back_whole(clip: Clip, document: Path):
    sheet = read_sequence(document, read_picture)
    np.testing.assert_array_equal(sheet.frames, clip.frames)
    assert (sheet.fps, sheet.durations, sheet.pivot) == (8, clip.durations, clip.pivot)
    (tag,) = sheet.tags
    assert (tag.name, tag.stop, tag.loop, tag.direction) == ("turn", 4, False, "pingpong")
    assert sheet.metadata == {"prompt": "a knight"}


@pytest.mark.parametrize(
    "change",
    [
        {"frames": []}, {"frames": [{"file": "../hero_0000.png", "seconds": 1}]}, {"fps": 0},
        {"frames": 3}, {"meta": {}}, {"pivot": None},
        {"frames": [{"file": "hero_0000.png", "seconds": 1}]},
    ],
)  # fmt: skip
def test_a_damaged_document_is_one_sentence(document: Path, change: dict[str, object]):
    body = json.loads(document.read_text("utf-8"))
    document.write_text(json.dumps({**body, **change}), "utf-8")
    with pytest.raises(BadRequest, match="frames"):
        read_sequence(document, read_picture)


def test_frames_of_several_sizes_are_refused(document: Path):
    Image.new("RGBA", (2, 2)).save(document.with_name("hero_0001.png"))
    with pytest.raises(BadRequest, match="differ in size"):
        read_sequence(document, read_picture)


def test_what_is_written_here_playreel_reads_whole(clip: Clip, document: Path, tmp_path: Path):
    sheet = read_sequence(document, read_picture)
    write_files(sequence_files(sheet, "again"), tmp_path)
    found = read_clip(tmp_path / "again.frames.json")
    np.testing.assert_array_equal(found.frames, clip.frames)
    assert (found.fps, found.durations, found.pivot) == (8, clip.durations, clip.pivot)
    assert found.tags == clip.tags
    assert found.metadata["prompt"] == "a knight"
