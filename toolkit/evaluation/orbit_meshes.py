"""Meshes that no training pack holds, put together of boxes, cans and balls: what orbits show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toolkit.data.props.solids import DARK, Piece, Triple, build
from toolkit.data.sources.turntable import turntable

ELEVATION = 20.0
"""Degrees above the horizon; the packs of furniture are seen from there."""
COLORS = {
    "red": (0.60, 0.03, 0.03),
    "blue": (0.04, 0.09, 0.55),
    "green": (0.05, 0.36, 0.07),
    "yellow": (0.76, 0.55, 0.03),
    "brown": (0.22, 0.09, 0.03),
    "white": (0.85, 0.85, 0.85),
}
"""Linear light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orbit:
    """A held-out mesh seen from all around, and the words for it."""

    prompt: str
    frames: NDArray[np.uint8]
    """uint8 ``[16, 64, 64, 4]``, counter-clockwise as the packs turn."""


def _legs(x: float, z: float, height: float, color: Triple | None = None) -> tuple[Piece, ...]:
    return tuple(
        Piece(shape="box", size=(0.1, height, 0.1), place=(a * x, height / 2, b * z), color=color)
        for a in (-1, 1)
        for b in (-1, 1)
    )


def _wheels(x: float, z: float) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            shape="can", size=(0.2, 0.45, 0.45), place=(a * x, 0.22, b * z), color=DARK, lies=True
        )
        for a in (-1, 1)
        for b in (-1, 1)
    )


PROPS: dict[str, tuple[Piece, ...]] = {
    "chair": (
        *_legs(0.4, 0.4, 0.9),
        Piece(shape="box", size=(1.0, 0.12, 1.0), place=(0, 0.95, 0)),
        Piece(shape="box", size=(1.0, 1.1, 0.1), place=(0, 1.5, -0.45)),
    ),
    "armchair": (
        Piece(shape="box", size=(1.5, 0.6, 1.2), place=(0, 0.4, 0)),
        Piece(shape="box", size=(1.5, 0.9, 0.3), place=(0, 1.0, -0.5)),
        Piece(shape="box", size=(0.25, 0.5, 1.2), place=(-0.65, 0.85, 0)),
        Piece(shape="box", size=(0.25, 0.5, 1.2), place=(0.65, 0.85, 0)),
    ),
    "bed": (
        *_legs(0.8, 1.4, 0.35, DARK),
        Piece(shape="box", size=(1.8, 0.35, 3.0), place=(0, 0.5, 0)),
        Piece(shape="box", size=(1.8, 1.1, 0.12), place=(0, 0.7, -1.5), color=COLORS["brown"]),
        Piece(shape="box", size=(1.2, 0.2, 0.5), place=(0, 0.76, -1.1), color=COLORS["white"]),
    ),
    "car": (
        *_wheels(0.7, 1.0),
        Piece(shape="box", size=(1.5, 0.5, 3.2), place=(0, 0.55, 0)),
        Piece(shape="box", size=(1.3, 0.5, 1.5), place=(0, 1.05, -0.5)),
        Piece(shape="box", size=(1.1, 0.35, 0.05), place=(0, 1.05, 0.27), color=DARK),
    ),
    "truck": (
        *_wheels(0.7, 1.2),
        Piece(shape="box", size=(1.5, 1.2, 1.0), place=(0, 1.0, 1.3)),
        Piece(shape="box", size=(1.3, 0.4, 0.05), place=(0, 1.25, 1.82), color=DARK),
        Piece(shape="box", size=(1.6, 1.8, 2.4), place=(0, 1.3, -0.5), color=COLORS["white"]),
    ),
    "desk": (
        *_legs(1.1, 0.5, 1.1),
        Piece(shape="box", size=(2.4, 0.12, 1.2), place=(0, 1.15, 0)),
        Piece(shape="box", size=(0.8, 0.8, 1.0), place=(0.75, 0.65, 0)),
        Piece(shape="box", size=(0.9, 0.7, 0.1), place=(-0.3, 1.6, -0.2), color=DARK),
    ),
    "mug": (
        Piece(shape="can", size=(1.2, 1.5, 1.2), place=(0, 0.75, 0)),
        Piece(shape="box", size=(0.5, 0.15, 0.15), place=(0.75, 1.1, 0)),
        Piece(shape="box", size=(0.15, 0.7, 0.15), place=(0.95, 0.75, 0)),
        Piece(shape="box", size=(0.5, 0.15, 0.15), place=(0.75, 0.4, 0)),
    ),
    "horse": (
        *_legs(0.25, 0.7, 1.1),
        Piece(shape="box", size=(0.7, 0.7, 1.8), place=(0, 1.3, 0)),
        Piece(shape="box", size=(0.3, 1.0, 0.4), place=(0, 1.9, 0.85)),
        Piece(shape="box", size=(0.3, 0.35, 0.8), place=(0, 2.3, 1.15)),
        Piece(shape="box", size=(0.15, 0.9, 0.15), place=(0, 1.1, -0.95), color=DARK),
    ),
}
"""Name to its solids; none looks the same from two sides."""


def held_out_orbits(count: int) -> list[Orbit]:
    """``count`` orbits, at most 48: every prop in one colour, then every prop in the next."""
    named = [(color, prop) for color in COLORS for prop in PROPS]
    return [
        Orbit(
            prompt=f"{color} {prop}",
            frames=turntable(build(PROPS[prop], COLORS[color]), ELEVATION),
        )
        for color, prop in named[:count]
    ]


def random_pieces(rng: np.random.Generator) -> tuple[Piece, ...]:
    """Three to seven solids anywhere in any colours, for training what reads azimuths."""
    shapes: tuple[Literal["box", "can", "ball"], ...] = ("box", "box", "can", "ball")
    return tuple(
        Piece(
            shape=shapes[int(rng.integers(4))],
            size=_triple(rng.uniform(0.15, 1.6, 3)),
            place=_triple(rng.uniform(-0.8, 0.8, 3)),
            color=_triple(rng.uniform(0, 1, 3) ** 2),
        )
        for _ in range(int(rng.integers(3, 8)))
    )


def _triple(values: NDArray[np.float64]) -> Triple:
    return float(values[0]), float(values[1]), float(values[2])
