import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from toolkit.conditioning.image import first_frame
from toolkit.errors import BadRequest


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def header_only(width: int, height: int) -> bytes:
    """A PNG that promises this size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    size = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_pixel_art_is_enlarged_by_whole_steps():
    art = np.random.default_rng(0).integers(0, 256, (20, 24, 4), np.uint8)
    frame = first_frame(png(art), width=64, height=64)
    np.testing.assert_array_equal(frame[12:52, 8:56], art.repeat(2, 0).repeat(2, 1))
    assert not frame[:12].any()
    assert not frame[:, 56:].any()


def test_the_right_size_stays_as_it_is():
    art = np.random.default_rng(1).integers(0, 256, (64, 64, 4), np.uint8)
    np.testing.assert_array_equal(first_frame(png(art), width=64, height=64), art)


def test_hidden_colour_does_not_bleed_into_a_reduced_edge():
    art = np.zeros((128, 128, 4), np.uint8)
    art[..., 1] = 255
    art[:, :65] = (200, 0, 0, 255)
    frame = first_frame(png(art), width=64, height=64)
    assert frame[32, 32].tolist() == [199, 0, 0, 128]  # premultiplied to 8 bits


@pytest.mark.parametrize("encoded", [b"", b"hello", png(np.zeros((9, 9, 4), np.uint8))[:40]])
def test_what_is_no_picture_is_refused(encoded: bytes):
    with pytest.raises(BadRequest, match="cannot be read"):
        first_frame(encoded, width=64, height=64)


@pytest.mark.parametrize(
    ("side", "says"),
    [(4097, "4097x4097 pixels"), (10_000, "10000x10000 pixels"), (60_000, "3600000000 pixels")],
)
def test_a_huge_picture_is_refused_by_its_header(side: int, says: str):
    with pytest.raises(BadRequest, match=f"image has {says}; at most 4096x4096"):
        first_frame(header_only(side, side), width=64, height=64)


@pytest.mark.parametrize("format", ["WEBP", "GIF", "JPEG", "BMP"])
def test_other_pictures_of_the_web_are_read(format: str):
    buffer = io.BytesIO()
    Image.new("RGB", (32, 64), (200, 0, 0)).save(buffer, format)
    frame = first_frame(buffer.getvalue(), width=64, height=64)
    assert (frame[:, 16:48] == frame[0, 16]).all()
    assert frame[0, 16, 0] >= 198
    assert frame[0, 16, 3] == 255
    assert not frame[:, :16].any()


@pytest.mark.parametrize("format", ["EPS", "TIFF", "ICNS", "PCX"])
def test_formats_with_larger_readers_stay_shut(format: str):
    """EPS would start Ghostscript on bytes that a stranger may have sent."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 0, 0)).save(buffer, format)
    with pytest.raises(BadRequest, match="give a whole PNG"):
        first_frame(buffer.getvalue(), width=64, height=64)


@given(cut=st.integers(8, 2000), place=st.integers(8, 600), value=st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_a_damaged_picture_is_read_or_refused(cut: int, place: int, value: int):
    whole = bytearray(png(np.random.default_rng(2).integers(0, 256, (20, 20, 4), np.uint8)))
    whole[place] = value
    try:
        frame = first_frame(bytes(whole[:cut]), width=32, height=32)
    except BadRequest:
        return
    assert frame.shape == (32, 32, 4)
