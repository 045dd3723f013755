"""What can be said without a reader; ``tests/engines/test_javascript_readers`` reads the file."""

import struct
from dataclasses import replace

import numpy as np
import pytest

from exporters import export
from exporters.provenance import read_metadata
from tests.exporters.clips import METADATA, busy_clip, plain_clip
from toolkit.clip import Clip
from toolkit.errors import BadRequest


def test_the_header_counts_what_follows() -> None:
    content = export(busy_clip(), "aseprite_binary", name="hero")["hero.aseprite"]
    size, magic, frames, width, height, depth = struct.unpack_from("<IHHHHH", content)
    assert (size, magic, frames, width, height, depth) == (len(content), 0xA5E0, 8, 20, 24, 32)
    position = 128
    for _ in range(frames):
        length, frame_magic = struct.unpack_from("<IH", content, position)
        assert frame_magic == 0xF1FA
        position += length
    assert position == len(content)


def test_the_layer_carries_the_metadata() -> None:
    content = export(busy_clip(), "aseprite_binary", name="hero")["hero.aseprite"]
    assert read_metadata(content) == METADATA


@pytest.mark.parametrize(
    ("clip", "said"),
    [
        (Clip(frames=np.zeros((65536, 1, 1, 4), np.uint8), fps=8), "65536 frames"),
        (Clip(frames=np.zeros((1, 1, 32768, 4), np.uint8), fps=8), "32768 pixels of width"),
        (replace(plain_clip(1), metadata={"a": "b" * 65536}), "bytes of metadata"),
    ],
)
def test_what_the_file_cannot_count_is_refused(clip: Clip, said: str) -> None:
    with pytest.raises(BadRequest, match=f"{said}.*export .* png_sequence"):
        export(clip, "aseprite_binary")
