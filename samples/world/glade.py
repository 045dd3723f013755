"""Glade: a small game drawn in code. Walk, cut hedges, pick mushrooms; what is cut stays cut.

``gymnasium.make("glade:Glade-v0", render_mode="rgb_array")`` plays it. Beside its pictures it tells
in ``info`` how the camera moved and what each cell shows, from which a world model learns faster.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

VIEW, CELL, AREA = 7, 8, 26
"""Cells in view, pixels of a cell, cells of the land, each a side."""
GRASS, FLOWERS, HEDGE, EARTH, WATER, MUSHROOM, PLAYER = range(1, 8)
KIND_NAMES = ("", "grass", "flowers", "hedge", "earth", "water", "mushroom", "player")
ACTIONS = ("noop", "left", "right", "up", "down", "do")
STEPS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
OPEN = (GRASS, FLOWERS, EARTH)
"""What can be walked on."""
COLOURS = {
    ".": (96, 158, 70), ",": (120, 182, 84), "h": (34, 92, 52), "H": (52, 122, 62),
    "e": (150, 112, 74), "E": (172, 134, 92), "w": (58, 110, 190), "W": (104, 156, 222),
    "r": (206, 56, 52), "o": (246, 238, 220), "y": (244, 208, 72), "k": (40, 34, 48),
    "b": (64, 72, 176), "s": (242, 196, 156),
}  # fmt: skip
DRAWINGS = {
    GRASS: "......,. .,...... ........ ....,... ........ ,....... .....,.. ........",
    FLOWERS: "......,. .y...... yoy...r. .y...ror ...,..r. .o...... oyo..y.. .o......",
    HEDGE: "hHhhHhhh HhhHhhHh hhHhhHhh hHhhhhHh HhhHhhhh hhHhhHhH hHhhHhhh kkkkkkkk",
    EARTH: "eeeeeeee eEeeeeee eeeeeEee eeeeeeee eeEeeeee eeeeeeEe eEeeeeee eeeeeeee",
    WATER: "wwwwwwww wWWwwwww wwwwwwww wwwwwWWw wwwwwwww wWwwwwww wwwwwwww wwwwWWww",
    MUSHROOM: "........ ..rrrr.. .rorror. .rrrrrr. ...oo... ...oo... ..,oo,.. ........",
}
PLAYERS = {
    "down": "..kkkk.. .ksssk.. .kskskk. ..sss... .bbbbb.. sbbbbbs. .bb.bb.. .kk.kk..",
    "up": "..kkkk.. .kkkkkk. .kkkkkk. ..kkk... .bbbbb.. sbbbbbs. .bb.bb.. .kk.kk..",
    "left": "..kkkk.. .sskkk.. .kskkk.. ..sss... ..bbbb.. .sbbbb.. ..bbb... ..kkk...",
    "right": "..kkkk.. ..kkkss. ..kkksk. ...sss.. ..bbbb.. ..bbbbs. ...bbb.. ...kkk..",
}


def picture(drawing: str) -> NDArray[np.uint8]:
    """uint8 ``[8, 8, 3]`` of eight words of eight letters."""
    return np.array([[COLOURS[letter] for letter in row] for row in drawing.split()], np.uint8)


def smooth(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    """Random hills ``[size, size]``, 0 to 1, that are a few cells wide."""
    hills = rng.random((size, size))
    for axis in (0, 1):
        for _ in range(2):
            hills = (np.roll(hills, 1, axis) + hills + np.roll(hills, -1, axis)) / 3
    return hills.argsort(axis=None).argsort().reshape(size, size) / size**2


class Glade(gymnasium.Env[NDArray[np.uint8], int]):
    """One walk through a glade; every seed grows another."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012
    action_space = spaces.Discrete(len(ACTIONS))
    kind_names = KIND_NAMES
    observation_space = spaces.Box(0, 255, (VIEW * CELL, VIEW * CELL, 3), np.uint8)

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self.tiles = {kind: picture(drawing) for kind, drawing in DRAWINGS.items()}
        self.figures = {facing: picture(drawing) for facing, drawing in PLAYERS.items()}
        self.land = np.full((AREA, AREA), WATER, np.uint8)
        self.at, self.facing = (AREA // 2, AREA // 2), "down"

    def get_action_meanings(self) -> list[str]:
        """Names of the actions."""
        return list(ACTIONS)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.uint8], dict[str, Any]]:
        """A new glade; its rim is water."""
        super().reset(seed=seed)
        rng, edge = self.np_random, VIEW // 2 + 1
        size = AREA - 2 * edge
        wet, thick = smooth(rng, size), smooth(rng, size)
        land = rng.choice([GRASS, GRASS, GRASS, FLOWERS], (size, size))
        land[rng.random((size, size)) < 0.08] = MUSHROOM
        land[thick > 0.72] = HEDGE
        land[wet > 0.85] = WATER
        self.land[:] = WATER
        self.land[edge:-edge, edge:-edge] = land
        self.at, self.facing = (AREA // 2, AREA // 2), "down"
        self.land[self.at] = GRASS
        return self.render(), self.told((0, 0))

    def step(self, action: int) -> tuple[NDArray[np.uint8], float, bool, bool, dict[str, Any]]:
        """Turn and walk, or cut and pick what lies ahead; a mushroom earns 1."""
        name, moved, reward = ACTIONS[action], (0, 0), 0.0
        if name in STEPS:
            self.facing = name
            if self.land[self.ahead()] in OPEN:
                moved, self.at = STEPS[name], self.ahead()
        elif name == "do":
            found = self.land[self.ahead()]
            reward = float(found == MUSHROOM)
            if found in (HEDGE, MUSHROOM):
                self.land[self.ahead()] = EARTH if found == HEDGE else GRASS
        return self.render(), reward, False, False, self.told(moved)

    def ahead(self) -> tuple[int, int]:
        """The cell that the player looks at."""
        down, right = STEPS[self.facing]
        return self.at[0] + down, self.at[1] + right

    def in_view(self) -> NDArray[np.uint8]:
        """What each cell shows, uint8 ``[7, 7]``, the player in the middle."""
        top, left = self.at[0] - VIEW // 2, self.at[1] - VIEW // 2
        cells = self.land[top : top + VIEW, left : left + VIEW].copy()
        cells[VIEW // 2, VIEW // 2] = PLAYER
        return cells

    def told(self, moved: tuple[int, int]) -> dict[str, Any]:
        """``motion``: cells that the camera moved, down and right; ``semantic``: the cells."""
        return {"motion": moved, "semantic": self.in_view()}

    def render(self) -> NDArray[np.uint8]:  # type: ignore[override]
        """The present frame, uint8 ``[56, 56, 3]``."""
        drawn = {**self.tiles, PLAYER: self.standing()}
        rows = [np.concatenate([drawn[cell] for cell in row], 1) for row in self.in_view().tolist()]
        return np.concatenate(rows, 0)

    def standing(self) -> NDArray[np.uint8]:
        """The player on what lies below."""
        ground, figure = self.tiles[int(self.land[self.at])], self.figures[self.facing]
        return np.where((figure == COLOURS["."]).all(-1, keepdims=True), ground, figure)


gymnasium.register("Glade-v0", Glade)
