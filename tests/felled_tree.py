"""A walk in the shipped world of Crafter: fell a tree, go until it is out of view, come back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import WorldModel

Cell = tuple[int, int]
Frames = NDArray[np.uint8]
STEPS: dict[str, Cell] = {
    "move_up": (-1, 0), "move_down": (1, 0), "move_left": (0, -1), "move_right": (0, 1),
}  # fmt: skip
BACK = {
    "move_up": "move_down", "move_down": "move_up", "move_left": "move_right",
    "move_right": "move_left",
}  # fmt: skip
WALKABLE = ("grass", "sand", "path")
FARTHEST = 8
"""Steps after which a tree that is still in view counts as one that cannot be left."""
PAUSE = 4
"""Frames that the player waits where the tree is out of view."""
SEEDS = range(40)


@dataclass(slots=True, kw_only=True)
class Walk:
    """A game as it was played, with the world's own word for what each cell shows."""

    env: WorldModelEnv
    seed: int
    actions: list[int] = field(default_factory=list[int])
    frames: list[Frames] = field(default_factory=list[Frames])
    """The first frame, then one for every action."""

    @classmethod
    def begin(cls, world: WorldModel, seed: int) -> Walk:
        env = WorldModelEnv(world)
        first, _ = env.reset(seed=seed)
        return cls(env=env, seed=seed, frames=[first])

    def act(self, *names: str) -> None:
        for name in names:
            self.actions.append(self.env.shape.action_names.index(name))
            self.frames.append(self.env.step(self.actions[-1])[0])

    @property
    def names(self) -> list[str]:
        return [self.env.shape.action_names[action] for action in self.actions]

    @property
    def place(self) -> Cell:
        down, right = self.env.info["place"]
        return round(down), round(right)

    def shows(self, cell: Cell) -> str:
        """What a cell of the world shows; empty if it is out of view."""
        shape = self.env.shape
        row, column = cell[0] - self.place[0], cell[1] - self.place[1]
        row, column = row + shape.view_rows // 2, column + shape.columns // 2
        if not (0 <= row < shape.view_rows and 0 <= column < shape.columns):
            return ""
        return shape.kind_names[int(self.env.info["cells"][row, column])]

    def way_to(self, kind: str) -> list[str] | None:
        """Steps to beside the nearest cell that shows a kind, the last one towards it."""
        came: dict[Cell, list[str]] = {self.place: []}
        queue = deque(came)
        while queue:
            here = queue.popleft()
            for name, step in STEPS.items():
                there = beside(here, step)
                if self.shows(there) == kind:
                    return [*came[here], name]
                if there not in came and self.shows(there) in WALKABLE:
                    came[there] = [*came[here], name]
                    queue.append(there)
        return None


def beside(cell: Cell, step: Cell) -> Cell:
    return cell[0] + step[0], cell[1] + step[1]


def felled_tree(world: WorldModel) -> Walk:
    """The first walk of some seeds in which the tree falls and is still gone on return."""
    for seed in SEEDS:
        walk = Walk.begin(world, seed)
        if fells_leaves_and_returns(walk):
            return walk
    raise AssertionError("in none of the worlds does a tree fall that stays felled")


def fells_leaves_and_returns(walk: Walk) -> bool:
    walk.act("noop")
    way = walk.way_to("tree")
    if way is None:
        return False
    walk.act(*way)
    tree, back = beside(walk.place, STEPS[way[-1]]), BACK[way[-1]]
    stood = walk.shows(tree) == "tree"
    walk.act("do")
    before, fell = walk.place, walk.shows(tree) == "grass"
    steps = 0
    while walk.shows(tree) and steps < FARTHEST:
        walk.act(back)
        steps += 1
    left = not walk.shows(tree)
    walk.act(*["noop"] * PAUSE, *[way[-1]] * steps)
    return stood and fell and left and walk.place == before and walk.shows(tree) == "grass"
