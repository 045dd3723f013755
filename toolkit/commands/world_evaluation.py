"""``playreel evaluate world``: a world's scores beside the real game's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolkit.commands.console import json_flag, note, say_json
from toolkit.commands.island import existing_bundle, folder_path, island
from toolkit.runtime.world_bundle import DEFAULT_WORLD


@click.command("world")
@click.argument("bundle", type=folder_path, required=False)
@click.option(
    "--seeds", type=int, default=200, show_default=True, help="Held-out worlds to play in."
)
@click.option("--drift-seeds", type=int, help="Worlds for 1,000 frames of play (seeds / 10).")
@click.option("--cache", type=folder_path, help="Folder that keeps the judge of actions.")
@click.option("--write/--no-write", default=False, help="Also write evaluation.json to the bundle.")
@json_flag
def evaluate_world_command(
    bundle: Path | None, seeds: int, drift_seeds: int | None, as_json: bool, **options: Any
) -> None:
    """Score a world of Crafter (default: the shipped one) in worlds that it never saw."""
    reports = island("evaluation.world_report")
    body = reports.evaluate_world(
        existing_bundle(bundle or DEFAULT_WORLD),
        options=reports.WorldEvaluation(seeds=seeds, drift_seeds=drift_seeds),
        command=_command(seeds, drift_seeds),
        report=note,
        **options,
    )
    if as_json:
        say_json(body)
    else:
        island("evaluation.world_tables").print_world_report(body)


def _command(seeds: int, drift_seeds: int | None) -> str:
    """What to type for the same report, without the folders of this machine."""
    drift = "" if drift_seeds is None else f" --drift-seeds {drift_seeds}"
    return f"playreel evaluate world --seeds {seeds}{drift}"
