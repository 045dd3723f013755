"""Which texture of Crafter each cell of a frame shows, by day."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.crafter import CELL_NAMES, COLUMNS, RIPE, ROWS, Crafter

Frames = NDArray[np.uint8]
CREATURES = {
    "cow": ("cow",), "zombie": ("zombie",), "skeleton": ("skeleton",), "plant": ("plant",),
    "arrow": ("arrow-left", "arrow-right", "arrow-up", "arrow-down"),
    "player": ("player-left", "player-right", "player-up", "player-down"),
}  # fmt: skip
GROUNDS = ("grass", "sand", "path")
"""What creatures stand on."""
NIGHT = 0.5
"""Daylight below which the game draws a vignette over its textures."""
VALID = 12.0
"""Root mean square, of 255, up to which a cell counts as showing a texture; flat grey is 14 from
the flattest of them."""


def daylight(phase: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """How light it is at times of day in turns: 1 at noon, 0 at midnight."""
    progress = np.asarray(phase, np.float64) % 1 + 0.3
    return 1 - np.abs(np.cos(np.pi * progress)) ** 3


def is_day(phase: NDArray[np.floating] | float) -> NDArray[np.bool_]:
    """Whether frames of these times of day can be read."""
    return daylight(phase) >= NIGHT


class TileReader:
    """Reads cells by the nearest of the game's textures, drawn by the game itself."""

    def __init__(self, game: Crafter) -> None:
        self._game = game

    def read(
        self, frames: Frames, phases: NDArray[np.floating]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Of the view of each frame: numbers of ``CELL_NAMES`` and how far off the pixels are.

        Frames are uint8 ``[N, 72, 72, 3]`` by day; both results are ``[N, 7, 9]``, the second the
        root mean square of 255.
        """
        kinds = np.empty((len(frames), ROWS, COLUMNS), np.uint8)
        off = np.empty(kinds.shape, np.float32)
        for index, (frame, phase) in enumerate(zip(frames, phases, strict=True)):
            kinds[index], off[index] = self._nearest(frame, float(phase))
        return kinds, off

    def _nearest(
        self, frame: Frames, phase: float
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        assert is_day(phase), "frames are read by day"
        shown = cells_of(frame).reshape(-1, 192).astype(np.float32)
        lit = self.lit(phase)
        squares = (
            (shown**2).sum(1)[:, None] - 2 * shown @ lit.T + (lit**2).sum(1)
        ) / 192  # fmt: skip
        best = squares.argmin(1)
        off = np.sqrt(squares.min(1).clip(0))
        return self._textures[0][best].reshape(ROWS, COLUMNS), off.reshape(ROWS, COLUMNS)

    def lit(self, phase: float) -> NDArray[np.float32]:
        """The textures as they look at a time of day, f32 ``[K, 192]``."""
        view = self._game.env._local_view
        sheet = self._textures[1].reshape(-1, 8, 3)
        drawn = np.asarray(view._light(sheet, float(daylight(phase)))).astype(np.uint8)
        return drawn.reshape(-1, 192).astype(np.float32)

    @cached_property
    def _textures(self) -> tuple[NDArray[np.uint8], Frames]:
        """Kinds ``[K]`` and textures uint8 ``[K, 8, 8, 3]``."""
        import crafter.engine

        engine: Any = crafter.engine
        lands = CELL_NAMES[1:13]
        kinds = [CELL_NAMES.index(name) for name in lands] + [CELL_NAMES.index("outside")]
        tiles = [self._texture(name)[..., :3] for name in lands] + [np.full((8, 8, 3), 127)]
        for kind, looks in {**CREATURES, "ripe plant": ("plant-ripe",)}.items():
            for look in looks:
                for ground in (*GROUNDS, "water", "lava") if kind == "arrow" else GROUNDS:
                    tile = self._texture(ground)[..., :3].copy()
                    engine._draw_alpha(tile, (0, 0), self._texture(look))
                    kinds.append(RIPE if kind == "ripe plant" else CELL_NAMES.index(kind))
                    tiles.append(tile)
        return np.array(kinds, np.uint8), np.stack(tiles).astype(np.uint8)

    def _texture(self, name: str) -> Frames:
        """A texture as it stands in frames, uint8 ``[8, 8, 3 or 4]``, rows first."""
        texture = self._game.env._textures.get(name, np.array([8, 8]))
        return np.asarray(texture).transpose(1, 0, 2)


def cells_of(frame: Frames) -> Frames:
    """The view of a frame uint8 ``[72, 72, 3]`` as cells ``[7, 9, 8, 8, 3]``."""
    return frame[: ROWS * 8].reshape(ROWS, 8, COLUMNS, 8, 3).swapaxes(1, 2)
