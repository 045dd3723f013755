"""Open Surge's heroes, enemies and items (CC-BY, CC0), from Debian's ``opensurge-data``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from toolkit.data.sources.archives import read_archive
from toolkit.data.sources.debian_copyright import Grant, grant_of, read_grants
from toolkit.data.sources.items import Item, Origin
from toolkit.data.sources.opensurge_labels import action_of, sprite_caption
from toolkit.data.sources.sprite_script import Animation, Sprite, read_sprites
from toolkit.data.sources.strips import Picture, Pixels, align, fit, read_picture

ROOT = "usr/share/games/opensurge/"
COPYRIGHT = "usr/share/doc/opensurge-data/copyright"
SOURCE = "opensurge-data"
LICENCES = ("CC0-1.0", "CC-BY-3.0", "CC-BY-4.0", "Expat")
"""Those that allow a changed copy under other terms; the rest of the package stays out."""
CLEAR = (255, 0, 255)
"""Magenta stands for nothing."""
LARGEST_CELL = 512


def opensurge(archives: Sequence[Path]) -> Iterator[Item]:
    """Every animation of a free picture; the archive is opensurge-data."""
    files = read_archive(archives[0], _is_used)
    grants = read_grants(files[COPYRIGHT].decode())
    pictures: dict[str, Pixels] = {}
    for script in sorted(name for name in files if name.endswith(".spr")):
        for sprite in read_sprites(files[script].decode("utf-8", "replace")):
            grant = free_grant(sprite.image, grants)
            if grant is not None and ROOT + sprite.image in files:
                sheet = _sheet(sprite, files, pictures)
                for animation in sprite.animations:
                    yield from _item(sprite, animation, sheet, grant)


def free_grant(image: str, grants: Sequence[Grant]) -> Grant | None:
    """The grant under which a picture may be used here, or None."""
    grant = grant_of(image, grants)
    return grant if grant is not None and grant.licence in LICENCES else None


def cut(sprite: Sprite, animation: Animation, sheet: Pixels) -> list[Pixels]:
    """The animation's cells; none at all if one lies outside or nothing is to be seen."""
    width, height = sprite.cell
    left, top, across = (
        (*sprite.rect[:2], sprite.rect[2]) if sprite.rect else (0, 0, sheet.shape[1])
    )
    columns = max(1, across // width)
    cells: list[Pixels] = []
    for number in animation.cells:
        y, x = top + number // columns * height, left + number % columns * width
        cells.append(sheet[y : y + height, x : x + width])
    whole = all(cell.shape[:2] == (height, width) for cell in cells)
    return cells if whole and any(cell[..., 3].any() for cell in cells) else []


def _is_used(name: str) -> bool:
    return name == COPYRIGHT or (name.startswith(ROOT) and name.endswith((".spr", ".png")))


def _sheet(sprite: Sprite, files: Mapping[str, bytes], pictures: dict[str, Pixels]) -> Pixels:
    """The sprite's picture, its magenta cleared; decoded once."""
    if sprite.image not in pictures:
        pixels = read_picture(files[ROOT + sprite.image])
        clear = (pixels[..., :3] == CLEAR).all(axis=-1)
        pictures[sprite.image] = np.where(clear[..., None], np.uint8(0), pixels)
    return pictures[sprite.image]


def _item(sprite: Sprite, animation: Animation, sheet: Pixels, grant: Grant) -> Iterator[Item]:
    """One item, or none where the cells are of no use."""
    width, height = sprite.cell
    cells = cut(sprite, animation, sheet) if max(width, height) <= LARGEST_CELL else []
    if not cells:
        return
    frames = fit(align([Picture(pixels=cell, x=width // 2, y=height) for cell in cells]))
    moving = "moving" if len(cells) > 1 else "still"
    yield Item(
        id=re.sub(r"\W", "_", f"{sprite.name}_{animation.number}"),
        frames=frames,
        subject=sprite.name,
        caption=sprite_caption(sprite.name, animation.label),
        action=action_of(animation.label) or moving,
        loop=animation.loop,
        origin=Origin(source=SOURCE, licence=grant.licence, author=", ".join(grant.holders)),
        extras={"fps": animation.fps, "native": [height, width]},
    )
