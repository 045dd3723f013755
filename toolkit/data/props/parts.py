"""What many props are put together of: legs, wheels, and dice for their sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.data.props.solids import DARK, Piece, Triple

Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dice:
    """Draws the sizes, colours and choices of one prop."""

    rng: np.random.Generator
    accent: Triple
    """Linear light of its second colour."""

    def near(self, middle: float, spread: float = 0.25) -> float:
        """A size around ``middle``, at most the share ``spread`` away."""
        return middle * float(self.rng.uniform(1 - spread, 1 + spread))

    def chance(self, share: float) -> bool:
        """True in that share of draws."""
        return bool(self.rng.random() < share)

    def count(self, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``."""
        return int(self.rng.integers(least, most + 1))


def box(
    size: Triple, place: Triple, color: Triple | None = None, turn: Triple = (0, 0, 0)
) -> Piece:
    """A box."""
    return Piece(shape="box", size=size, place=place, color=color, turn=turn)


def can(
    width: float,
    height: float,
    place: Triple,
    color: Triple | None = None,
    turn: Triple = (0, 0, 0),
) -> Piece:
    """A round can that stands."""
    return Piece(shape="can", size=(width, height, width), place=place, color=color, turn=turn)


def cone(
    width: float,
    height: float,
    place: Triple,
    color: Triple | None = None,
    turn: Triple = (0, 0, 0),
) -> Piece:
    """A round cone, its tip up."""
    return Piece(shape="cone", size=(width, height, width), place=place, color=color, turn=turn)


def ball(size: Triple, place: Triple, color: Triple | None = None) -> Piece:
    """An egg."""
    return Piece(shape="ball", size=size, place=place, color=color)


def legs(
    x: float,
    z: float,
    height: float,
    thick: float,
    color: Triple | None = None,
    rounded: bool = False,
) -> Pieces:
    """Four legs, their middles ``x`` and ``z`` from the prop's, from the ground up."""
    return tuple(
        can(thick, height, (a * x, height / 2, b * z), color)
        if rounded
        else box((thick, height, thick), (a * x, height / 2, b * z), color)
        for a in (-1, 1)
        for b in (-1, 1)
    )


def wheels(x: float, rows: tuple[float, ...], size: float, thick: float) -> Pieces:
    """Pairs of dark wheels ``x`` from the middle, one pair at each place along z."""
    return tuple(
        Piece(
            shape="can", size=(thick, size, size), place=(a * x, size / 2, z), color=DARK, lies=True
        )
        for a in (-1, 1)
        for z in rows
    )
