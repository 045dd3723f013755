"""Takes of the real Crafter in worlds that no training saw: free play, and changes to the world."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from toolkit.data.games.crafter import CELL_NAMES, COLUMNS, ROWS, Crafter
from toolkit.data.games.crafter_player import STEPS, Acts, Cell, CrafterPlayer
from toolkit.evaluation.tiles import is_day
from toolkit.evaluation.world_rollouts import Dream, Recorder, Take

HELD_OUT = 1_000_000
"""First seed of the worlds that are evaluated; training takes seeds 1 to 1,427."""
GIVEN = 16
"""Frames of the real game that a model is given first, if there are so many."""
MORNING = 273
"""Step of the day at which takes of changes begin: 174 steps of daylight follow."""
TRIES = 6
"""Scripts that are tried in a world before it is left out."""
ITEMS = {"wood": 5, "stone": 5, "sapling": 2, "wood_pickaxe": 1}
"""What the player holds who is to change the world."""
CHANGES = ("tree", "stone", "place_stone", "place_table", "place_plant")
"""What is felled, mined or placed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A take of free play, and the same actions with other dice from the first dreamt frame on."""

    take: Take
    otherwise: Dream


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A take in which the first action after the given frames changes a cell of the world."""

    take: Take
    change: str
    target: Cell
    """The cell, down and right of the first cell in view of the take's first frame."""
    kind: int
    """What it shows from then on, a number of ``CELL_NAMES``."""

    def hidden(self) -> NDArray[np.bool_]:
        """Of each frame after the given ones whether the target is out of view, ``[N]``."""
        down, right = (np.array(self.target) - self.take.places[self.take.dreamt]).T
        return (down < 0) | (down >= ROWS) | (right < 0) | (right >= COLUMNS)


def free_play(game: Crafter, seed: int, *, steps: int, given: int = GIVEN) -> Play:
    """The scripted player by day, awake, for at most ``steps`` actions beyond the given frames."""
    rng = np.random.default_rng([seed, 3])
    opening = game.reset(seed, time=int(rng.integers(60)))
    recorder = Recorder(game, opening, seed=seed)
    effective: list[bool] = []
    player, other = CrafterPlayer(game, rng), game
    while len(recorder) < given + steps and not recorder.over:
        if len(recorder) == given:
            other = game.branch(dice=seed)
        name, idle = game.action_names[player.act()], waiting(game)
        _act(recorder, name)
        effective.append(condition(game) != idle)
    take = replace(recorder.take(given=given), effective=np.array(effective, np.bool_))
    again = Recorder(other, recorder.sights[given - 1], seed=seed)
    for action in take.actions[given - 1 :].tolist():
        again.act(action)
    seen = again.take(given=1)
    return Play(
        take=take,
        otherwise=Dream(frames=seen.frames[1:], places=seen.places[1:] + take.places[given - 1]),
    )


def watched_change(game: Crafter, seed: int, change: str, *, steps: int) -> Changed | None:
    """A change that the player then keeps in view for ``steps`` frames; None if none is found."""
    for attempt in range(TRIES):
        rng = np.random.default_rng([seed, 4, attempt])
        begun = _begin(game, seed, change, rng)
        if begun is None:
            continue
        recorder, player, target, kind = begun
        first = len(recorder)
        while len(recorder) < first + steps and not recorder.over:
            _act(recorder, _pacing(player, target))
        changed = _changed(recorder, game, change, target, kind, first)
        if len(recorder) == first + steps and not changed.hidden().any() and _lasts(changed):
            return changed
    return None


def left_change(game: Crafter, seed: int, change: str, *, away: Cell) -> Changed | None:
    """A change that the player leaves, for ``away`` frames at least and at most, and comes back to.

    None if no such walk is found in this world.
    """
    for attempt in range(TRIES):
        rng = np.random.default_rng([seed, 5, away[0], attempt])
        begun = _begin(game, seed, change, rng)
        if begun is None:
            continue
        recorder, player, target, kind = begun
        first = len(recorder)
        for acts in (
            player.idle_short(), player.leave(target, away=away), player.come_back(target),
            iter(["noop"]),
        ):  # fmt: skip
            for name in acts:
                if not recorder.over:
                    _act(recorder, name)
        changed = _changed(recorder, game, change, target, kind, first)
        hidden = changed.hidden()
        if away[0] <= hidden.sum() <= away[1] and not hidden[-1] and _lasts(changed):
            return changed
    return None


def _begin(
    game: Crafter, seed: int, change: str, rng: np.random.Generator
) -> tuple[Recorder, CrafterPlayer, Cell, int] | None:
    """Play until a cell has changed: the recorder, the player, the cell and what it shows."""
    opening = game.reset(seed, time=MORNING, items=ITEMS)
    recorder, player = Recorder(game, opening, seed=seed), CrafterPlayer(game, rng)
    for acts in (islice(player.wander(), 8), _change(player, change)):
        for name in acts:
            before = land_of(game)
            _act(recorder, name)
            found = np.argwhere(land_of(game) != before)
            if len(found) and len(recorder) > 1 and not recorder.over:
                target = int(found[0][0]), int(found[0][1])
                return recorder, player, target, int(land_of(game)[target])
    return None


def _change(player: CrafterPlayer, change: str) -> Acts:
    if not change.startswith("place_"):
        yield from player.use_nearest(change, times=1)
        return
    row, column = player.game.position
    land = player.game.materials()
    for heading, (down, right) in STEPS.items():
        if CELL_NAMES[int(land[row + down, column + right])] in ("grass", "water"):
            yield heading
            yield change


def _pacing(player: CrafterPlayer, target: Cell) -> str:
    """To wait or to take a step that keeps the target well in view and off the player's feet."""
    if player.rng.random() < 0.5:
        return "noop"
    row, column = player.game.position
    near = [
        heading for heading, (down, right) in STEPS.items()
        if abs(row + down - target[0]) < ROWS // 2
        and abs(column + right - target[1]) < COLUMNS // 2
        and (row + down, column + right) != target
    ]  # fmt: skip
    return str(player.rng.choice([*near, "noop"]))


def land_of(game: Crafter) -> NDArray[np.uint8]:
    """The whole map with what stays where it is: land and plants, no creatures."""
    shown, land = game.shown(), game.materials()
    rooted = np.isin(shown, [CELL_NAMES.index("plant"), CELL_NAMES.index("ripe plant")])
    return np.where(rooted, shown, land)


def condition(game: Crafter) -> tuple[object, ...]:
    """What an action can change at once: the player, what it holds, and the land."""
    player = game.env._player
    return (
        game.position, tuple(player.facing), player.sleeping, tuple(player.inventory.items()),
        land_of(game).tobytes(),
    )  # fmt: skip


def waiting(game: Crafter) -> tuple[object, ...]:
    """The condition in which the game would be if the player waited now."""
    other = game.branch()
    other.step(0)
    return condition(other)


def _act(recorder: Recorder, name: str) -> None:
    """Act; who would sleep stays awake, for the eyes of those asleep are dark."""
    names = recorder.game.action_names
    recorder.act(names.index("noop" if name == "sleep" else name))


def _changed(
    recorder: Recorder, game: Crafter, change: str, target: Cell, kind: int, first: int
) -> Changed:
    """The recording from at most 16 frames before the change, whose frame is ``first - 1``."""
    whole = recorder.take(given=first - 1)
    corner = np.array(game.position) - whole.places[-1] - (ROWS // 2, COLUMNS // 2)
    start = max(0, first - 1 - GIVEN)
    down, right = np.array(target) - corner - whole.places[start]
    return Changed(
        take=whole.part(start, first - 1 - start),
        change=change,
        target=(int(down), int(right)),
        kind=kind,
    )


def _lasts(changed: Changed) -> bool:
    """Whether the real game shows the change by day at the end, with nothing standing on it."""
    take = changed.take
    down, right = np.array(changed.target) - take.places[-1]
    by_day = is_day(take.phases).all()
    return bool(by_day and take.cells[-1, down, right] == changed.kind)
