"""Crafter (MIT), the main game: 72x72 pixels, one cell of 8x8 a tile, nights without static.

The nights of the original are drawn with fresh random noise on every frame: two pictures of one
state differ by 27 dB, which nobody can learn. Here the noise has its mean value.
"""

from __future__ import annotations

import copy
import hashlib
import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.game import Sight
from toolkit.runtime.threads import cache_folder

SIDE = 72
ROWS, COLUMNS = 7, 9
"""Cells of the map in view; two rows of inventory lie below."""
DAY = 300
"""Steps of one day and night."""
MEAN_NOISE = (32 + 127) / 2
CELL_NAMES = (
    "", "water", "grass", "stone", "path", "sand", "tree", "lava", "coal", "iron", "diamond",
    "table", "furnace", "player", "cow", "zombie", "skeleton", "arrow", "plant", "ripe plant",
    "outside",
)  # fmt: skip
"""What a cell shows, by the numbers of ``Sight.semantic``."""
OBJECTS = {"Player": 13, "Cow": 14, "Zombie": 15, "Skeleton": 16, "Arrow": 17, "Plant": 18}
RIPE, OUTSIDE = 19, 20
AREA = (64, 64)
GIFTS = {"wood": 9, "stone": 9, "sapling": 4, "wood_pickaxe": 1, "stone_pickaxe": 1, "coal": 2,
         "wood_sword": 1, "stone_sword": 1, "iron_sword": 1}  # fmt: skip
"""What a player may start with, up to so many, so that placing and mining are not rare."""


class InOrder(dict[Any, None]):
    """A set that keeps its order: sets of objects are ordered by address, games must not be."""

    def add(self, item: Any) -> None:
        """Put the item last."""
        self[item] = None

    def remove(self, item: Any) -> None:
        """Take the item out."""
        del self[item]


class Crafter:
    """One game of Crafter.

    Args:
        area: size of the world in cells.
        worlds: folder that keeps generated worlds; None is the user's cache.
        gifts: whether games start with some items in hand, drawn from the seed.
    """

    name = "crafter"
    kind_names = CELL_NAMES
    view = (ROWS, COLUMNS)
    fps = 10.0

    def __init__(
        self, *, area: tuple[int, int] = AREA, worlds: Path | None = None, gifts: bool = False
    ) -> None:
        import crafter
        from crafter import objects, worldgen

        self._kinds: Mapping[str, Any] = vars(objects)
        self._generate: Any = worldgen.generate_world  # type: ignore[reportUnknownMemberType]
        self._gifts = gifts
        self._worlds = worlds or cache_folder() / "worlds"
        endless: Any = None  # the package says int, and takes None
        self.env: Any = crafter.Env(area=area, size=(SIDE, SIDE), length=endless, seed=0)
        self.action_names: tuple[str, ...] = tuple(self.env.action_names)
        _quieten(self.env)

    def reset(
        self, seed: int, *, time: int | None = None, items: Mapping[str, int] | None = None
    ) -> Sight:
        """A new game at a step of the day, with ``items`` in hand beside the gifts.

        Without ``time`` the seed chooses a step of the first half of the day.
        """
        held = {**(draw_gifts(seed) if self._gifts else {}), **(items or {})}
        env = self.env
        env._seed, env._episode, env._step = seed, 1, seed % (DAY // 2) if time is None else time
        env._world.reset(seed=seed % 2**31)
        env._world._chunks = defaultdict(InOrder)
        env._update_time()
        env._player = self._kinds["Player"](env._world, (env._area[0] // 2, env._area[1] // 2))
        env._player.inventory.update(held)
        env._last_health = env._player.health
        env._world.add(env._player)
        env._unlocked = set()
        self._fill(seed)
        return self._sight(env.render(), reward=0.0, over=False, before=self.position)

    @property
    def position(self) -> tuple[int, int]:
        """The player's cell in the world: row, column."""
        x, y = self.env._player.pos
        return int(y), int(x)

    def step(self, action: int) -> Sight:
        """What is seen after an action."""
        before = self.position
        frame, reward, over, _ = self.env.step(action)
        return self._sight(frame, reward=float(reward), over=bool(over), before=before)

    def branch(self, *, dice: int | None = None) -> Crafter:
        """A second game in the same state, which leaves the first alone; ``dice`` seeds its own."""
        other = copy.copy(self)
        other.env = copy.deepcopy(self.env)
        if dice is not None:
            other.env._world.random.seed(dice)
        return other

    def materials(self) -> NDArray[np.uint8]:
        """The whole map, uint8 ``[rows, columns]`` of numbers of ``CELL_NAMES``."""
        return self.env._world._mat_map.T

    def occupied(self) -> NDArray[np.bool_]:
        """Which cells of the map hold a creature, a plant or the player."""
        return self.env._world._obj_map.T > 0

    def shown(self) -> NDArray[np.uint8]:
        """The whole map with creatures, plants and the player on it."""
        cells = self.materials().copy()
        for item in self.env._world.objects:
            cells[item.pos[1], item.pos[0]] = _number(item)
        return cells

    def around(self) -> NDArray[np.uint8]:
        """What the 3x3 cells around the player show, the player in the middle."""
        return self._in_view()[ROWS // 2 - 1 : ROWS // 2 + 2, COLUMNS // 2 - 1 : COLUMNS // 2 + 2]

    def daylight(self) -> float:
        """1 at noon, 0 at midnight."""
        return float(self.env._world.daylight)

    def _sight(
        self, frame: NDArray[np.uint8], *, reward: float, over: bool, before: tuple[int, int]
    ) -> Sight:
        row, column = self.position
        return Sight(
            frame=np.ascontiguousarray(frame),
            reward=reward,
            over=over,
            motion=(row - before[0], column - before[1]),
            phase=self.env._step / DAY % 1,
            semantic=self._in_view(),
        )

    def _in_view(self) -> NDArray[np.uint8]:
        (row, column), land = self.position, self.materials()
        top, left = row - ROWS // 2, column - COLUMNS // 2
        cells = np.zeros((SIDE // 8, SIDE // 8), np.uint8)
        cells[:ROWS] = OUTSIDE
        first, start = max(top, 0), max(left, 0)
        seen = land[first : top + ROWS, start : left + COLUMNS]
        down, right = first - top, start - left
        cells[down : down + seen.shape[0], right : right + seen.shape[1]] = seen
        for item in self.env._world.objects:
            x, y = int(item.pos[0]) - left, int(item.pos[1]) - top
            if 0 <= y < ROWS and 0 <= x < COLUMNS:
                cells[y, x] = _number(item)
        return cells

    def _fill(self, seed: int) -> None:
        """Put land and creatures into the empty world: from the folder, or made and kept."""
        world, player = self.env._world, self.env._player
        key = hashlib.sha256(f"1 {seed} {world.area}".encode()).hexdigest()[:16]
        path = self._worlds / f"{key}.npz"
        if path.is_file():
            with np.load(path) as file:
                kept = dict(file)
        else:
            self._generate(world, player)
            kept = _pack(world)
            _keep(path, kept)
        self._unpack(world, player, kept)

    def _unpack(self, world: Any, player: Any, kept: Mapping[str, NDArray[Any]]) -> None:
        world._mat_map[:] = kept["materials"]
        for item in world.objects:
            if item is not player:
                world.remove(item)
        world._objects = [None, player]
        world._obj_map[tuple(player.pos)] = 1
        kinds = {number: name for name, number in OBJECTS.items()}
        for kind, x, y in kept["objects"].tolist():
            follows = (player,) if kinds[kind] in ("Zombie", "Skeleton") else ()
            world.add(self._kinds[kinds[kind]](world, (x, y), *follows))
        world.random.set_state(("MT19937", kept["keys"], int(kept["at"])))


def draw_gifts(seed: int) -> dict[str, int]:
    """Items to start a game with: none for one game in five."""
    rng = np.random.default_rng([seed, 2])
    if rng.random() < 0.2:
        return {}
    return {name: int(rng.integers(most + 1)) for name, most in GIFTS.items()}


def _number(item: Any) -> int:
    """The number of a creature, a plant or the player."""
    return RIPE if getattr(item, "ripe", False) else OBJECTS[type(item).__name__]


def _pack(world: Any) -> dict[str, NDArray[Any]]:
    """A generated world without its player: land, creatures and the state of its dice."""
    _, keys, at, _, _ = world.random.get_state()
    creatures = [item for item in world.objects if type(item).__name__ != "Player"]
    objects = [[OBJECTS[type(item).__name__], *item.pos] for item in creatures]
    return {
        "materials": world._mat_map,
        "objects": np.array(objects, np.int64).reshape(-1, 3),
        "keys": keys,
        "at": np.array(at),
    }


def _keep(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Keep the world for next time; without write access it is made again next time."""
    scratch = path.with_suffix(f".{os.getpid()}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(scratch, allow_pickle=False, **arrays)
        os.replace(scratch, path)
    except OSError:
        return


def _quieten(env: Any) -> None:
    """Replace the static of the nights by its mean."""
    view = env._local_view

    def noise(canvas: NDArray[Any], amount: float, stddev: float) -> NDArray[Any]:
        mask = amount * view._vignette(canvas.shape, stddev)[..., None]
        return (1 - mask) * canvas + mask * MEAN_NOISE

    view._noise = noise
