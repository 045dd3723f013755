"""Pictures for the history: first frames, read a row at a time without any imaging library."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.blender.jobs.thumbnails import KEPT, MOST_BYTES, SIDE, Thumbnails
from bridges.blender.sheets.first_frame import FirstFrame
from tests.exporters.clips import busy_clip
from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.packed_clip import pack_clip
from toolkit.wire.fields import ResultInfo


def noise(count: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (count, height, width, 4), np.uint8)


def slopes(count: int, height: int, width: int) -> np.ndarray:
    """Smooth frames, which Pillow writes with the filters that noise does not get."""
    y, x = np.mgrid[:height, :width]
    flat = np.stack([3 * x + y, 5 * y, (x * y) // 4, 255 - x], -1) % 256
    return np.stack([np.roll(flat, index, 1) for index in range(count)]).astype(np.uint8)


def read(png: bytes, width: int, height: int) -> np.ndarray:
    frame = FirstFrame(png, width, height)
    steps = 1
    while not frame.step():
        steps += 1
    assert steps == height
    return frame.pixels


@given(st.integers(1, 5), st.integers(1, 20), st.integers(1, 20), st.sampled_from([noise, slopes]))
def test_it_is_the_first_frame_of_a_server_s_sheet(count: int, height: int, width: int, draw):  # type: ignore[no-untyped-def]
    clip = Clip(frames=draw(count, height, width), fps=8)
    np.testing.assert_array_equal(read(pack_clip(clip).png, width, height), clip.frames[0])


def one_row(kind: int, *rows: bytes) -> bytes:
    """A PNG whose rows all have that filter."""
    header = struct.pack(">IIBBBBB", len(rows[0]) // 4, len(rows), 8, 6, 0, 0, 0)
    packed = zlib.compress(b"".join(bytes([kind]) + row for row in rows))
    parts = ((b"IHDR", header), (b"IDAT", packed[:5]), (b"IDAT", packed[5:]), (b"IEND", b""))
    chunks = (struct.pack(">I", len(data)) + name + data + b"\0\0\0\0" for name, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", range(5))
def test_every_filter_is_undone_as_the_standard_says(kind: int):
    random = np.random.default_rng(kind)
    pixels = random.integers(0, 256, (6, 7, 4), np.uint8)
    whole = np.zeros((7, 8, 4), np.int64)
    whole[1:, 1:] = pixels
    left, up, corner = whole[1:, :-1], whole[:-1, 1:], whole[:-1, :-1]
    guess = left + up - corner
    far = [np.abs(guess - other) for other in (left, up, corner)]
    paeth = np.where((far[0] <= far[1]) & (far[0] <= far[2]), left,
                     np.where(far[1] <= far[2], up, corner))  # fmt: skip
    expected = (np.zeros_like(left), left, up, (left + up) // 2, paeth)[kind]
    rows = [row.astype(np.uint8).tobytes() for row in (pixels - expected) % 256]
    np.testing.assert_array_equal(read(one_row(kind, *rows), 5, 4), pixels[:4, :5])


def test_what_is_no_such_sheet_is_refused_in_one_sentence():
    png = pack_clip(busy_clip()).png
    with pytest.raises(BadRequest, match="is no PNG; generate it again"):
        FirstFrame(b"GIF89a" + bytes(60), 1, 1)
    with pytest.raises(BadRequest, match="of 8 bits of RGBA; generate it again"):
        FirstFrame(png[:24] + b"\x10" + png[25:], 1, 1)
    with pytest.raises(BadRequest, match=r"a frame of it is 9999x1\."):
        FirstFrame(png, 9999, 1)
    for damaged in (png[:80], one_row(7, b"abcd"), one_row(0, b"abcd").replace(b"IDAT", b"ODAT")):
        with pytest.raises(BadRequest, match="is damaged; generate it again"):
            FirstFrame(damaged, 1, 1).step()


def info(clip: Clip, result: str = "a" * 64, size: int = 1) -> ResultInfo:
    return ResultInfo(
        result=result, media="image/png", size=size, width=clip.width, height=clip.height,
        num_frames=clip.num_frames, columns=1, fps=8.0,
    )  # fmt: skip


def always() -> bool:
    return True


def test_a_picture_is_read_once_it_is_asked_for_and_only_while_there_is_time():
    clip = Clip(frames=noise(3, 5, 4), fps=8)
    seen, about, png = Thumbnails(), info(clip), pack_clip(clip).png
    seen.take(about.result, png)
    assert not seen.busy, "nobody asked"
    assert seen.picture(about) is None
    assert seen.next() == about.result
    seen.take(about.result, png)
    assert seen.picture(about) is None
    assert seen.next() == "", "it is here"
    left = iter((True, True, False))
    assert not seen.work(lambda: next(left))
    assert seen.busy
    assert seen.work(always)
    assert not seen.busy
    np.testing.assert_array_equal(seen.picture(about), clip.frames[0])
    assert seen.next() == ""


def test_a_large_frame_is_thinned():
    clip = Clip(frames=noise(1, 300, 200), fps=8)
    seen, about = Thumbnails(), info(clip)
    seen.picture(about)
    seen.take(about.result, pack_clip(clip).png)
    assert seen.work(always)
    picture = seen.picture(about)
    np.testing.assert_array_equal(picture, clip.frames[0, ::3, ::3])
    assert max(picture.shape) <= SIDE


def test_what_has_no_picture_is_not_asked_for_again():
    seen, clip = Thumbnails(), Clip(frames=noise(1, 5, 4), fps=8)
    for number, content in enumerate((b"no picture", pack_clip(clip).png[:60])):
        about = info(clip, f"{number:064}")
        seen.picture(about)
        seen.take(about.result, content)
        seen.work(always)
        assert seen.picture(about) is None
    assert seen.picture(info(clip, "b" * 64, MOST_BYTES + 1)) is None
    assert not seen.busy
    assert seen.next() == ""


def test_the_oldest_pictures_are_let_go():
    seen, clip = Thumbnails(), Clip(frames=noise(1, 1, 1), fps=8)
    for number in range(KEPT + 1):
        seen.refuse(f"{number:064}")
    for number, asked in ((1, ""), (KEPT, ""), (0, f"{0:064}")):
        seen.picture(info(clip, f"{number:064}"))
        assert seen.next() == asked
