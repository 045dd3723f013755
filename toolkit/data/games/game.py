"""What every game shows and takes, and how a played game becomes episodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip
from toolkit.episode import Episode

CELL = 8
"""Side of a cell in pixels: the unit of motion and of the world model's tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a game shows after one action."""

    frame: NDArray[np.uint8]
    """uint8 ``[H, W, 3]``; the sides are multiples of 8."""
    reward: float = 0.0
    over: bool = False
    motion: tuple[float, float] = (0.0, 0.0)
    """Cells that the camera moved since the frame before: down, right."""
    phase: float = 0.0
    """Time of day in turns, 0 to 1; 0 in games without one."""
    semantic: NDArray[np.uint8] | None = None
    """uint8 ``[H / 8, W / 8]``: what each cell shows, by the game's list; 0 means not said."""


class Game(Protocol):
    """A game that can be played one action at a time."""

    @property
    def name(self) -> str:
        """Short name for files and metadata."""
        ...

    @property
    def action_names(self) -> tuple[str, ...]:
        """Names of the actions by number."""
        ...

    @property
    def view(self) -> tuple[int, int]:
        """Rows and columns of cells that show the world; what lies below them is a display."""
        ...

    @property
    def fps(self) -> float:
        """Frames a second at which people play it."""
        ...

    def reset(self, seed: int) -> Sight:
        """A new game; equal seeds give equal games."""
        ...

    def step(self, action: int) -> Sight:
        """What is seen after an action."""
        ...


class Player(Protocol):
    """Something that chooses actions."""

    def act(self) -> int:
        """The next action in the game that it looks at."""
        ...


class RandomPlayer:
    """Keeps to one random action for a few frames, as a hand on a keyboard does."""

    def __init__(self, game: Game, rng: np.random.Generator) -> None:
        self._count, self._rng = len(game.action_names), rng
        self._action, self._left = 0, 0

    def act(self) -> int:
        """An action held for 1 to 8 frames."""
        if self._left == 0:
            self._action = int(self._rng.integers(self._count))
            self._left = int(self._rng.integers(1, 9))
        self._left -= 1
        return self._action


class ScriptPlayer:
    """Does what it was told beforehand."""

    def __init__(self, actions: Sequence[int]) -> None:
        self._actions = iter(actions)

    def act(self) -> int:
        """The next of its actions."""
        return next(self._actions)


def play(
    game: Game,
    make_player: Callable[[np.random.Generator], Player],
    *,
    steps: int,
    seed: int,
    length: int = 1000,
) -> Iterator[Episode]:
    """Episodes of at most ``length`` actions that have ``steps`` actions together.

    Game and player of episode ``i`` are seeded with ``seed + i``.
    """
    done = 0
    while done < steps:
        player = make_player(np.random.default_rng([seed, 1]))
        episode = play_once(game, player, steps=min(length, steps - done), seed=seed)
        done += episode.num_frames - 1
        seed += 1
        yield episode


def play_once(game: Game, player: Player, *, steps: int, seed: int) -> Episode:
    """One game until it is over or ``steps`` actions were taken."""
    sights, actions = [game.reset(seed)], list[int]()
    while len(actions) < steps and not sights[-1].over:
        actions.append(player.act())
        sights.append(game.step(actions[-1]))
    return to_episode(game, sights, actions, seed=seed)


def to_episode(game: Game, sights: list[Sight], actions: list[int], *, seed: int) -> Episode:
    """The episode of what was seen and done; ``game.kind_names``, if any, name its cells."""
    rgb = np.stack([sight.frame for sight in sights])
    alpha = np.full((*rgb.shape[:3], 1), 255, np.uint8)
    tracks: dict[str, NDArray[Any]] = {
        "motion": np.array([sight.motion for sight in sights], np.float32),
        "phase": np.array([sight.phase for sight in sights], np.float32),
    }
    cells = [sight.semantic for sight in sights if sight.semantic is not None]
    if cells:
        tracks["semantic"] = np.stack(cells)
    rows, columns = game.view
    names: tuple[str, ...] = getattr(game, "kind_names", ())
    return Episode(
        clip=Clip(
            frames=np.concatenate([rgb, alpha], -1),
            fps=game.fps,
            metadata={
                "game": game.name,
                "seed": str(seed),
                "view": f"{rows}x{columns}",
                **({"kinds": ",".join(names)} if names else {}),
            },
        ),
        actions=np.array(actions, np.int64),
        action_names=game.action_names,
        rewards=np.array([sight.reward for sight in sights[1:]], np.float32),
        terminated=sights[-1].over,
        tracks=tracks,
    )
