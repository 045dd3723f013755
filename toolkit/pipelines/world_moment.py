"""Where a simulated game stands: what is put back, and what its next frame is drawn with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.pipelines.world_drift import Drift, drift_fields
from toolkit.runtime.world_map import Cell, Seen
from toolkit.runtime.world_memory import Kept

KINDS = 32
"""Kinds of cells that a model may decide on."""
Frame = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(slots=True, kw_only=True)
class Moment:
    """Where a game stands, beside the keys and values in its slots."""

    seed: int
    tick: int
    """Number of the present frame; also the stream of its noise."""
    phase: float
    """Time of day in turns."""
    place: tuple[float, float]
    slots: Mapping[int, Kept]
    frame: Frame
    kinds: NDArray[np.int64]
    """int64 ``[P]``: what each cell shows, as far as the model decided it; 0 is not said."""
    motion: Floats
    """f32 ``[A, M]``: how the camera would move, by action."""
    ended: bool = False
    drift: Drift | None = None
    """None in worlds whose bundle has no textures to measure it by."""
    anchored: bool = False
    """Whether the frame is the last clean one again, because the game had drifted from it."""


@dataclass(slots=True, kw_only=True)
class Undone:
    """What takes one frame back: the moment before it, and what its slot and the map held."""

    moment: Moment
    slot: int
    keys: Floats
    values: Floats
    seen: dict[Cell, Seen | None]


def luck_of(drawn: Floats, *, known: NDArray[np.bool_], share: float) -> Floats:
    """Gumbel noise ``[P, 32]`` of normal noise ``[P, 64]``; of known cells the share of it.

    Half the sum of two squared normal numbers is exponential, and its logarithm Gumbel.
    """
    gumbel = -np.log(0.5 * (drawn[:, :KINDS] ** 2 + drawn[:, KINDS:] ** 2) + 1e-20)
    return (gumbel * np.where(known, share, 1)).astype(np.float32)


def fields_of(moment: Moment) -> dict[str, Any]:
    """What a snapshot says of a moment in JSON."""
    return {
        "seed": moment.seed,
        "tick": moment.tick,
        "phase": moment.phase,
        "place": list(moment.place),
        "ended": moment.ended,
        "drift": drift_fields(moment.drift),
        "anchored": moment.anchored,
        "slots": [[slot, kept.time, *kept.place] for slot, kept in sorted(moment.slots.items())],
    }
