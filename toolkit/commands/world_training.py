"""``playreel train world``: recordings of a game to a world that can be played."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.commands.island import MAX_THREADS, any_path, find_recipe, folder_path, island
from toolkit.errors import BadRequest
from toolkit.writable import require_writable


@click.command("world")
@click.option("--data", type=folder_path, required=True, help="Folder that playreel record filled.")
@click.option(
    "--run",
    type=folder_path,
    default=Path("runs/world"),
    show_default=True,
    help="Folder of the checkpoint, the log and the sample sheets.",
)
@click.option(
    "--hours",
    type=float,
    default=2.0,
    show_default=True,
    help="Length of the whole run, over all its sessions.",
)
@click.option("--recipe", default="world", show_default=True, help="Name of the recipe.")
@click.option("--resume", is_flag=True, help="Go on with the run's checkpoint.")
@click.option(
    "--init", "initial", type=any_path, help="Checkpoint or world bundle that starts the run."
)
@click.option("--threads", type=click.IntRange(1, MAX_THREADS), default=2, show_default=True)
@click.option("--compile/--no-compile", default=True, help="Compile the network first.")
@json_flag
def train_world_command(recipe: str, as_json: bool, **options: Any) -> None:
    """Train a world until its hours are spent; Ctrl-C keeps the last checkpoint."""
    chosen = find_recipe(recipe, island("training.world_recipes").WORLD_RECIPES)
    if not 0 < options["hours"] <= 10_000:
        raise BadRequest(f"hours is {options['hours']}; must be above 0 and at most 10000.")
    require_writable(options["run"])
    trainer = island("training.world_trainer")
    state = trainer.train_world(chosen, trainer.WorldRunOptions(**options), report=note)
    result = {"run": str(options["run"]), "step": state.step, "hours": state.seconds / 3600}
    if as_json:
        say_json(result)
    else:
        say(f"{options['run']}: step {state.step}, {state.seconds / 3600:.2f} hours")


@click.command("world-bundle")
@click.option("--run", type=folder_path, required=True, help="Folder of a training run.")
@click.option("--data", type=folder_path, required=True, help="Recordings, for first frames.")
@click.option("-o", "--out", type=folder_path, required=True, help="Bundle folder to (re)place.")
@click.option("--recipe", default="world", show_default=True, help="Recipe of the run.")
@click.option("--name", default="", help="Name of the world; none: the game's.")
@json_flag
def world_bundle_command(
    run: Path, data: Path, out: Path, recipe: str, name: str, as_json: bool
) -> None:
    """Export the run's averaged weights to a world that playreel plays."""
    find_recipe(recipe, island("training.world_recipes").WORLD_RECIPES)
    require_writable(out)
    bundle = island("training.world_bundling").bundle_world(
        run, data, out, recipe=recipe, name=name
    )
    if as_json:
        say_json(bundle)
    else:
        say(f"{out}: step {bundle['step']}")
