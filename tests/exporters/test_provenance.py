import json
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest

from exporters import EXPORTERS, export
from exporters.png import encode_png
from exporters.provenance import checked_metadata, read_metadata
from tests.exporters.clips import METADATA, busy_clip, plain_clip
from toolkit.errors import BadRequest

PIXEL = np.zeros((1, 1, 4), np.uint8)
CARRIERS = (
    ".png", ".apng", ".gif", ".webp", ".json", ".tres", ".plist", ".paper2dsprites", ".aseprite",
    ".npz", ".glb",
)  # fmt: skip
FILMS = {"webm", "mp4", "mov", "mov_png"}
"""Players show their metadata as a comment; ``test_video`` reads it."""


@pytest.mark.parametrize("format", [format for format in EXPORTERS if format not in FILMS])
@pytest.mark.parametrize("num_frames", [1, 8])
def test_every_exported_file_gives_its_metadata_back(format: str, num_frames: int) -> None:
    clip = busy_clip() if num_frames > 1 else replace(plain_clip(1), metadata=METADATA)
    files = export(clip, format)
    read = {name: read_metadata(files[name]) for name in files if name.endswith(CARRIERS)}
    assert read
    assert all(found == METADATA for found in read.values())


@pytest.mark.parametrize("format", ["gif", "webp", "apng", "godot"])
def test_a_long_request_survives(format: str) -> None:
    metadata = {"request": "ab" * 100_000, "empty": ""}
    files = export(replace(plain_clip(2), metadata=metadata), format)
    carriers = [files[name] for name in files if name.endswith(CARRIERS)]
    assert all(read_metadata(content) == metadata for content in carriers)


def test_png_holds_one_utf8_text_chunk_per_key() -> None:
    content = encode_png(PIXEL, {"prompt": "é🔥", "a": "b"})
    assert content.index(b"playreel:a") < content.index(b"playreel:prompt")
    assert b"iTXtplayreel:prompt\0\0\0\0\0" + "é🔥".encode() in content


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"tEXt", b"playreel:seed\x007"),
        (b"zTXt", b"playreel:seed\0\0" + zlib.compress(b"7")),
        (b"iTXt", b"playreel:seed\0\0\0\0\x007"),
        (b"iTXt", b"playreel:seed\0\1\0\0\0" + zlib.compress(b"7")),
    ],
)
def test_text_chunks_as_other_programs_rewrite_them(kind: bytes, body: bytes) -> None:
    png = encode_png(PIXEL, {})
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    assert read_metadata(png[:33] + chunk + png[33:]) == {"seed": "7"}


def test_a_text_that_unfolds_without_end_is_refused() -> None:
    body = b"playreel:a\0\0" + zlib.compress(bytes(65 * 2**20), 1)
    content = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(body)) + b"zTXt" + body
    with pytest.raises(BadRequest, match="unfolds"):
        read_metadata(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"{}",
        b'{"meta": 3}',
        b'{"meta": {"playreel": [1]}}',
        b"{broken",
        b"\xff\xfe\x00",
        b"{" + b'"a":[' * 100_000,
        b"GIF89a",
        b"GIF89a" + bytes(7) + b"!",
        b"PK\3\4",
        b"glTF",
        b"glTF".ljust(12, b"\0") + b"\2\0\0\0JSON[]",
        b"\0\0\0\0\xe0\xa5",
        b"\0\0\0\0\xe0\xa5".ljust(134, b"\0") + bytes(4) + b"\2\0\0\0",
        b"RIFF\0\0\0\0WEBPXMP ",
        b"RIFF\0\0\0\0WEBPXMP \4\0\0\0\xff\xff\xff\xff",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\x0aiTXtplayreel:a",
        b'[resource]\nmetadata/playreel = "{\\"a\\":"',
        encode_png(PIXEL, {}),
    ],
)
def test_strange_files_are_refused_with_one_sentence(content: bytes) -> None:
    with pytest.raises(BadRequest, match="the file"):
        read_metadata(content)


def test_only_strings_are_taken_from_json() -> None:
    text = json.dumps({"meta": {"playreel": {"seed": "7", "deep": {"a": 1}}}})
    assert read_metadata(text.encode()) == {"seed": "7"}


@pytest.mark.parametrize(
    "metadata",
    [{"": "a"}, {"k" * 71: "a"}, {"a b": "c"}, {"é": "c"}, {"a": "b\0"}, {"a": "\ud800"}],
)
def test_metadata_that_no_file_can_hold_is_refused(metadata: dict[str, str]) -> None:
    with pytest.raises(BadRequest, match="metadata"):
        checked_metadata(metadata)
