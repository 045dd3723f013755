import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.vectors import BAD_FRAMES, FRAMES, VECTORS, frames
from toolkit.errors import BadRequest
from toolkit.wire.fields import LEAST_FRAME
from toolkit.wire.frames import (
    RESULT,
    Assembly,
    Frame,
    chunk_size,
    decode_frame,
    encode_frame,
    split,
)


def test_the_vectors_are_the_frames():
    assert (VECTORS / "frames.json").read_text("utf-8") == frames()


@pytest.mark.parametrize("frame", FRAMES)
def test_frames_come_back_equal(frame: Frame):
    assert decode_frame(encode_frame(frame)) == frame


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_refused(name: str):
    with pytest.raises(BadRequest):
        decode_frame(BAD_FRAMES[name])


def test_the_header_is_little_endian():
    data = encode_frame(Frame(kind=RESULT, stream=0x0102, index=3, count=9, payload=b"xy"))
    assert data.hex() == ("504c5231020020000201000000000000030000000900000000000000020000007879")


@given(
    st.binary(max_size=400),
    st.integers(64, 300),
    st.dictionaries(st.text("ab", max_size=4), st.integers(0, 9), max_size=2),
)
def test_chunks_join_to_the_payload_and_none_is_too_large(payload, max_frame, metadata):
    whole = Assembly(most=len(payload))
    sent = [
        encode_frame(frame) for frame in split(RESULT, 5, metadata, payload, max_frame=max_frame)
    ]
    joined = [whole.add(decode_frame(data)) for data in sent]
    assert joined[-1] == payload
    assert joined[:-1] == [None] * (len(sent) - 1)
    assert whole.metadata == metadata
    assert max(len(data) for data in sent) <= max_frame


def test_chunks_out_of_order_are_refused():
    first, second, third = split(RESULT, 1, {}, bytes(90), max_frame=32 + 30)
    assembly = Assembly(most=90)
    assembly.add(first)
    for wrong in (first, third):
        with pytest.raises(BadRequest, match="chunk 1 was due"):
            assembly.add(wrong)
    assert assembly.add(second) is None


def test_more_than_was_announced_is_refused():
    assembly = Assembly(most=10)
    with pytest.raises(BadRequest, match="over 10 bytes"):
        assembly.add(Frame(kind=RESULT, stream=1, payload=bytes(11)))


@given(st.binary(max_size=200), st.integers(0, 300))
def test_an_announced_size_changes_nothing_even_if_it_is_wrong(payload: bytes, size: int):
    whole = Assembly(most=200, size=size)
    joined = [whole.add(frame) for frame in split(RESULT, 1, {}, payload, max_frame=32 + 30)]
    assert joined[-1] == payload
    assert set(joined[:-1]) <= {None}


def test_a_resumed_stream_begins_where_it_broke():
    chunks = list(split(RESULT, 1, {}, bytes(range(90)), max_frame=32 + 30))
    assembly = Assembly(most=90, first=1)
    assert assembly.add(chunks[1]) is None
    assert assembly.add(chunks[2]) == bytes(range(30, 90))


def test_the_default_chunk_fits_the_default_buffer_of_godot():
    assert chunk_size(LEAST_FRAME) + 32 == LEAST_FRAME < 65536


@given(
    st.binary(max_size=80)
    | st.binary(max_size=60).map(lambda rest: encode_frame(FRAMES[0])[:30] + rest)
)
def test_any_bytes_decode_or_are_refused(data: bytes):
    try:
        frame = decode_frame(data)
    except BadRequest:
        return
    assert decode_frame(encode_frame(frame)) == frame
    json.dumps(frame.metadata)
