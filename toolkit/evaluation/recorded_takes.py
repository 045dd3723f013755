"""Takes of recorded episodes: what a world of any game is given, and what its game then showed."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from pathlib import Path

import numpy as np

from toolkit.data.world_windows import nearest_motions
from toolkit.episode import Episode, find_episodes, read_episode
from toolkit.errors import BadRequest
from toolkit.evaluation.world_rollouts import Take
from toolkit.runtime.world_bundle import WorldShape


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The frames of an episode file from ``first`` up to before ``last``."""

    path: Path
    first: int
    last: int

    @property
    def seed(self) -> int:
        """Of the model's noise: of the file's name and the place in it, whatever lies beside it."""
        return zlib.crc32(f"{self.path.name} {self.first}".encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """The cuts of a folder that are measured, and what they were chosen from."""

    chosen: tuple[Cut, ...]
    """By file and place."""
    there: int
    """Cuts of the whole folder."""
    episodes: int
    """Episodes that are long enough."""
    too_short: tuple[Path, ...]
    """Episodes that show nothing beyond the given frames."""


def choose_cuts(
    folder: Path, shape: WorldShape, *, given: int, steps: int, most: int,
    report: Callable[[str], None],
) -> Cuts:  # fmt: skip
    """At most ``most`` cuts of a folder's episodes, each of up to ``given + steps`` frames.

    Raises:
        BadRequest: there is no episode of more than ``given`` frames, one is damaged, or one is of
            another game than the shape's.
    """
    of_episodes: list[list[Cut]] = []
    too_short: list[Path] = []
    for path in find_episodes(folder):
        episode = read_episode(path)
        require_game(episode, path, shape)
        cuts = cut_up(path, episode.num_frames, given=given, steps=steps)
        if cuts:
            of_episodes.append(cuts)
        else:
            too_short.append(path)
            report(f"{path.name} has {episode.num_frames} frames, {given + 1} are needed: left out")
    if not of_episodes:
        raise BadRequest(
            f"{folder} holds no episode of {given + 1} frames or more; record longer ones."
        )
    return Cuts(
        chosen=tuple(spread(of_episodes, most)),
        there=sum(len(cuts) for cuts in of_episodes),
        episodes=len(of_episodes),
        too_short=tuple(too_short),
    )


def require_game(episode: Episode, path: Path, shape: WorldShape) -> None:
    """Return when the episode is of the shape's game and tells how its camera moved.

    Raises:
        BadRequest: it does not; ``path`` is what the message calls it.
    """
    height, width = episode.clip.frames.shape[1:3]
    for what, theirs, ours in (
        ("game", str(episode.clip.metadata.get("game", "game")), shape.game),
        ("frame size", f"{width}x{height}", f"{shape.size[1]}x{shape.size[0]}"),
        ("list of actions", ", ".join(episode.action_names), ", ".join(shape.action_names)),
    ):
        if theirs != ours:
            raise BadRequest(
                f"the {what} of {path} is {theirs}, that of the world is {ours}; "
                "give recordings of the game that the world learned."
            )
    motion = episode.tracks.get("motion")
    if motion is None or motion.shape != (episode.num_frames, 2) or not np.isfinite(motion).all():
        raise BadRequest(
            f"{path} does not tell how its camera moved; record it again with playreel record."
        )


def cut_up(path: Path, frames: int, *, given: int, steps: int) -> list[Cut]:
    """An episode of so many frames end to end; the last cut may be shorter, none is all given."""
    length = given + steps
    return [
        Cut(path=path, first=first, last=min(first + length, frames))
        for first in range(0, frames - given, length)
    ]


def spread(of_episodes: Sequence[Sequence[Cut]], most: int) -> list[Cut]:
    """At most ``most`` cuts, of as many episodes and of as many parts of episodes as can be.

    No episode gives a second one before each has given one, and each next episode begins to give
    a cut later; where a round does not fit whole, its cuts are taken at even distances.
    """
    turned = [
        [*cuts[number % len(cuts) :], *cuts[: number % len(cuts)]]
        for number, cuts in enumerate(of_episodes)
    ]
    chosen: list[Cut] = []
    for row in zip_longest(*turned):
        cuts = [cut for cut in row if cut is not None]
        room = min(most - len(chosen), len(cuts))
        chosen += [cuts[index * len(cuts) // room] for index in range(room)]
    return sorted(chosen, key=lambda cut: (cut.path, cut.first))


def read_takes(cuts: Sequence[Cut], shape: WorldShape, *, given: int) -> Iterator[Take]:
    """The takes of cuts that stand in the order of their files, each of which is read once."""
    for path, of_file in groupby(cuts, lambda cut: cut.path):
        episode = read_episode(path)
        for cut in of_file:
            yield take_of(episode, cut, shape, given=given)


def take_of(episode: Episode, cut: Cut, shape: WorldShape, *, given: int) -> Take:
    """What the episode showed in a cut, with nothing said of cells or the time where it is silent.

    The camera moves as the world's can, and is counted from the last given frame, from which a
    dream counts too: where it moves by parts of a cell, both are rounded alike.
    """
    part = slice(cut.first, cut.last)
    count = cut.last - cut.first
    motions = np.array(shape.motions, np.float64)
    moved = episode.tracks["motion"][part].astype(np.float64)
    places = motions[nearest_motions(moved, shape)].cumsum(0)
    unsaid = np.zeros((episode.num_frames, shape.rows, shape.columns), np.uint8)
    return Take(
        seed=cut.seed,
        given=given,
        frames=episode.clip.frames[part, ..., :3].copy(),
        actions=episode.actions[cut.first : cut.last - 1],
        effective=np.ones(count - 1, np.bool_),
        places=np.rint(places - places[given - 1]).astype(np.int64),
        phases=episode.tracks.get("phase", np.zeros(episode.num_frames))[part].astype(np.float64),
        cells=episode.tracks.get("semantic", unsaid)[part],
    )


def under_other_actions(take: Take, count: int, *, steps: int) -> Take:
    """The take up to ``steps`` dreamt frames, another of ``count`` actions leading to each.

    The take's seed chooses which; frames and camera stay those of the true actions.
    """
    short = take.part(0, take.given, take.given + steps)
    actions = short.actions.copy()
    dreamt = actions[take.given - 1 :]
    dreamt += np.random.default_rng(take.seed).integers(1, count, size=len(dreamt))
    dreamt %= count
    return replace(short, actions=actions, places=take.places[: len(short.places)])
