"""Rectangles onto pages: a small portfolio of rectpack runs, of which the densest wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

import rectpack  # pyright: ignore[reportMissingTypeStubs]

from toolkit.errors import BadRequest

Size = tuple[int, int]
Place = tuple[int, int]

_PACK: Any = rectpack
_SORTS = (_PACK.SORT_SSIDE, _PACK.SORT_LSIDE, _PACK.SORT_AREA, _PACK.SORT_PERI)
_FILLS = (995, 990, 985, 980, 975, 970, 960, 950, 930, 900, 850)
"""Thousandths of a page that rectangles and padding may fill, hardest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One packed page: its size in pixels and where the top left of each rectangle went."""

    size: Size
    places: Mapping[int, Place]
    """Index of the rectangle to (x, y)."""


def pack(
    sizes: Sequence[Size], *, padding: int, max_side: int, power_of_two: bool = False
) -> tuple[Page, ...]:
    """Pages that hold every rectangle once, unrotated, ``padding`` pixels apart.

    The same input gives the same pages on every platform: only integers are compared and the
    first of equal results wins. Rotation is left out because Godot and Phaser cannot undo it.

    Raises:
        BadRequest: a rectangle is larger than a page may be.
    """
    limit = 1 << (max_side.bit_length() - 1) if power_of_two else max_side
    longest = max((max(size) for size in sizes), default=0)
    if longest > limit:
        raise BadRequest(
            f"a frame needs {longest} pixels; a page has at most {limit}: "
            "raise max_side or make smaller frames."
        )
    pack_page = _smallest_power_page if power_of_two else _smallest_page
    left = {index: (w + padding, h + padding) for index, (w, h) in enumerate(sizes)}
    pages: list[Page] = []
    while left:
        page = pack_page(left, padding, limit) or _full_page(left, padding, limit, power_of_two)
        pages.append(page)
        left = {index: size for index, size in left.items() if index not in page.places}
    return tuple(pages)


def _smallest_page(padded: Mapping[int, Size], padding: int, limit: int) -> Page | None:
    """The densest page for all of them, or None when one page is too small."""
    if _area(padded) > (limit + padding) ** 2:
        return None
    tallest = limit + padding
    found = [
        places
        for width in _widths(padded, padding, limit)
        for places in (
            *_runs(padded, (width + padding, tallest)),
            _squeezed(padded, width + padding, tallest),
        )
        if len(places) == len(padded)
    ]
    pages = [Page(size=_extent(places, padded, padding), places=places) for places in found]
    return min(pages, key=_cost, default=None)


def _squeezed(padded: Mapping[int, Size], width: int, tallest: int) -> dict[int, Place]:
    """All of them on the lowest page of that width on which Guillotine finds room, or nothing.

    Guillotine cuts whatever room it has to pieces: on a tall page it wastes half, on one that
    leaves it next to nothing it wastes next to nothing.
    """
    least = max(height for _, height in padded.values())
    for fill in _FILLS:
        height = _area(padded) * 1000 // (width * fill) + 1
        if least <= height <= tallest:
            for order in _portfolio(len(padded)).squeezes:
                places = _run(padded, (width, height), _PACK.GuillotineBssfSas, order)
                if len(places) == len(padded):
                    return places
    return {}


def _smallest_power_page(padded: Mapping[int, Size], padding: int, limit: int) -> Page | None:
    """The first power-of-two page, by area and then squareness, that holds all of them."""
    sides = [1 << bit for bit in range(limit.bit_length())]
    sizes = [(w, h) for w in sides for h in sides if (w + padding) * (h + padding) >= _area(padded)]
    for width, height in sorted(sizes, key=lambda size: (size[0] * size[1], max(size), -size[0])):
        for places in _runs(padded, (width + padding, height + padding)):
            if len(places) == len(padded):
                return Page(size=(width, height), places=places)
    return None


def _full_page(padded: Mapping[int, Size], padding: int, limit: int, power_of_two: bool) -> Page:
    """A largest page with as much area on it as any run of the portfolio gets there."""
    runs = _runs(padded, (limit + padding, limit + padding))
    places = max(runs, key=lambda run: _area({index: padded[index] for index in run}))
    assert places, "every rectangle fits on an empty page"
    size = (limit, limit) if power_of_two else _extent(places, padded, padding)
    return Page(size=size, places=places)


def _widths(padded: Mapping[int, Size], padding: int, limit: int) -> list[int]:
    """Page widths from three quarters to one and a half times the side of a square."""
    count = _portfolio(len(padded)).widths
    square = isqrt(_area(padded))
    widest = max(w for w, _ in padded.values()) - padding
    shares = [square * (6 * count + 3 * (2 * i + 1)) // (8 * count) for i in range(count)]
    return list(dict.fromkeys(min(limit, max(widest, width)) for width in shares))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Portfolio:
    """What is worth its time for so many rectangles."""

    algorithms: tuple[Any, ...] = (_PACK.SkylineBlWm,)
    orders: tuple[Any, ...] = _SORTS
    squeezes: tuple[Any, ...] = _SORTS[:2]
    """Orders that Guillotine tries on each low page."""
    widths: int = 8


def _portfolio(count: int) -> _Portfolio:
    """MaxRects is cubic in the count and the others quadratic.

    This keeps 64 frames under half a second and thousands within a few seconds.
    """
    if count <= 96:
        return _Portfolio(
            algorithms=(_PACK.MaxRectsBl, _PACK.SkylineBlWm, _PACK.GuillotineBssfSas), squeezes=()
        )
    if count <= 1024:
        return _Portfolio(orders=_SORTS[2:], widths=4 if count <= 320 else 2)
    return _Portfolio(orders=_SORTS[:2], squeezes=(), widths=1)


def _runs(padded: Mapping[int, Size], page: Size) -> Iterator[dict[int, Place]]:
    """What each algorithm and order of the portfolio places on one page of that size."""
    portfolio = _portfolio(len(padded))
    for algorithm in portfolio.algorithms:
        for order in portfolio.orders:
            yield _run(padded, page, algorithm, order)


def _run(padded: Mapping[int, Size], page: Size, algorithm: Any, order: Any) -> dict[int, Place]:
    """What one algorithm places on a page of that size, taking rectangles in that order."""
    packer = _PACK.newPacker(
        mode=_PACK.PackingMode.Offline,
        bin_algo=_PACK.PackingBin.BFF,
        pack_algo=algorithm,
        sort_algo=order,
        rotation=False,
    )
    for index, (w, h) in padded.items():
        packer.add_rect(w, h, index)
    packer.add_bin(*page)
    packer.pack()
    return {index: (x, y) for _, x, y, _, _, index in packer.rect_list()}


def _extent(places: Mapping[int, Place], padded: Mapping[int, Size], padding: int) -> Size:
    """The page without the padding that would trail on its right and bottom."""
    return (
        max(x + padded[index][0] for index, (x, _) in places.items()) - padding,
        max(y + padded[index][1] for index, (_, y) in places.items()) - padding,
    )


def _area(padded: Mapping[int, Size]) -> int:
    return sum(w * h for w, h in padded.values())


def _cost(page: Page) -> tuple[int, int]:
    width, height = page.size
    return width * height, max(width, height)
