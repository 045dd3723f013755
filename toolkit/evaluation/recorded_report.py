"""The evaluation of a world of any game on recordings that it did not learn from, as one dict."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import BadRequest
from toolkit.evaluation.crafter_takes import GIVEN
from toolkit.evaluation.recorded_scores import Scores, row_of, take_scores
from toolkit.evaluation.recorded_takes import Cuts, choose_cuts, read_takes, under_other_actions
from toolkit.evaluation.reports import report_on, write_report
from toolkit.evaluation.world_dreams import Dreamer
from toolkit.evaluation.world_loopback import in_lock_step
from toolkit.evaluation.world_report import ABLATIONS, REPORT_FILE
from toolkit.evaluation.world_rollouts import Dream, Take, copied
from toolkit.evaluation.world_scores import PSNR_STEPS
from toolkit.evaluation.world_server import served
from toolkit.evaluation.world_speed import random_actions, repeats
from toolkit.runtime.threads import cache_folder
from toolkit.runtime.world_bundle import WorldModel, WorldShape, load_world

OTHER, TOLD_APART = "other_actions", 4
"""The row in which the actions are wrong, and how many of its frames are dreamt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvaluation:
    """How much is measured."""

    takes: int = 200
    """At most so many takes."""
    given: int = GIVEN
    """Frames that a model is given first."""
    steps: int = 64
    """Most frames that it then dreams."""
    repeated: int = 4
    """Games that are played twice, and saved and loaded."""
    timed: int = 300
    """Frames whose time is taken; 0 starts no server and takes none."""

    def __post_init__(self) -> None:
        if not 1 <= self.takes <= 100_000:
            raise BadRequest(f"takes (--seeds) is {self.takes}; must be 1 to 100000.")


def evaluate_recorded(
    bundle: Path,
    recordings: Path,
    *,
    options: RecordedEvaluation | None = None,
    cache: Path | None = None,
    write: bool = False,
    command: str = "",
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The report on a world bundle as a JSON-ready dict; ``recorded_tables`` prints it.

    Args:
        bundle: the bundle's folder.
        recordings: folder of episodes, as ``playreel record`` writes them, of the same game; that
            the world did not learn from them is for the caller to see to.
        options: how much is measured.
        cache: folder that keeps the dreams, so that a stopped evaluation goes on; None is the
            user's cache folder.
        write: also write ``evaluation.json`` into the bundle.
        command: what the user typed, kept in the report.
        report: gets a line of progress now and then.

    Raises:
        ModelNotFound: the bundle is missing.
        BadRequest: the recordings are missing, damaged, too short or of another game.
    """
    chosen, world = options or RecordedEvaluation(), load_world(bundle)
    shape = world.card.shape
    cuts = choose_cuts(
        recordings, shape, given=chosen.given, steps=chosen.steps, most=chosen.takes, report=report
    )
    dreamer = Dreamer(world, (cache or cache_folder() / "evaluation") / "dreams")
    play = play_scores(dreamer, shape, cuts, chosen, report)
    scores = {
        "recordings": said_of(cuts, shape, chosen),
        "play": play,
        f"delta_psnr_{TOLD_APART}": told_apart(play),
        "speed": pace(world, bundle, frames=chosen.timed) if chosen.timed else None,
        "identical": repeats(world, seeds=list(range(chosen.repeated)), frames=32),
        "options": asdict(chosen),
    }
    body = report_on(world.card, scores, command=command)
    if write:
        write_report(body, bundle / REPORT_FILE)
    return body


def said_of(cuts: Cuts, shape: WorldShape, options: RecordedEvaluation) -> dict[str, Any]:
    """What was measured on: episodes, takes, and how many takes last so many steps."""
    dreamt = [cut.last - cut.first - options.given for cut in cuts.chosen]
    return {
        "game": shape.game,
        "episodes": len({cut.path for cut in cuts.chosen}),
        "episodes_there": cuts.episodes,
        "episodes_too_short": len(cuts.too_short),
        "takes": len(cuts.chosen),
        "takes_there": cuts.there,
        "takes_after": {
            str(steps): sum(frames >= steps for frames in dreamt) for steps in PSNR_STEPS
        },
    }


def play_scores(
    dreamer: Dreamer,
    shape: WorldShape,
    cuts: Cuts,
    options: RecordedEvaluation,
    report: Callable[[str], None],
) -> dict[str, dict[str, Any]]:
    """Scores of the takes: a row for the model, and for each way to know or do less."""
    rows: dict[str, list[Scores]] = {}
    count = len(cuts.chosen)
    for number, take in enumerate(read_takes(cuts.chosen, shape, given=options.given), 1):
        for name, (played, made) in ways_on(dreamer, take, len(shape.action_names)).items():
            rows.setdefault(name, []).append(take_scores(played, made, shape))
        if number % 5 == 0 or number == count:
            report(f"{number} of {count} takes")
    return {name: {"takes": len(scores), **row_of(scores)} for name, scores in rows.items()}


def ways_on(dreamer: Dreamer, take: Take, actions: int) -> dict[str, tuple[Take, Dream]]:
    """How a take may go on, by row, each with the take that it is held against.

    In a game of one action no other can be taken.
    """
    ways = {
        "model": (take, dreamer.dream(take)),
        "copy_last_frame": (take, copied(take)),
        **{name: (take, dreamer.dream(take, ablation=part)) for name, part in ABLATIONS.items()},
    }
    if actions > 1:
        other = under_other_actions(take, actions, steps=TOLD_APART)
        ways[OTHER] = other, dreamer.dream(other)
    return ways


def told_apart(play: Mapping[str, Mapping[str, Any]]) -> float:
    """Genie's controllability (2402.15391): dB that the true actions are worth beside others."""
    name = f"psnr_{TOLD_APART}"
    return play["model"][name] - play[OTHER][name] if OTHER in play else float("nan")


def pace(world: WorldModel, bundle: Path, *, frames: int) -> dict[str, Any]:
    """What a player of ``playreel serve`` has: frames a second, milliseconds from key to frame."""
    actions = random_actions(world, frames, 0)
    with served(bundle) as state:
        load = os.getloadavg()[0]
        played = in_lock_step(state, world.card.name, actions, seed=0)
    return {**played.figures(), "threads": 1, "load_average": load, "cores": os.cpu_count()}
