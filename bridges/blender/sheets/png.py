"""PNG pictures of straight-alpha pixels, written without any imaging library."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2
"""The filter of every row: the difference to the row above, which packs flat areas well."""


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """RGBA pixels uint8 ``[H, W, 4]`` as a PNG; equal pixels give equal bytes."""
    height, width, _ = pixels.shape
    rows = pixels.reshape(height, width * 4)
    filtered = np.empty((height, width * 4 + 1), np.uint8)
    filtered[:, 0] = UP
    filtered[:1, 1:] = rows[:1]
    filtered[1:, 1:] = rows[1:] - rows[:-1]  # modulo 256, as PNG wants it
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"".join(
        (
            SIGNATURE, _chunk(b"IHDR", header), _chunk(b"sRGB", b"\0"),
            _chunk(b"IDAT", zlib.compress(filtered.tobytes(), 6)), _chunk(b"IEND", b""),
        )
    )  # fmt: skip


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
