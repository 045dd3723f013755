"""Our own OpenEXR reader on files written here, row by row, as the format's description says."""

import struct

import numpy as np
import pytest

from toolkit.rendering.exr import MAGIC, read_exr

KINDS = {"<u4": 0, "<f2": 1, "<f4": 2}


def header(channels: dict[str, np.ndarray], *, top: int, compression: int = 0) -> bytes:
    plane = next(iter(channels.values()))
    height, width = plane.shape
    listed = b"".join(
        name.encode() + struct.pack("<xIIII", KINDS[plane.dtype.str], 0, 1, 1)
        for name, plane in channels.items()
    )
    window = struct.pack("<4i", 3, top, width + 2, top + height - 1)
    attributes = {
        "channels": ("chlist", listed + b"\0"),
        "compression": ("compression", bytes([compression])),
        "dataWindow": ("box2i", window), "comments": ("string", b"no comment"),
    }  # fmt: skip
    return b"".join(
        name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<I", len(value)) + value
        for name, (kind, value) in attributes.items()
    )


def written(parts: list[dict[str, np.ndarray]], *, top: int = 0, compression: int = 0) -> bytes:
    several = len(parts) > 1
    heads = [header(part, top=top, compression=compression) + b"\0" for part in parts]
    content = MAGIC + struct.pack("<I", 2 | 0x1000 * several) + b"".join(heads) + b"\0" * several
    chunks = []
    for number, part in enumerate(parts):
        height = next(iter(part.values())).shape[0]
        for row in reversed(range(height)):
            data = b"".join(plane[row].tobytes() for plane in part.values())
            lead = struct.pack("<I", number) if several else b""
            chunks.append(lead + struct.pack("<iI", row + top, len(data)) + data)
    start = len(content) + 8 * len(chunks)
    starts = start + np.cumsum([0, *map(len, chunks)])[:-1]
    return content + starts.astype("<u8").tobytes() + b"".join(chunks)


def planes(*names: str, kind: str = "<f4") -> dict[str, np.ndarray]:
    random = np.random.default_rng(len(names))
    return {name: (random.random((3, 5)) * 9).astype(kind) for name in names}


@pytest.mark.parametrize("kind", KINDS)
def test_one_part_with_channels_of_any_kind(kind: str):
    known = planes("A", "Layer.Combined.R", kind=kind)
    found = read_exr(written([known], top=-2))
    assert found.keys() == known.keys()
    for name, plane in found.items():
        assert plane.dtype == np.float32
        np.testing.assert_array_equal(plane, known[name].astype("f4"))


def test_several_parts_as_blender_5_writes_them():
    parts = [planes("L.Combined.A", "L.Combined.R"), planes("L.Normal.X"), planes("L.Index.X")]
    found = read_exr(written(parts))
    for part in parts:
        for name, plane in part.items():
            np.testing.assert_array_equal(found[name], plane)


def test_what_is_no_such_file_is_refused():
    whole = written([planes("A", "B")])
    for content, words in (
        (b"", "no OpenEXR"),
        (b"\x89PNG", "no OpenEXR"),
        (written([planes("A")], compression=3), "compressed"),
        (whole[:-1], "cut off"),
        (whole[: len(whole) // 2], "cut off"),
    ):
        with pytest.raises(ValueError, match=words):
            read_exr(content)
