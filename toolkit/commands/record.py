"""``playreel record``: a game, or somebody's own recordings, to episode files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.commands.island import island, train_extra
from toolkit.commands.requests import read_size
from toolkit.writable import require_writable


@click.command("record")
@click.argument("source")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the episode files.",
)
@click.option("--steps", type=int, default=10_000, show_default=True, help="Actions in all.")
@click.option("--length", type=int, default=1000, show_default=True, help="Most of one episode.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the first episode.")
@click.option("--size", default="72x72", show_default=True, help="Frames, multiples of 8.")
@json_flag
def record_command(source: str, out: Path, size: str, as_json: bool, **options: Any) -> None:
    """Record SOURCE: crafter, vizdoom, gymnasium:ID, or a folder of pictures with actions.txt."""
    recorder = island("data.games.recorder")
    width, height = read_size(size)
    chosen = recorder.RecordOptions(width=width, height=height, **options)
    require_writable(out)
    with train_extra():  # games are imported when they are opened
        result = recorder.record(source, out, chosen, report=note)
    if as_json:
        say_json(result)
    else:
        say(f"{out}: {result['episodes']} episodes, {result['frames']} frames")
