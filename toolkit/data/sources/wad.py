"""Reads Doom's WAD archives and the pictures inside them.

The format: a header of 12 bytes (magic, number of lumps, offset of the directory), then lumps,
then 16 bytes of directory for each (offset, length, name). A picture is stored by columns, each
a list of posts (first row, length, one unused byte, palette indices, one unused byte).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.data.sources.strips import Picture, Pixels, mirrored
from toolkit.errors import BadRequest

Palette = NDArray[np.uint8]
"""uint8 ``[256, 3]``."""

HEADER = struct.Struct("<4sii")
ENTRY = struct.Struct("<ii8s")
PICTURE = struct.Struct("<HHhh")
END_OF_COLUMN = 255
SPRITES_START = ("S_START", "SS_START")
SPRITES_END = ("S_END", "SS_END")

SpriteKey = tuple[str, str, str]
"""Actor of four letters, frame ``A`` and on, rotation ``1`` to ``8`` or ``0`` for all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lump:
    """A named piece of a WAD."""

    name: str
    data: bytes


def read_lumps(wad: bytes) -> list[Lump]:
    """All lumps in the directory's order.

    Raises:
        BadRequest: the bytes are no WAD.
    """
    if len(wad) < HEADER.size or wad[:4] not in (b"IWAD", b"PWAD"):
        raise BadRequest(
            f"the file starts with {wad[:4]!r}; a WAD must start with IWAD or PWAD: "
            "delete the package and fetch it again."
        )
    _, count, directory = HEADER.unpack_from(wad)
    lumps: list[Lump] = []
    for index in range(count):
        offset, size, raw = ENTRY.unpack_from(wad, directory + ENTRY.size * index)
        name = raw.split(b"\0")[0].decode("latin-1").upper()
        lumps.append(Lump(name=name, data=wad[offset : offset + size]))
    return lumps


def read_sprites(wad: bytes) -> dict[SpriteKey, Picture]:
    """Every sprite by actor, frame and rotation, held at its offset.

    A lump such as ``TROOA2A8`` serves two rotations: the second is its mirror image.
    """
    lumps = read_lumps(wad)
    palette = read_palette(lumps)
    sprites: dict[SpriteKey, Picture] = {}
    for lump in _between(lumps):
        name, picture = lump.name, decode_picture(lump.data, palette)
        sprites[name[:4], name[4], name[5]] = picture
        if len(name) == 8:
            width = picture.pixels.shape[1]
            flipped = Picture(pixels=mirrored(picture.pixels), x=width - picture.x, y=picture.y)
            sprites[name[:4], name[6], name[7]] = flipped
    return sprites


def read_palette(lumps: list[Lump]) -> Palette:
    """The first of the WAD's palettes.

    Raises:
        BadRequest: the WAD has none.
    """
    for lump in lumps:
        if lump.name == "PLAYPAL":
            return np.frombuffer(lump.data, np.uint8, 768).reshape(256, 3)
    raise BadRequest("the WAD has no PLAYPAL lump; its pictures need one: choose a game's WAD.")


def decode_picture(data: bytes, palette: Palette) -> Picture:
    """The RGBA picture of a lump, with its offsets as the anchor."""
    width, height, left, top = PICTURE.unpack_from(data)
    pixels = np.zeros((height, width, 4), np.uint8)
    for x, start in enumerate(struct.unpack_from(f"<{width}I", data, PICTURE.size)):
        for row, indices in _posts(data, start):
            shown = indices[: height - row]
            pixels[row : row + len(shown), x, :3] = palette[shown]
            pixels[row : row + len(shown), x, 3] = 255
    return Picture(pixels=pixels, x=left, y=top)


def _posts(data: bytes, offset: int) -> Iterator[tuple[int, Pixels]]:
    """First row and palette indices of each post of a column.

    Pictures above 254 rows follow DeePsea's convention: a row that is not below the last one
    counts from there.
    """
    row = -1
    while data[offset] != END_OF_COLUMN:
        delta, length = data[offset], data[offset + 1]
        row = row + delta if delta <= row else delta
        yield row, np.frombuffer(data, np.uint8, length, offset + 3)
        offset += length + 4


def _between(lumps: list[Lump]) -> Iterator[Lump]:
    """The lumps between the markers of the sprites that hold anything."""
    inside = False
    for lump in lumps:
        if lump.name in SPRITES_START or lump.name in SPRITES_END:
            inside = lump.name in SPRITES_START
        elif inside and lump.data:
            yield lump
