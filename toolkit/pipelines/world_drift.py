"""How far a dream has drifted from the look of its world, and when it is led back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.runtime.world_map import Cell, Seen, WorldMap
from toolkit.runtime.world_memory import Kept
from toolkit.runtime.world_textures import Textures

CLEAN, DRIFTED = 0.9, 0.6
"""Shares of valid cells from which a frame is clean, and below which it has drifted."""
WORSE = 0.2
"""How much lower than the clean frame's a drifted frame's share must be: a world may begin with a
picture that is none of its own."""
PATIENCE = 8
"""Drifted frames in a row until the game is led back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """The last clean frame, or the first of a game."""

    time: int
    place: tuple[float, float]
    share: float
    frame: NDArray[np.uint8]
    """uint8 ``[H, W, 3]``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What the meter says of the present frame."""

    share: float
    """Share of cells that look like the world."""
    bad: int
    """Drifted frames in a row, this one included."""
    clean: Clean

    @property
    def lost(self) -> bool:
        """Whether the game should be led back to its last clean frame."""
        return self.bad >= PATIENCE


def measure(
    textures: Textures, shown: NDArray[np.uint8], before: Drift | None, *, present: Kept,
    frame: NDArray[np.uint8],
) -> Drift:  # fmt: skip
    """The drift of a frame, its cells uint8 ``[P, 192]``, after that of the frame before."""
    share = float(textures.valid(shown).mean())
    clean = before.clean if before is not None and share < CLEAN else None
    if before is None or clean is None:
        clean = Clean(time=present.time, place=present.place, share=share, frame=frame)
    is_bad = share < min(DRIFTED, clean.share - WORSE)
    bad = before.bad + 1 if before is not None and is_bad else int(is_bad)
    return Drift(share=share, bad=bad, clean=clean)


def forget_drifted(
    world_map: WorldMap, textures: Textures, *, since: int
) -> dict[Cell, Seen | None]:
    """Forget the cells seen after a frame that do not look like the world; says what they were."""
    late = [cell for cell, seen in world_map.cells.items() if seen.time > since]
    if not late:
        return {}
    pixels = [np.frombuffer(world_map.cells[cell].pixels, np.uint8) for cell in late]
    valid = textures.valid(np.stack(pixels))
    return {
        cell: world_map.cells.pop(cell)
        for cell, looks_right in zip(late, valid.tolist(), strict=True)
        if not looks_right
    }


def drift_fields(drift: Drift | None) -> list[Any] | None:
    """What a snapshot says of the drift in JSON; the clean frame's pixels go beside it."""
    if drift is None:
        return None
    clean = drift.clean
    return [drift.share, drift.bad, clean.time, *clean.place, clean.share]


def read_drift(fields: Mapping[str, Any], frame: NDArray[np.uint8]) -> Drift | None:
    """The drift of a snapshot's header and its clean frame; ``ValueError`` says what is wrong."""
    values: Any = fields["drift"]
    if values is None:
        return None
    share, bad, time, down, right, clean = (float(value) for value in values)
    return Drift(
        share=share,
        bad=int(bad),
        clean=Clean(time=int(time), place=(down, right), share=clean, frame=frame),
    )
