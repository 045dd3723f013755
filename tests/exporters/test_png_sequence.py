import io
import json

import numpy as np
import pytest
from PIL import Image

from exporters import export
from tests.exporters.clips import METADATA, busy_clip, plain_clip
from toolkit.clip import Clip, FrameTag


@pytest.mark.parametrize("clip", [busy_clip(), plain_clip(1), plain_clip(64, 10, 20)])
def test_the_clip_comes_back_exactly(clip: Clip) -> None:
    files = export(clip, "png_sequence", name="hero")
    document = json.loads(files["hero.frames.json"])
    names = [entry["file"] for entry in document["frames"]]
    frames = np.stack([np.asarray(Image.open(io.BytesIO(files[name]))) for name in names])
    again = Clip(
        frames=frames,
        fps=document["fps"],
        durations=tuple(entry["seconds"] for entry in document["frames"]),
        tags=tuple(FrameTag(**tag) for tag in document["tags"]),
        pivot=(document["pivot"]["x"], document["pivot"]["y"]),
        metadata=document["meta"]["playreel"],
    )
    np.testing.assert_array_equal(again.frames, clip.frames)
    assert again.tags == clip.tags_or_whole
    assert again.durations == clip.frame_seconds
    assert (again.fps, again.pivot, again.metadata) == (clip.fps, clip.pivot, clip.metadata)


def test_names_sort_in_playing_order() -> None:
    files = export(plain_clip(12), "png_sequence", name="hero")
    pictures = [name for name in files if name.endswith(".png")]
    assert pictures == sorted(pictures) == [f"hero_{index:04d}.png" for index in range(12)]


def test_each_picture_says_what_made_it() -> None:
    with Image.open(io.BytesIO(export(busy_clip(), "png_sequence")["sprite_0005.png"])) as image:
        assert image.info == {f"playreel:{key}": value for key, value in METADATA.items()}
