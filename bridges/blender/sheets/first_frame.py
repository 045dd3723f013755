"""The first frame of a result's PNG sheet, read a row at a time, so that nobody waits for it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest

from .png import SIGNATURE

HEADER = struct.Struct(">IIBBBBB")
PLAIN = (8, 6, 0, 0, 0)
"""8 bits of RGBA, not interlaced: what the server writes."""
Row = NDArray[np.uint8]


class FirstFrame:
    """Call ``step`` until it says that ``pixels``, uint8 ``[H, W, 4]``, are whole.

    Only as many rows are unpacked as the frame has, and of each only its own columns.
    """

    def __init__(self, png: bytes, width: int, height: int) -> None:
        """Begin with a sheet whose frames are of that size.

        Raises:
            BadRequest: it is no PNG as the server writes them, or smaller than a frame.
        """
        sheet_width, sheet_height = plain_size(png)
        if not (0 < width <= sheet_width and 0 < height <= sheet_height):
            raise BadRequest(
                f"the sheet is {sheet_width}x{sheet_height}; a frame of it is {width}x{height}."
            )
        self.pixels = np.zeros((height, width, 4), np.uint8)
        self._at = 0
        self._stride = 1 + 4 * sheet_width
        self._packed = packed_parts(png)
        self._unpack = zlib.decompressobj()
        self._line = bytearray()

    def step(self) -> bool:
        """Read one more row; whether the frame is whole.

        Raises:
            BadRequest: the sheet is damaged.
        """
        line = self._next_line()
        height, width, _ = self.pixels.shape
        raw = np.frombuffer(line, np.uint8, 4 * width, 1)
        above = self.pixels[self._at - 1] if self._at else np.zeros((width, 4), np.uint8)
        self.pixels[self._at] = unfiltered(line[0], raw, above.reshape(-1)).reshape(width, 4)
        self._at += 1
        return self._at == height

    def _next_line(self) -> bytes:
        self._line.clear()
        try:
            while len(self._line) < self._stride:
                packed = self._unpack.unconsumed_tail or next(self._packed)
                self._line += self._unpack.decompress(packed, self._stride - len(self._line))
        except (StopIteration, zlib.error) as error:
            raise BadRequest("the sheet is damaged; generate it again.") from error
        return bytes(self._line)


def plain_size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG in 8 bits of RGBA.

    Raises:
        BadRequest: it is none.
    """
    if png[:8] != SIGNATURE or png[12:16] != b"IHDR" or len(png) < 16 + HEADER.size:
        raise BadRequest("the sheet is no PNG; generate it again.")
    width, height, *kind = HEADER.unpack_from(png, 16)
    if tuple(kind) != PLAIN:
        raise BadRequest("the sheet is no PNG of 8 bits of RGBA; generate it again.")
    return width, height


def packed_parts(png: bytes) -> Iterator[memoryview]:
    """The compressed pixels, part by part."""
    view, at = memoryview(png), len(SIGNATURE)
    while at + 8 <= len(png):
        (size,) = struct.unpack_from(">I", png, at)
        if png[at + 4 : at + 8] == b"IDAT" and size:
            yield view[at + 8 : at + 8 + size]
        at += 12 + size


def unfiltered(kind: int, raw: Row, above: Row) -> Row:
    """The bytes of a row from its differences to what is left of it and above.

    Raises:
        BadRequest: PNG knows no such filter.
    """
    match kind:
        case 0:  # NONE
            return raw
        case 1:  # SUB
            return raw.reshape(-1, 4).cumsum(0, np.uint8).reshape(-1)
        case 2:  # UP
            return raw + above
        case 3:  # AVERAGE
            return _summed(raw, above)
        case 4:  # PAETH
            return _predicted(raw, above)
        case _:
            raise BadRequest("the sheet is damaged; generate it again.")


def _summed(raw: Row, above: Row) -> Row:
    row = bytearray(4)  # what is left of the first pixel
    for difference, up in zip(raw.tolist(), above.tolist(), strict=True):
        row.append((difference + (row[-4] + up) // 2) & 255)
    return np.frombuffer(row, np.uint8, len(raw), 4)


def _predicted(raw: Row, above: Row) -> Row:
    row, before = bytearray(4), [0, 0, 0, 0, *above.tolist()]
    for at, difference in enumerate(raw.tolist()):
        left, up, corner = row[at], before[at + 4], before[at]
        to_left, to_up = abs(up - corner), abs(left - corner)
        to_corner = abs(left + up - 2 * corner)
        if to_left <= to_up and to_left <= to_corner:
            nearest = left
        else:
            nearest = up if to_up <= to_corner else corner
        row.append((difference + nearest) & 255)
    return np.frombuffer(row, np.uint8, len(raw), 4)
