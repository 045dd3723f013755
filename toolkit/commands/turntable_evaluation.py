"""``playreel evaluate turntable`` and ``evaluate azimuths``: how well a bundle turns things."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.commands.island import existing_bundle, folder_path, island
from toolkit.writable import require_writable


@click.command("turntable")
@click.argument("bundle", type=folder_path, required=False)
@click.option("--orbits", type=int, default=48, show_default=True, help="Held-out meshes, to 48.")
@click.option("--write/--no-write", default=False, help="Also write turntables.json to the bundle.")
@json_flag
def evaluate_turntable_command(
    bundle: Path | None, orbits: int, write: bool, as_json: bool
) -> None:
    """Score the turntables of a clip bundle (default: the shipped one) beside real orbits."""
    reports = island("evaluation.turntable_report")
    body = reports.evaluate_turntable(
        existing_bundle(bundle),
        options=reports.TurntableEvaluation(orbits=orbits),
        write=write,
        command=f"playreel evaluate turntable --orbits {orbits}",
        report=note,
    )
    if as_json:
        say_json(body)
    else:
        reports.print_turntable_report(body)


@click.command("azimuths")
@click.option("--minutes", type=float, default=6.0, show_default=True, help="CPU minutes.")
@click.option("--packs", type=folder_path, help="Folder of training packs; none: drawn solids.")
@click.option("-o", "--out", type=folder_path, help="Folder of the reader; none: Playreel's own.")
@json_flag
def evaluate_azimuths_command(
    minutes: float, packs: Path | None, out: Path | None, as_json: bool
) -> None:
    """Train the network that reads off an orbit how far it turned, and print its errors."""
    training = island("evaluation.azimuth_training")
    if out is not None:
        require_writable(out)
    recipe = training.ReaderRecipe(minutes=minutes)
    card = training.make_reader(recipe, out, packs=packs, report=note)
    if as_json:
        say_json(card)
    else:
        for name, error in card["error"].items():
            say(f"{name}: {error:.1f} degrees")
