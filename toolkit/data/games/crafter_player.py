"""The scripted player of Crafter: errands that change the world, leave it and come back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.crafter import CELL_NAMES, COLUMNS, ROWS, Crafter

Cell = tuple[int, int]
"""Row and column in the world."""
Acts = Generator[str, None, None]
Cells = NDArray[np.bool_]
"""A choice of cells, bool ``[rows, columns]`` of the whole world."""
STEPS: dict[str, Cell] = {
    "move_left": (0, -1), "move_right": (0, 1), "move_up": (-1, 0), "move_down": (1, 0),
}  # fmt: skip
WALKABLE = tuple(CELL_NAMES.index(name) for name in ("grass", "path", "sand"))
REACH = 40
"""Steps that a way to a place may take."""
RETURN_SHARE = 0.4
"""Share of all steps spent on changing something, leaving it and coming back."""
AWAY = ((2, 8), (9, 24), (25, 64))
"""Frames that a changed place is out of view, drawn evenly from these three."""


class CrafterPlayer:
    """Plays one game of Crafter, one errand after another."""

    def __init__(self, game: Crafter, rng: np.random.Generator) -> None:
        self.game, self.rng = game, rng
        self.spent = {"return": 1, "other": 1}
        self._acts = self._errands()

    def act(self) -> int:
        """The next action of the present errand."""
        return self.game.action_names.index(next(self._acts))

    def _errands(self) -> Acts:
        others: tuple[tuple[float, Callable[[], Acts]], ...] = (
            (0.30, self.wander), (0.10, self.fumble), (0.08, self.idle), (0.22, self.fetch),
            (0.10, self.craft), (0.05, self.sleep), (0.15, self.place_something),
        )  # fmt: skip
        weights = np.array([weight for weight, _ in others])
        while True:
            share = self.spent["return"] / sum(self.spent.values())
            if share < RETURN_SHARE:
                yield from self._counted("return", self.change_and_return())
            chosen = int(self.rng.choice(len(others), p=weights / weights.sum()))
            yield from self._counted("other", self._needs())
            yield from self._counted("other", others[chosen][1]())
            yield from self._counted("other", self.step_anywhere())

    def _counted(self, name: str, acts: Acts) -> Acts:
        for act in acts:
            for defence in self._defend():
                self.spent["other"] += 1
                yield defence
            self.spent[name] += 1
            yield act

    def _defend(self) -> Acts:
        """Hit a zombie or skeleton that stands beside the player."""
        if self.game.env._player.sleeping:
            return
        for _ in range(8):
            sides = [*self._beside("zombie"), *self._beside("skeleton")]
            if not sides:
                return
            if self._ahead_now() != self._ahead(STEPS[sides[0]]):
                yield sides[0]
            yield "do"

    def _ahead_now(self) -> Cell:
        """The cell that the player faces."""
        right, down = self.game.env._player.facing
        return self._ahead((down, right))

    def items(self) -> Mapping[str, int]:
        """What the player holds, and health, food, drink and energy."""
        return self.game.env._player.inventory

    # errands

    def wander(self) -> Acts:
        """Walk with few turns."""
        heading = self._heading()
        for _ in range(int(self.rng.integers(4, 30))):
            if self.rng.random() < 0.15 or not self._free(self._ahead(STEPS[heading])):
                heading = self._heading()
            yield heading

    def fumble(self) -> Acts:
        """Any actions at all, also those that do nothing here."""
        for _ in range(int(self.rng.integers(2, 12))):
            act = str(self.rng.choice(self.game.action_names))
            yield "noop" if act == "sleep" else act

    def idle(self) -> Acts:
        """Stand and look."""
        for _ in range(int(self.rng.integers(2, 16))):
            yield "noop"

    def step_anywhere(self) -> Acts:
        """One step, so that no errand ends in a stand-still for ever."""
        yield self._heading()

    def fetch(self) -> Acts:
        """Go to something near and use it, once or a few times."""
        wanted = ["tree", "water", "grass", "cow", "plant", "ripe plant"]
        if self.items()["wood_pickaxe"]:
            wanted += ["stone", "coal", "stone"]
        if self.items()["stone_pickaxe"]:
            wanted += ["iron"]
        name = str(self.rng.choice(wanted))
        for _ in range(int(self.rng.integers(1, 5))):
            yield from self.use_nearest(name, times=5 if name == "cow" else 1)

    def craft(self) -> Acts:
        """Try to make tools, beside a table when one can be reached or placed."""
        if self.items()["wood"] >= 2 and not self._near("table"):
            yield "place_table"
        yield from self.go_beside("table")
        makes = [name for name in self.game.action_names if name.startswith("make_")]
        for name in self.rng.permutation(makes)[: int(self.rng.integers(1, 5))]:
            yield str(name)

    def sleep(self) -> Acts:
        """Lie down when tired, or now and then for a moment."""
        tired = self.items()["energy"] < 5
        for _ in range(60 if tired else int(self.rng.integers(1, 6))):
            yield "sleep"
            if not self.game.env._player.sleeping:
                return

    def place_something(self) -> Acts:
        """Put a stone, a plant, a table or a furnace in front."""
        names = [name for name in self.game.action_names if name.startswith("place_")]
        yield self._heading()
        yield str(self.rng.choice(names, p=self._place_weights(names)))

    def change_and_return(self) -> Acts:
        """Change a few cells, leave until they are out of view for a while, and come back."""
        before = self.game.materials().copy()
        for _ in range(int(self.rng.integers(1, 4))):
            yield from self._change()
        changed = np.argwhere(before != self.game.materials())
        target: Cell = self.game.position
        if len(changed):
            target = int(changed[0][0]), int(changed[0][1])
        yield from self.idle_short()
        yield from self.leave(target)
        yield from self.come_back(target)
        yield from self.idle_short()

    def idle_short(self) -> Acts:
        """Look at the place for a few frames."""
        for _ in range(int(self.rng.integers(1, 6))):
            yield "noop"

    def leave(self, target: Cell, *, away: Cell | None = None) -> Acts:
        """Go out of sight of the target and stay away for a while, ``away`` frames at least and
        at most."""
        low, high = away or AWAY[int(self.rng.integers(len(AWAY)))]
        stay = int(self.rng.integers(low, high + 1))
        for _ in range(4):  # ways can be blocked
            if _hidden(self.game.position, target):
                break
            yield from self.walk(~self._around(target, ROWS // 2, COLUMNS // 2))
        for _ in range(max(stay - 4, 1)):
            heading = self._heading()
            hidden = _hidden(self._ahead(STEPS[heading]), target)
            yield heading if hidden else "noop"

    def come_back(self, target: Cell) -> Acts:
        """Go until the target is well in view."""
        for _ in range(4):
            near = self._around(target, 2, 2)
            if near[self.game.position]:
                return
            yield from self.walk(near)

    def _change(self) -> Acts:
        """Change one cell by something that can be done here."""
        held = self.items()
        able = {
            "place_stone": held["stone"] > 0, "place_plant": held["sapling"] > 0,
            "place_table": held["wood"] > 1, "tree": True, "stone": held["wood_pickaxe"] > 0,
        }  # fmt: skip
        kind = str(self.rng.choice([name for name in able if able[name]]))
        if kind.startswith("place_"):
            heading = self._heading()
            yield heading
            yield kind
        else:
            yield from self.use_nearest(kind, times=1)

    # ways

    def use_nearest(self, name: str, *, times: int) -> Acts:
        """Go to the nearest such thing, face it and use it; nothing when none is near."""
        for _ in range(3):
            yield from self.go_beside(name)
            sides = self._beside(name)
            if sides:
                yield sides[int(self.rng.integers(len(sides)))]
                yield from ["do"] * times
                return

    def go_beside(self, name: str) -> Acts:
        """Go next to the nearest such thing."""
        things = np.pad(self.game.shown() == CELL_NAMES.index(name), 1)
        beside = things[:-2, 1:-1] | things[2:, 1:-1] | things[1:-1, :-2] | things[1:-1, 2:]
        yield from self.walk(beside)

    def walk(self, goals: Cells) -> Acts:
        """Go a shortest way to the nearest goal; stop where something blocks it."""
        for heading in self.way(goals):
            there = self._ahead(STEPS[heading])
            yield heading
            if self.game.position != there:
                return

    def way(self, goals: Cells) -> list[str]:
        """Headings of a shortest way over free cells to a goal, or none."""
        free = np.isin(self.game.materials(), WALKABLE) & ~self.game.occupied()
        start, open_cells, wanted = self.game.position, free.tolist(), goals.tolist()
        came: dict[Cell, tuple[Cell, str]] = {}
        waiting, seen = deque([(start, 0)]), {start}
        headings = [(str(name), *STEPS[str(name)]) for name in self.rng.permutation(list(STEPS))]
        while waiting:
            cell, length = waiting.popleft()
            if wanted[cell[0]][cell[1]]:
                return _trace(came, start, cell)
            if length == REACH:
                continue
            for heading, down, right in headings:
                there = cell[0] + down, cell[1] + right
                if there not in seen and _inside(there, free.shape):
                    seen.add(there)
                    if open_cells[there[0]][there[1]]:
                        came[there] = cell, heading
                        waiting.append((there, length + 1))
        return []

    def _around(self, target: Cell, rows: int, columns: int) -> Cells:
        """Cells at most so many rows and columns from the target."""
        cells = np.zeros(self.game.materials().shape, np.bool_)
        row, column = target
        cells[
            max(row - rows, 0) : row + rows + 1, max(column - columns, 0) : column + columns + 1
        ] = True
        return cells

    def _beside(self, name: str) -> list[str]:
        """Headings to neighbours of the player that show the thing."""
        around = self.game.around()
        return [heading for heading, (down, right) in STEPS.items()
                if around[1 + down, 1 + right] == CELL_NAMES.index(name)]  # fmt: skip

    def _needs(self) -> Acts:
        """Drink and eat when it is urgent, so that games last."""
        if self.items()["drink"] < 5:
            yield from self.use_nearest("water", times=6)
        if self.items()["food"] < 5:
            yield from self.use_nearest("cow", times=6)

    def _near(self, name: str) -> bool:
        row, column = self.game.position
        area = self.game.materials()[max(row - 3, 0) : row + 4, max(column - 4, 0) : column + 5]
        return bool((area == CELL_NAMES.index(name)).any())

    def _free(self, cell: Cell) -> bool:
        land = self.game.materials()
        return _inside(cell, land.shape) and land[cell] in WALKABLE

    def _ahead(self, step: Cell) -> Cell:
        row, column = self.game.position
        return row + step[0], column + step[1]

    def _heading(self) -> str:
        """A direction, three times in four one that is free."""
        headings = list(STEPS)
        free = [name for name in headings if self._free(self._ahead(STEPS[name]))]
        pool = free if free and self.rng.random() < 0.75 else headings
        return pool[int(self.rng.integers(len(pool)))]

    def _place_weights(self, names: list[str]) -> list[float]:
        """Leaning to what the player has."""
        held = self.items()
        have = {
            "place_stone": held["stone"] > 0, "place_plant": held["sapling"] > 0,
            "place_table": held["wood"] > 1, "place_furnace": held["stone"] > 3,
        }  # fmt: skip
        weights = [1.0 if have[name] else 0.1 for name in names]
        return [weight / sum(weights) for weight in weights]


def _trace(came: Mapping[Cell, tuple[Cell, str]], start: Cell, end: Cell) -> list[str]:
    headings: list[str] = []
    while end != start:
        end, heading = came[end]
        headings.append(heading)
    return headings[::-1]


def _hidden(cell: Cell, target: Cell) -> bool:
    """Whether somebody at ``cell`` cannot see the target."""
    return abs(cell[0] - target[0]) > ROWS // 2 or abs(cell[1] - target[1]) > COLUMNS // 2


def _inside(cell: Cell, shape: tuple[int, ...]) -> bool:
    return 0 <= cell[0] < shape[0] and 0 <= cell[1] < shape[1]
