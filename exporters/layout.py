"""Pictures of any sizes onto pages: equal ones once, with padding and extruded borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exporters.options import SheetOptions
from exporters.packing import Page, pack

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Painted pages and where each picture lies on them."""

    pages: tuple[Pixels, ...]
    """uint8 ``[H, W, C]`` each, 0 where no picture lies."""
    places: tuple[tuple[int, int, int], ...]
    """Page, x and y of each picture's own top left pixel; equal pictures share a place."""


def lay_out(pictures: Sequence[Pixels], options: SheetOptions) -> Layout:
    """The pictures uint8 ``[H, W, C]`` on as few and as dense pages as the portfolio finds.

    Trimming is the caller's part; all other options hold.

    Raises:
        BadRequest: a picture is larger than ``options.max_side``.
    """
    slots, unique = _unique(pictures) if options.merge_equal else (range(len(pictures)), pictures)
    border = 2 * options.extrude
    packed = pack(
        [(picture.shape[1] + border, picture.shape[0] + border) for picture in unique],
        padding=options.padding,
        max_side=options.max_side,
        power_of_two=options.power_of_two,
    )
    places = {
        slot: (number, x + options.extrude, y + options.extrude)
        for number, page in enumerate(packed)
        for slot, (x, y) in page.places.items()
    }
    return Layout(
        pages=tuple(_paint(page, unique, options.extrude) for page in packed),
        places=tuple(places[slot] for slot in slots),
    )


def _unique(pictures: Sequence[Pixels]) -> tuple[list[int], list[Pixels]]:
    """For each picture its number among the different ones, and those, first come first."""
    slots: dict[tuple[tuple[int, ...], bytes], int] = {}
    numbers = [slots.setdefault((p.shape, p.tobytes()), len(slots)) for p in pictures]
    firsts = [pictures[numbers.index(slot)] for slot in range(len(slots))]
    return numbers, firsts


def _paint(page: Page, pictures: Sequence[Pixels], extrude: int) -> Pixels:
    """The page with every picture in place, its border pixels repeated ``extrude`` times."""
    width, height = page.size
    pixels = np.zeros((height, width, pictures[0].shape[2]), np.uint8)
    for slot, (x, y) in page.places.items():
        padding = ((extrude, extrude), (extrude, extrude), (0, 0))
        picture = np.pad(pictures[slot], padding, mode="edge")
        pixels[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return pixels
