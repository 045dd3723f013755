"""Angband's 32x32 tiles by David Gervais; the preference file beside them names each tile."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from toolkit.data.sources.archives import read_archive
from toolkit.data.sources.items import Item
from toolkit.data.sources.strips import Pixels, fit, read_picture

TILES = "usr/share/angband/xtra/graf/32x32.png"
NAMES = "etc/angband/pref/graf-dvg.prf"
TILE_SIDE = 32
TILE_LINE = re.compile(r"(R|K):.*?:0x([0-9A-Fa-f]{2})[:/]0x([0-9A-Fa-f]{2})")
"""``R:name:0xROW:0xCOLUMN`` for monsters and ``K`` for things, both with the high bit set."""
KINDS = {"R": "monster", "K": "item"}


def angband(archives: Sequence[Path]) -> Iterator[Item]:
    """Monsters and things as stills; the archives are angband-data and angband."""
    tiles = read_picture(read_archive(archives[0], lambda name: name == TILES)[TILES])
    names = read_archive(archives[1], lambda name: name == NAMES)[NAMES].decode("latin-1")
    for kind, row, column, name in named_tiles(names):
        tile = cut_tile(tiles, row, column)
        if tile is not None:
            yield Item(
                id=f"{kind}_{row}_{column}",
                frames=fit([tile], margin=0),
                subject=name,
                caption=name,
                extras={"kind": KINDS[kind]},
            )


def named_tiles(preferences: str) -> Iterator[tuple[str, int, int, str]]:
    """Kind, row, column and name of each tile; the name is the comment above its line.

    A tile that stands for several things comes once, under its first name.
    """
    seen: set[tuple[int, int]] = set()
    comment = ""
    for line in map(str.strip, preferences.splitlines()):
        if line.startswith("#"):
            comment = line[1:]
            continue
        match = TILE_LINE.match(line)
        name = re.sub(r"[^A-Za-z' \-]", " ", comment).strip().lower()
        if match is None or not name:
            continue
        row, column = (int(digits, 16) & 0x7F for digits in match.groups()[1:])
        if (row, column) not in seen:
            seen.add((row, column))
            yield match[1], row, column, name


def cut_tile(tiles: Pixels, row: int, column: int) -> Pixels | None:
    """A tile with a clear ground, or None outside the sheet and where nothing shows."""
    y, x = row * TILE_SIDE, column * TILE_SIDE
    tile = tiles[y : y + TILE_SIDE, x : x + TILE_SIDE].copy()
    if tile.shape[:2] != (TILE_SIDE, TILE_SIDE):
        return None
    if tile[..., 3].min() == 255:
        ground = np.all(tile[..., :3] == tile[0, 0, :3], axis=-1)
        tile[ground] = 0
    return tile if tile[..., 3].any() else None
