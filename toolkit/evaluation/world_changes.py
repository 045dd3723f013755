"""Whether a changed world stays changed: while it is watched, and after leaving and returning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from toolkit.data.games.crafter import Crafter
from toolkit.data.games.crafter_player import AWAY
from toolkit.evaluation.crafter_takes import CHANGES, Changed, left_change, watched_change
from toolkit.evaluation.metrics import mean_of
from toolkit.evaluation.tiles import TileReader
from toolkit.evaluation.world_dreams import Dreamer
from toolkit.evaluation.world_rollouts import copied, real
from toolkit.evaluation.world_scores import normalised, shows_change, unchanged_share
from toolkit.pipelines.world import Ablation

WATCHED = (0, 8, 32, 128)
"""Frames after the change at which it is looked for."""


class Extent(Protocol):
    """How much is measured."""

    @property
    def worlds(self) -> range:
        """The seeds of the worlds."""
        ...

    @property
    def watched(self) -> int:
        """Frames that a change is watched for."""
        ...

    @property
    def ablated(self) -> int:
        """Frames for which ablations watch it."""
        ...

    @property
    def taken_away(self) -> Mapping[str, Ablation]:
        """The ablations."""
        ...


def watched_scores(
    dreamer: Dreamer,
    game: Crafter,
    reader: TileReader,
    extent: Extent,
    report: Callable[[str], None],
) -> dict[str, Any]:
    """A row a way to go on: how often the change is seen so many frames after it was made.

    Frames are left out in which the real game shows something else on the cell, such as a cow.
    """
    found: dict[str, dict[str, list[bool]]] = {}
    kinds: dict[str, list[bool]] = {}
    for changed in _takes(
        extent.worlds, lambda seed, kind: watched_change(game, seed, kind, steps=extent.watched)
    ):
        short = _cut(changed, extent.ablated + 1)
        rows = {
            "model": (changed, dreamer.dream(changed.take)),
            "copy_last_frame": (changed, copied(changed.take)),
            **{name: (short, dreamer.dream(short.take, ablation=part))
               for name, part in extent.taken_away.items()},
        }  # fmt: skip
        for frames in WATCHED:
            if frames > extent.watched or not _real_shows(reader, changed, frames):
                continue
            for name, (asked, made) in rows.items():
                if frames < len(made.frames):
                    seen = shows_change(reader, asked, made, frames)
                    found.setdefault(name, {}).setdefault(str(frames), []).append(seen)
            model = found["model"][str(frames)][-1]
            kinds.setdefault(f"{changed.change} {frames}", []).append(model)
    report(f"watched changes: {len(found.get('model', {}).get('0', []))}")
    return {
        **{name: {at: _share(seen) for at, seen in row.items()} for name, row in found.items()},
        "by_change": {name: _share(seen) for name, seen in kinds.items()},
        "takes": {at: len(seen) for at, seen in found.get("model", {}).items()},
    }


def _real_shows(reader: TileReader, changed: Changed, frames: int) -> bool:
    return shows_change(reader, changed, real(changed.take), frames)


def _cut(changed: Changed, frames: int) -> Changed:
    """The same take with so many frames after the given ones."""
    take = changed.take
    return replace(changed, take=take.part(0, take.given, take.given + frames))


def left_scores(
    dreamer: Dreamer,
    game: Crafter,
    reader: TileReader,
    extent: Extent,
    report: Callable[[str], None],
) -> dict[str, Any]:
    """By frames out of view: how often the change is there on return, and what guessing gives.

    The amnesiac is the same model whose memory is cleared halfway while the cell is out of view;
    ``no_memory``, where it is asked for, never had one. ``made`` is how often the change was seen
    when it was made, ``astray`` how often the dreamt camera ended elsewhere than the real one,
    ``unchanged`` the share of other land that is as it was.
    """
    scores: dict[str, Any] = {}
    for away in AWAY:
        found: dict[str, list[float]] = {}
        for changed in _takes(
            extent.worlds,
            lambda seed, kind, away=away: left_change(game, seed, kind, away=away),
        ):
            for name, value in _on_return(dreamer, reader, changed, extent.taken_away).items():
                found.setdefault(name, []).append(value)
        means = {name: mean_of(values) for name, values in found.items()}
        if means:
            scores[f"{away[0]}_{away[1]}"] = {
                **means,
                "normalised": normalised(means["model"], means["amnesiac"], means["real"]),
                "takes": len(found["model"]),
            }
        report(f"changes left for {away[0]} to {away[1]} frames: {len(found.get('model', []))}")
    return scores


def _on_return(
    dreamer: Dreamer, reader: TileReader, changed: Changed, taken_away: Mapping[str, Ablation]
) -> dict[str, float]:
    take, last = changed.take, len(changed.take.frames) - changed.take.given - 1
    made = dreamer.dream(take)
    out_of_view = np.flatnonzero(changed.hidden())
    forgotten = int(out_of_view[len(out_of_view) // 2])
    amnesiac = dreamer.dream_on(take, made, forgotten)
    values: dict[str, float] = {}
    if without := taken_away.get("no_memory"):
        forgetful = dreamer.dream(take, ablation=without)
        values["no_memory"] = shows_change(reader, changed, forgetful, last)
    return {
        **values,
        "model": shows_change(reader, changed, made, last),
        "amnesiac": shows_change(
            reader, changed, amnesiac, last - forgotten - 1, offset=forgotten + 1
        ),
        "copy_last_frame": shows_change(reader, changed, copied(take), last),
        "real": shows_change(reader, changed, real(take), last),
        "made": shows_change(reader, changed, made, 0),
        "astray": bool((made.places[last] != take.places[-1]).any()),
        "unchanged": unchanged_share(reader, changed, made),
    }


def _takes(seeds: range, find: Callable[[int, str], Changed | None]) -> Iterator[Changed]:
    """One take a world, of the kind of change whose turn it is or the next that can be done."""
    for seed in seeds:
        for turn in range(len(CHANGES)):
            changed = find(seed, CHANGES[(seed + turn) % len(CHANGES)])
            if changed is not None:
                yield changed
                break


def _share(seen: list[bool]) -> float:
    return sum(seen) / len(seen) if seen else float("nan")
