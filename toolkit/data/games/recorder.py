"""From a game, or a folder of recordings, to episode files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from exporters import file_stem
from exporters.write import write_files
from toolkit.data.games.crafter import Crafter
from toolkit.data.games.crafter_player import CrafterPlayer
from toolkit.data.games.doom import Doom, DoomPlayer
from toolkit.data.games.game import Game, Player, RandomPlayer, play
from toolkit.data.games.gymnasium_game import GymnasiumGame
from toolkit.data.games.recordings import read_recordings
from toolkit.episode import SUFFIX, Episode, encode_episode
from toolkit.errors import BadRequest

GYMNASIUM = "gymnasium:"
"""Prefix of the name of a Gymnasium environment."""
GAMES = ("crafter", "vizdoom")
MakePlayer = Callable[[np.random.Generator], Player]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOptions:
    """What to record."""

    steps: int = 10_000
    """Actions in all."""
    seed: int = 0
    """Seed of the first episode; the next ones have the next numbers."""
    length: int = 1000
    """Most actions of one episode."""
    width: int = 72
    """Size of the frames, for Gymnasium and recordings; Crafter and ViZDoom have 72x72."""
    height: int = 72

    def __post_init__(self) -> None:
        for name, value, most in (
            ("steps", self.steps, 10**8), ("length", self.length, 100_000),
        ):  # fmt: skip
            if not 1 <= value <= most:
                raise BadRequest(f"{name} is {value}; must be 1 to {most}.")
        if not 0 <= self.seed < 2**31:
            raise BadRequest(f"seed is {self.seed}; must be 0 to {2**31 - 1}.")


def open_game(source: str, options: RecordOptions) -> tuple[Game, MakePlayer]:
    """A game by name, ``crafter``, ``vizdoom`` or ``gymnasium:ID``, and who plays it.

    Raises:
        BadRequest: there is no such game.
    """
    if source == "crafter":
        crafter = Crafter(gifts=True)
        return crafter, lambda rng: CrafterPlayer(crafter, rng)
    if source == "vizdoom":
        doom = Doom()
        return doom, lambda rng: DoomPlayer(doom, rng)
    if source.startswith(GYMNASIUM):
        name = source.removeprefix(GYMNASIUM)
        game = GymnasiumGame(name, width=options.width, height=options.height)
        return game, lambda rng: RandomPlayer(game, rng)
    raise BadRequest(
        f"source is {source!r}; choose {', '.join(GAMES)}, {GYMNASIUM}ID or a folder of recordings."
    )


def episodes_of(source: str, options: RecordOptions) -> Iterator[Episode]:
    """The episodes of a game or of a folder.

    Raises:
        BadRequest: the source is neither, or its recordings are not usable.
    """
    if Path(source).is_dir():
        return read_recordings(Path(source), width=options.width, height=options.height)
    game, make_player = open_game(source, options)
    return play(
        game, make_player, steps=options.steps, seed=options.seed, length=options.length
    )  # fmt: skip


def record(
    source: str, out: Path, options: RecordOptions, *, report: Callable[[str], None]
) -> dict[str, Any]:
    """Write the source's episodes into a folder and return what was written, ready for JSON."""
    files: list[str] = []
    frames = 0
    for episode in episodes_of(source, options):
        game, seed = episode.clip.metadata["game"], int(episode.clip.metadata["seed"])
        name = f"{file_stem(game)}_{seed:09d}{SUFFIX}"
        write_files({name: encode_episode(episode)}, out)
        files.append(name)
        frames += episode.num_frames
        report(f"{name}: {episode.num_frames} frames, {frames} in all")
    return {"folder": str(out), "episodes": len(files), "frames": frames, "files": files}
