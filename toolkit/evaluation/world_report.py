"""The evaluation of a world bundle of Crafter: scores, ceilings and baselines in one dict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from toolkit.data.games.crafter import Crafter
from toolkit.errors import BadRequest
from toolkit.evaluation.crafter_takes import HELD_OUT, Play, free_play
from toolkit.evaluation.inverse_dynamics import InverseRecipe, inverse_judge
from toolkit.evaluation.reports import report_on, write_report
from toolkit.evaluation.tiles import TileReader
from toolkit.evaluation.world_bars import WORLD_BARS
from toolkit.evaluation.world_changes import left_scores, watched_scores
from toolkit.evaluation.world_dreams import Dreamer
from toolkit.evaluation.world_drift import drift_scores
from toolkit.evaluation.world_rollouts import Dream, copied, real
from toolkit.evaluation.world_scores import action_scores, picture_scores, tile_scores
from toolkit.evaluation.world_speed import repeats, speed
from toolkit.pipelines.world import Ablation
from toolkit.runtime.threads import cache_folder
from toolkit.runtime.world_bundle import load_world

REPORT_FILE = "evaluation.json"
ABLATIONS = {
    "action_ignored": Ablation(actions=False),
    "no_memory": Ablation(recall=False, keyframes=False),
}
"""The same model without a part: told no action, or left with its newest frames alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldEvaluation:
    """What is measured, and how long."""

    seeds: int = 200
    """Worlds, each with one take of every kind."""
    first_seed: int = HELD_OUT
    steps: int = 64
    """Dreamt frames of free play."""
    watched: int = 128
    """Frames that a change is watched for."""
    ablated: int = 32
    """Frames for which ablations watch a change."""
    drift_seeds: int | None = None
    """Worlds that are played on for long; None is a tenth of the others."""
    drift: int = 1000
    """Frames they are played for."""
    timed: int = 600
    """Frames whose time is taken."""
    ablations: bool = True
    """Whether the same model without a part of it is measured, too."""
    judge: InverseRecipe = field(default_factory=InverseRecipe)

    def __post_init__(self) -> None:
        if not 1 <= self.seeds <= 100_000:
            raise BadRequest(f"seeds is {self.seeds}; must be 1 to 100000.")

    @property
    def worlds(self) -> range:
        """The seeds of the worlds."""
        return range(self.first_seed, self.first_seed + self.seeds)

    @property
    def taken_away(self) -> Mapping[str, Ablation]:
        """The ablations that are measured."""
        return ABLATIONS if self.ablations else {}

    @property
    def long_worlds(self) -> range:
        """The seeds of the worlds that are played on for long."""
        count = max(1, self.seeds // 10) if self.drift_seeds is None else self.drift_seeds
        return self.worlds[:count]


def evaluate_world(
    bundle: Path,
    *,
    options: WorldEvaluation | None = None,
    cache: Path | None = None,
    write: bool = False,
    command: str = "",
    game: Crafter | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The report on a world bundle as a JSON-ready dict; ``world_tables`` prints it.

    Args:
        bundle: the bundle's folder.
        options: how much is measured.
        cache: folder that keeps the judge of actions and the dreams, so that a stopped evaluation
            goes on; None is the user's cache folder.
        write: also write ``evaluation.json`` into the bundle.
        command: what the user typed, kept in the report.
        game: stands in for the real game of full size, for tests.
        report: gets a line of progress now and then.

    Raises:
        ModelNotFound: the bundle is missing.
        BadRequest: it is a world of another game.
    """
    chosen, game = options or WorldEvaluation(), game or Crafter(gifts=True)
    world = load_world(bundle)
    if world.card.shape.game != game.name or world.card.shape.action_names != game.action_names:
        raise BadRequest(
            f"{bundle} is a world of {world.card.shape.game}; only worlds of crafter have their "
            "real game here to compare with: record held-out episodes (playreel record, another "
            "--seed than it learned from) and pass their folder with --recordings."
        )
    judges = cache or cache_folder() / "evaluation"
    judge = inverse_judge(judges, recipe=chosen.judge, game=game, report=report)
    reader, dreamer = TileReader(game), Dreamer(world, judges / "dreams")
    scores = {
        "play": play_scores(dreamer, game, chosen, judge, reader, report),
        "watched": watched_scores(dreamer, game, reader, chosen, report),
        "left": left_scores(dreamer, game, reader, chosen, report),
        "drift": drift_scores(world, game, reader, chosen, report),
        "speed": speed(world, bundle, frames=chosen.timed, seed=chosen.first_seed),
        "identical": repeats(world, seeds=list(chosen.worlds[:4]), frames=32),
        "options": asdict(chosen),
    }
    body = report_on(world.card, scores, bars=WORLD_BARS, command=command)
    if write:
        write_report(body, bundle / REPORT_FILE)
    return body


def play_scores(
    dreamer: Dreamer,
    game: Crafter,
    options: WorldEvaluation,
    judge: Any,
    reader: TileReader,
    report: Callable[[str], None],
) -> dict[str, dict[str, Any]]:
    """Pictures, cells and actions of free play: a row for the model, each baseline and ceiling."""
    plays: list[Play] = []
    rows: dict[str, list[Dream]] = {}
    for number, seed in enumerate(options.worlds):
        play = free_play(game, seed, steps=options.steps)
        if len(play.take.frames) <= play.take.given:
            continue
        plays.append(play)
        for name, made in _ways_on(dreamer, play, options).items():
            rows.setdefault(name, []).append(made)
        if number % 5 == 4 or number == len(options.worlds) - 1:
            report(f"free play: {number + 1} of {options.seeds} worlds")
    takes = [play.take for play in plays]
    return {
        name: {
            "takes": len(takes),
            **picture_scores(takes, dreams),
            **tile_scores(reader, takes, dreams),
            **action_scores(judge, takes, dreams),
        }
        for name, dreams in rows.items()
    }


def _ways_on(dreamer: Dreamer, play: Play, options: WorldEvaluation) -> dict[str, Dream]:
    """How a take may go on, by row."""
    take = play.take
    return {
        "model": dreamer.dream(take),
        "copy_last_frame": copied(take),
        **{name: dreamer.dream(take, ablation=part) for name, part in options.taken_away.items()},
        "real_other_dice": play.otherwise,
        "real": real(take),
    }
