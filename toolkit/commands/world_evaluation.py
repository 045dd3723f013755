"""``playreel evaluate world``: a world's scores beside the real game's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolkit.commands.console import json_flag, note, say_json
from toolkit.commands.island import existing_bundle, folder_path, island
from toolkit.errors import BadRequest
from toolkit.runtime.world_bundle import DEFAULT_WORLD
from toolkit.writable import require_writable


@click.command("world")
@click.argument("bundle", type=folder_path, required=False)
@click.option(
    "--recordings",
    type=folder_path,
    help="Episodes to compare with, for a world of any game: playreel record them with another "
    "--seed than those it learned from.",
)
@click.option(
    "--seeds",
    type=int,
    default=200,
    show_default=True,
    help="Held-out worlds to play in; of recordings, at most so many takes.",
)
@click.option("--drift-seeds", type=int, help="Worlds for 1,000 frames of play (seeds / 10).")
@click.option(
    "--ablations/--no-ablations", default=True, help="Also measure the world without its parts."
)
@click.option(
    "--cache", type=folder_path, help="Folder that keeps dreams and the judge of actions."
)
@click.option("--write/--no-write", default=False, help="Also write evaluation.json to the bundle.")
@json_flag
def evaluate_world_command(
    bundle: Path | None,
    recordings: Path | None,
    seeds: int,
    drift_seeds: int | None,
    ablations: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Score a world in play that it never saw (default: the shipped world).

    A world of Crafter is held against the real game; with --recordings, one of any game against
    episodes of yours: 16 of their frames are given, up to 64 are dreamt.
    """
    folder = existing_bundle(bundle or DEFAULT_WORLD)
    if options["write"]:
        require_writable(folder)
    if recordings is not None:
        if drift_seeds is not None:
            raise BadRequest("--drift-seeds plays the real game; leave it out with --recordings.")
        if not ablations:
            raise BadRequest("--no-ablations is for the real game; leave it out with --recordings.")
        _evaluate_recorded(folder, recordings, seeds, as_json=as_json, **options)
        return
    reports = island("evaluation.world_report")
    body = reports.evaluate_world(
        folder,
        options=reports.WorldEvaluation(seeds=seeds, drift_seeds=drift_seeds, ablations=ablations),
        command=_command(seeds, drift_seeds, ablations=ablations),
        report=note,
        **options,
    )
    if as_json:
        say_json(body)
    else:
        island("evaluation.world_tables").print_world_report(body)


def _evaluate_recorded(
    bundle: Path, recordings: Path, takes: int, *, as_json: bool, **options: Any
) -> None:
    """The report on a world beside recordings, printed."""
    reports = island("evaluation.recorded_report")
    body = reports.evaluate_recorded(
        bundle,
        recordings,
        options=reports.RecordedEvaluation(takes=takes),
        command=f"playreel evaluate world BUNDLE --recordings FOLDER --seeds {takes}",
        report=note,
        **options,
    )
    if as_json:
        say_json(body)
    else:
        island("evaluation.recorded_tables").print_recorded_report(body)


def _command(seeds: int, drift_seeds: int | None, *, ablations: bool) -> str:
    """What to type for the same report, without the folders of this machine."""
    drift = "" if drift_seeds is None else f" --drift-seeds {drift_seeds}"
    whole = "" if ablations else " --no-ablations"
    return f"playreel evaluate world --seeds {seeds}{drift}{whole}"
