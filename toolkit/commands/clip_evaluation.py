"""``playreel evaluate clip``, ``evaluate sheet`` and ``evaluate judges``: how good clips are."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.commands.island import MAX_THREADS, existing_bundle, folder_path, island
from toolkit.errors import BadRequest
from toolkit.writable import require_writable


@click.command("clip")
@click.argument("bundle", type=folder_path, required=False)
@click.option("--prompts", type=int, default=512, show_default=True, help="Held-out prompts.")
@click.option("--seed", type=int, help="Seed of prompts and clips.")
@click.option("--cache", type=folder_path, help="Folder that keeps generated clips.")
@click.option("--write/--no-write", default=False, help="Also write evaluation.json to the bundle.")
@json_flag
def evaluate_clip_command(bundle: Path | None, as_json: bool, **options: Any) -> None:
    """Score a clip bundle (default: the shipped one) beside its ceilings and baselines."""
    reports = island("evaluation.clip_report")
    given = {name: value for name, value in options.items() if value is not None}
    command = " ".join(["playreel", *sys.argv[1:]])
    body = reports.evaluate_clip(existing_bundle(bundle), command=command, report=note, **given)
    if as_json:
        say_json(body)
    else:
        island("evaluation.tables").print_report(body)


@click.command("judges")
@click.option("--minutes", type=float, default=7.0, show_default=True, help="CPU minutes a thread.")
@click.option("--threads", type=click.IntRange(1, MAX_THREADS), default=2, show_default=True)
@click.option("-o", "--out", type=folder_path, help="Folder of the judge; none: Playreel's own.")
@json_flag
def evaluate_judges_command(minutes: float, threads: int, out: Path | None, as_json: bool) -> None:
    """Train the network that reads attributes off clips, and print how well it reads renders."""
    if not 0 < minutes <= 600:
        raise BadRequest(f"minutes is {minutes}; must be above 0 and at most 600.")
    judging = island("evaluation.judge_training")
    recipe = judging.JudgeRecipe(minutes=minutes, threads=threads)
    card = judging.make_judge(recipe, out, report=note)
    if as_json:
        say_json(card["accuracy"])
    else:
        for head, accuracy in card["accuracy"].items():
            say(f"{head}: {accuracy:.3f}")


@click.command("sheet")
@click.argument("bundle", type=folder_path, required=False)
@click.option("--prompts", type=click.IntRange(2, 512), default=64, show_default=True)
@click.option("--cache", type=folder_path, help="Folder that keeps generated clips.")
@click.option("-o", "--out", type=folder_path, required=True, help="Folder of the sheet.")
@json_flag
def evaluate_sheet_command(
    bundle: Path | None, prompts: int, cache: Path | None, out: Path, as_json: bool
) -> None:
    """Draw clips of a bundle beside real ones, unmarked, and write apart which are which."""
    require_writable(out)
    sheets = island("evaluation.blind_sheet")
    files = sheets.write_blind_sheet(
        existing_bundle(bundle), out, prompts=prompts, cache=cache, report=note
    )
    if as_json:
        say_json({"files": [str(path) for path in files]})
    else:
        for path in files:
            say(str(path))
