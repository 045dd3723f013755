"""What a game's world looked like when last seen, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from toolkit.runtime.world_bundle import WorldShape

MOST_CELLS = 16_384
"""Cells that are kept; of more, the eighth that was seen longest ago is forgotten."""
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell of the world as it was last seen."""

    time: int
    """Number of the frame."""
    pixels: bytes
    """8x8 RGB."""


@dataclass(slots=True)
class WorldMap:
    """Every cell of the world that was seen; equal sights in equal order make equal maps."""

    shape: WorldShape
    cells: dict[Cell, Seen] = field(default_factory=dict[Cell, Seen])

    def recall(
        self, place: tuple[float, float], shown: NDArray[np.uint8] | None, *, since: int = 0
    ) -> NDArray[np.float32]:
        """Each cell that a camera sees, as it was last seen, and 1 where it was: f32 ``[P, 193]``.

        ``shown`` is the last frame as cells uint8 ``[P, 192]``, from which the display is taken;
        ``since`` leaves out what was not seen since that frame.
        """
        found = np.zeros((self.shape.tokens, 193), np.float32)
        for index, cell in enumerate(self._in_view(place)):
            seen = self.cells.get(cell)
            if seen is not None and seen.time >= since:
                found[index, :192] = np.frombuffer(seen.pixels, np.uint8)
                found[index, 192] = 1
        world = self.shape.view_rows * self.shape.columns
        if shown is not None:
            found[world:, :192], found[world:, 192] = shown[world:], 1
        found[:, :192] = (found[:, :192] / 127.5 - 1) * found[:, 192:]
        return found

    def see(
        self, place: tuple[float, float], shown: NDArray[np.uint8], time: int
    ) -> dict[Cell, Seen | None]:
        """Note a frame, cells uint8 ``[P, 192]``; returns what ``undo`` takes to take it back."""
        before: dict[Cell, Seen | None] = {}
        for cell, pixels in zip(self._in_view(place), shown, strict=False):
            before[cell] = self.cells.get(cell)
            self.cells[cell] = Seen(time, pixels.tobytes())
        if len(self.cells) > MOST_CELLS:
            oldest = sorted(self.cells, key=lambda cell: (self.cells[cell].time, cell))
            for cell in oldest[: MOST_CELLS // 8]:
                forgotten = self.cells.pop(cell)
                before.setdefault(cell, forgotten)
        return before

    def undo(self, before: dict[Cell, Seen | None]) -> None:
        """Take back what ``see`` noted last."""
        for cell, seen in before.items():
            if seen is None:
                self.cells.pop(cell, None)
            else:
                self.cells[cell] = seen

    def pack(self) -> dict[str, NDArray[np.generic]]:
        """The map as arrays, equal for equal maps."""
        order = sorted(self.cells)
        seen = [self.cells[cell] for cell in order]
        pixels = np.frombuffer(b"".join(one.pixels for one in seen), np.uint8)
        return {
            "map_cells": np.array(order, np.int32).reshape(-1, 2),
            "map_times": np.array([one.time for one in seen], np.int64),
            "map_pixels": pixels.reshape(-1, 192),
        }

    def unpack(
        self,
        cells: NDArray[np.int32],
        times: NDArray[np.int64],
        pixels: NDArray[np.uint8],
    ) -> None:
        """Become the map that ``pack`` wrote."""
        self.cells = {
            (row, column): Seen(time, shown.tobytes())
            for (row, column), time, shown in zip(
                cells.tolist(), times.tolist(), pixels, strict=True
            )
        }

    def _in_view(self, place: tuple[float, float]) -> list[Cell]:
        top, left = round(place[0]), round(place[1])
        return [
            (top + row, left + column)
            for row in range(self.shape.view_rows)
            for column in range(self.shape.columns)
        ]
