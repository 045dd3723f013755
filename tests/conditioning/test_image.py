import io
import struct
import zlib

import numpy as np
import pytest
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


@pytest.mark.parametrize("side", [4001, 10_000, 60_000])
def test_a_huge_picture_is_refused_by_its_header(side: int):
    with pytest.raises(BadRequest, match="at most 16 megapixels"):
        first_frame(header_only(side, side), width=64, height=64)
