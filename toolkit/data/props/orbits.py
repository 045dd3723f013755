"""Captioned turns of random props: what a training run learns from next to the packs' turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from toolkit.data.props import furniture, outdoors, vehicles, wares
from toolkit.data.props.parts import Dice, Pieces
from toolkit.data.props.solids import Triple, build
from toolkit.data.sources.turntable import turntable

Kind = Callable[[Dice], Pieces]
KINDS: dict[str, Kind] = {
    "chair": furniture.chair, "armchair": furniture.armchair, "sofa": furniture.sofa,
    "stool": furniture.stool, "table": furniture.table, "desk": furniture.desk,
    "bed": furniture.bed, "bench": furniture.bench, "shelf": furniture.shelf,
    "cupboard": furniture.cupboard, "lamp": furniture.lamp,
    "car": vehicles.car, "truck": vehicles.truck, "bus": vehicles.bus,
    "tractor": vehicles.tractor, "train": vehicles.train, "cart": vehicles.cart,
    "boat": vehicles.boat, "airplane": vehicles.airplane, "rocket": vehicles.rocket,
    "tank": vehicles.tank,
    "mug": wares.mug, "teapot": wares.teapot, "bottle": wares.bottle, "crate": wares.crate,
    "chest": wares.chest, "barrel": wares.barrel, "bucket": wares.bucket, "book": wares.book,
    "computer": wares.computer, "cannon": wares.cannon, "robot": wares.robot,
    **{name: partial(outdoors.animal, name) for name in outdoors.ANIMALS},
    "house": outdoors.house, "tower": outdoors.tower, "tree": outdoors.tree,
    "signpost": outdoors.signpost, "well": outdoors.well,
}  # fmt: skip
WORDS = {
    "sofa": ("sofa", "couch"), "cupboard": ("cupboard", "wardrobe", "cabinet"),
    "shelf": ("shelf", "bookshelf"), "train": ("train", "locomotive"), "cart": ("cart", "wagon"),
    "boat": ("boat", "ship"), "airplane": ("airplane", "plane"), "mug": ("mug", "cup"),
    "chest": ("chest", "treasure chest"), "computer": ("computer", "monitor"),
    "crate": ("crate", "wooden box"), "tower": ("tower", "castle tower"),
}  # fmt: skip
"""What captions call a kind, where that is not its name alone."""
COLORS: dict[str, Triple] = {
    "red": (0.62, 0.03, 0.03), "orange": (0.80, 0.22, 0.02), "yellow": (0.78, 0.56, 0.03),
    "green": (0.05, 0.36, 0.06), "cyan": (0.04, 0.48, 0.58), "blue": (0.04, 0.10, 0.58),
    "purple": (0.22, 0.04, 0.48), "pink": (0.80, 0.22, 0.46), "brown": (0.20, 0.09, 0.03),
    "black": (0.02, 0.02, 0.025), "white": (0.85, 0.85, 0.85), "gray": (0.24, 0.24, 0.26),
}  # fmt: skip
"""Linear light."""
ELEVATION = 20.0
"""Degrees above the horizon, as in the packs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PropTurn:
    """A random prop seen from all around."""

    frames: NDArray[np.uint8]
    """uint8 ``[16, 64, 64, 4]``, counter-clockwise as the packs turn."""
    caption: str


def sample_turn(rng: np.random.Generator) -> PropTurn:
    """A random prop in random colours and sizes, turned once."""
    kind = str(rng.choice(list(KINDS)))
    main, second = (str(name) for name in rng.choice(list(COLORS), 2, replace=False))
    dice = Dice(rng=rng, accent=_shade(second, rng))
    mesh = build(KINDS[kind](dice), _shade(main, rng))
    return PropTurn(frames=turntable(mesh, ELEVATION), caption=caption(kind, main, rng))


def caption(kind: str, color: str, rng: np.random.Generator) -> str:
    """The words of a turn: its colour is left out now and then."""
    word = str(rng.choice(WORDS.get(kind, (kind,))))
    color = "grey" if color == "gray" and rng.random() < 0.3 else color
    named = word if rng.random() < 0.1 else f"{color} {word}"
    article = "an" if named[0] in "aeiou" else "a"
    first = f"{article} {named}" if rng.random() < 0.3 else named
    return f"{first} rotating, 3d turntable"


def _shade(color: str, rng: np.random.Generator) -> Triple:
    """The colour, a little lighter or darker and of another tint each time."""
    red, green, blue = np.array(COLORS[color]) * rng.uniform(0.75, 1.2) * rng.uniform(0.9, 1.1, 3)
    return float(min(red, 1.0)), float(min(green, 1.0)), float(min(blue, 1.0))
