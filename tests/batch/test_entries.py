import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.batch.entries import (
    DamagedEntry,
    decode_clip,
    decode_entry,
    decode_files,
    encode_clip,
    encode_entry,
    encode_files,
)
from toolkit.clip import Clip, FrameTag

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 5, 4, 4), np.uint8)
CLIP = Clip(
    frames=PIXELS, fps=7.5, durations=(0.1, 0.2, 0.3), pivot=(0.25, 1.0),
    tags=(FrameTag(name="walk", start=0, stop=2, loop=False, direction="pingpong"),),
    metadata={"prompt": "a knight ü"},
)  # fmt: skip


def test_a_clip_comes_back_exactly():
    again = decode_clip(encode_clip(CLIP))
    np.testing.assert_array_equal(again.frames, CLIP.frames)
    assert (again.fps, again.durations, again.pivot) == (CLIP.fps, CLIP.durations, CLIP.pivot)
    assert (again.tags, dict(again.metadata)) == (CLIP.tags, CLIP.metadata)
    assert encode_clip(again) == encode_clip(CLIP)


@given(st.dictionaries(st.text(max_size=9), st.binary(max_size=40), max_size=4))
def test_files_come_back_in_their_order(files: dict[str, bytes]):
    again = decode_files(encode_files(files))
    assert list(again.items()) == list(files.items())


@given(st.data())
def test_any_changed_or_missing_byte_is_noticed(data: st.DataObject):
    content = encode_clip(CLIP)
    where = data.draw(st.integers(0, len(content) - 1))
    flipped = bytearray(content)
    flipped[where] ^= data.draw(st.integers(1, 255))
    for damaged in (bytes(flipped), content[:where]):
        with pytest.raises(DamagedEntry):
            decode_clip(damaged)


@pytest.mark.parametrize("entry", [{}, {"shape": [1]}, {"files": 3}, {"files": [["a", 9]]}])
def test_another_kind_of_entry_is_refused(entry: dict[str, object]):
    content = encode_entry(entry, b"x")
    assert decode_entry(content) == (entry, b"x")
    for decode in (decode_clip, decode_files):
        with pytest.raises(DamagedEntry):
            decode(content)
