"""``playreel play``: a world in the terminal, key by key."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from pathlib import Path

import click

from exporters.write import write_files
from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.commands.game_keys import WAIT, help_lines, keys_of
from toolkit.commands.rollout import dream_files, film_format, made_by, read_start
from toolkit.commands.terminal import Terminal, open_terminal
from toolkit.commands.world_option import WORLD, WORLD_NAMES
from toolkit.errors import BadRequest
from toolkit.pipelines.game_table import GameTable
from toolkit.pipelines.rollout import to_episode
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import load_world
from toolkit.writable import require_writable

CONTROLS = "Backspace takes back   K keeps this moment   L goes back to it   Q or Esc ends"
QUIT = ("escape", "Q")
file_path = click.Path(path_type=Path, dir_okay=False)


@click.command("play")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Default: a random one.")
@click.option("--world", "bundle", type=WORLD,
              help=f"{WORLD_NAMES}, or a bundle folder; default: crafter.")  # fmt: skip
@click.option("--start", type=file_path, help="Picture, or snapshot of --keep, to begin with.")
@click.option("--keep", type=file_path, help="File for a snapshot of the end, to go on from.")
@click.option("--fps", type=click.FloatRange(0, 60), default=0.0, show_default=True,
              help="Steps a second, keys or not; 0 waits for a key.")  # fmt: skip
@click.option("-o", "--out", "outs", type=file_path, multiple=True,
              help="Film or episode of what was played; again for more.")  # fmt: skip
@json_flag
def play_command(
    seed: int | None,
    bundle: Path | None,
    start: Path | None,
    keep: Path | None,
    fps: float,
    outs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Play a world in this terminal; the keys stand below the picture."""
    formats = [film_format(path) for path in outs]
    for path in (*outs, *([keep] if keep else [])):
        require_writable(path.parent)
    with open_terminal() as terminal:
        world = load_world(bundle)
        seed = secrets.randbelow(2**31) if seed is None else seed
        table = GameTable(
            WorldModelEnv(world, anchoring=True), seed=seed, options=read_start(start)
        )
        play_table(table, terminal, fps=fps)
    made = made_by(world, seed, script=" ".join(_names(table)))
    episode = to_episode(table.env, table.seen, table.acts, metadata=made)
    files = dream_files(episode, None, outs, formats) if outs else {}
    if keep is not None:
        files[keep] = table.env.snapshot()
    for path, content in files.items():
        write_files({path.name: content}, path.parent)
    paths = [str(path) for path in files]
    if as_json:
        say_json(
            {
                "world": world.card.name,
                "seed": seed,
                "steps": table.steps,
                "drift": table.seen.drift(),
                "files": paths,
            }
        )
        return
    for path in paths:
        say(path)
    note(f"seed {seed}, {table.steps} steps")


def play_table(table: GameTable, terminal: Terminal, *, fps: float) -> None:
    """Play until somebody ends it, presses Ctrl-C or closes the terminal."""
    keys, words = keys_of(table.env.shape.action_names), ""
    due = time.monotonic()
    while True:
        try:
            terminal.draw(table.frame, status_lines(table, words, terminal.size()[0]))
            words = ""
            if fps:
                due = max(due + 1 / fps, time.monotonic())
                time.sleep(due - time.monotonic())
            key = terminal.newest_key() if fps else terminal.key()
        except (EOFError, KeyboardInterrupt):
            return
        if key in QUIT:
            return
        try:
            words = press(table, key or WAIT, keys)
        except BadRequest as error:
            words = str(error)


def press(table: GameTable, key: str, keys: Mapping[str, int]) -> str:
    """Do what a key stands for; returns what to say about it.

    Raises:
        BadRequest: it cannot be done now.
    """
    if key == "backspace":
        table.take_back()
        return "taken back"
    if key == "K":
        table.keep()
        return f"kept step {table.steps}"
    if key == "L":
        table.go_back()
        return f"back at step {table.steps}"
    if key not in keys:
        return f"{key} does nothing here"
    table.step(keys[key])
    return table.env.shape.action_names[keys[key]].replace("_", " ")


def status_lines(table: GameTable, words: str, width: int) -> list[str]:
    """The lines below the picture: where the game stands, and the keys."""
    info = table.seen.infos[-1]
    parts = [table.env.world.card.name, f"step {table.steps}", words]
    if info["anchored"]:
        parts.append("drifted: led back to the last clean frame")
    if info["valid"] is not None:
        parts.append(f"{info['valid']:.0%} valid")
    if table.seen.ended is not None:
        parts.insert(2, f"the world called the game over at step {table.seen.ended}")
    head = " · ".join(part for part in parts if part)
    return [head, *help_lines(table.env.shape.action_names, width), CONTROLS]


def _names(table: GameTable) -> list[str]:
    return [table.env.shape.action_names[act.action] for act in table.acts]
