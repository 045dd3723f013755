"""``playreel rollout``: an action script, played in a simulated game, to a film or an episode."""

from __future__ import annotations

import io
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from PIL import Image

from exporters import export
from exporters.write import write_files
from toolkit import __version__
from toolkit.commands.console import Clock, json_flag, note, say, say_json, step_bar
from toolkit.commands.real_game import play_real
from toolkit.commands.world_option import WORLD, WORLD_NAMES
from toolkit.episode import Episode, encode_episode
from toolkit.errors import BadRequest, ResourceLimit
from toolkit.input_files import read_file, read_image
from toolkit.messages import Progress
from toolkit.pipelines.action_script import Act, parse_script, read_json_lines
from toolkit.pipelines.rollout import Seen, enlarged, roll_out, side_by_side, to_episode
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import WorldModel, load_world
from toolkit.writable import require_writable

FILMS = ("mp4", "webm", "mov", "gif", "webp", "apng")
EPISODE = "npz"
MOST_BYTES = 2**31
"""Of the pixels of a film."""
file_path = click.Path(path_type=Path, dir_okay=False)


@click.command("rollout")
@click.argument("script")
@click.option("-o", "--out", "outs", type=file_path, required=True, multiple=True,
              help="A .mp4 .webm .mov .gif .webp .apng or .npz; again for more.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Default: a random one.")
@click.option("--world", "bundle", type=WORLD,
              help=f"{WORLD_NAMES}, or a bundle folder; default: crafter.")  # fmt: skip
@click.option("--start", type=file_path, help="Picture, or snapshot of --keep, to begin with.")
@click.option("--keep", type=file_path, help="File for a snapshot of the end, to go on from.")
@click.option("--scale", type=click.IntRange(1, 16), default=4, show_default=True,
              help="Side of a pixel in films; episodes keep their size.")  # fmt: skip
@click.option("--fps", type=click.FloatRange(1, 120), help="Default: the game's.")
@click.option("--anchor/--no-anchor", default=None,
              help="Lead a game that drifts back to its last clean frame (yes, unless beside the "
                   "real one).")  # fmt: skip
@click.option("--beside-real", is_flag=True,
              help="Show the real game at the left (needs the train extra).")  # fmt: skip
@json_flag
def rollout_command(
    script: str,
    outs: tuple[Path, ...],
    seed: int | None,
    bundle: Path | None,
    start: Path | None,
    keep: Path | None,
    scale: int,
    fps: float | None,
    anchor: bool | None,
    beside_real: bool,
    as_json: bool,
) -> None:
    """Play SCRIPT, as in "right*8 do up*3", and film what the world shows.

    Words are the world's actions, right may stand for move_right; *N repeats the word or the
    (group of words) before it. SCRIPT may also name a file: .txt with words, .jsonl with lines
    such as {"action": "right", "times": 8}.
    """
    formats = [film_format(path) for path in outs]
    for path in (*outs, *([keep] if keep else [])):
        require_writable(path.parent)
    if beside_real and start is not None:
        raise BadRequest("--beside-real begins with the real game's frame; leave out --start.")
    clock = Clock()
    world = load_world(bundle)
    acts, text = read_acts(script, world)
    _require_room(world, len(acts) + 1, scale=scale, beside=beside_real, formats=formats)
    clock.mark("load")
    seed = secrets.randbelow(2**31) if seed is None else seed
    real = play_real(world.card.shape, acts, seed) if beside_real else None
    env = WorldModelEnv(world, anchoring=not beside_real if anchor is None else anchor)
    options = _real_start(real) if real is not None else read_start(start)
    seen = _played(env, acts, seed, options)
    clock.mark("play")
    dream = to_episode(env, seen, acts, metadata=made_by(world, seed, script=text))
    files = dream_files(dream, real, outs, formats, scale=scale, fps=fps)
    if keep is not None:
        files[keep] = env.snapshot()
    for path, content in files.items():
        write_files({path.name: content}, path.parent)
    clock.mark("write")
    _say(world, seed, seen, files, clock, as_json=as_json)


def film_format(path: Path) -> str:
    """The format that the ending of a file's name asks for.

    Raises:
        BadRequest: there is no such format.
    """
    ending = path.suffix[1:].lower()
    if ending not in (*FILMS, EPISODE):
        raise BadRequest(f"{path} ends in {ending!r}; use .{', .'.join((*FILMS, EPISODE))}.")
    return ending


def read_acts(script: str, world: WorldModel) -> tuple[list[Act], str]:
    """What a script does, and its text; a name that ends in .txt or .jsonl is read as a file.

    Raises:
        BadRequest: the file cannot be read, or the script is wrong; the message shows where.
    """
    names, ending = world.card.shape.action_names, Path(script).suffix.lower()
    if ending not in (".txt", ".jsonl"):
        return parse_script(script, names), script
    try:
        text = read_file(Path(script)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{script} is no text in UTF-8; save it as one.") from error
    return (read_json_lines if ending == ".jsonl" else parse_script)(text, names), text


def _require_room(
    world: WorldModel, frames: int, *, scale: int, beside: bool, formats: list[str]
) -> None:
    height, width = world.card.shape.size
    enlarging = scale**2 * (1 + beside) if set(formats) & set(FILMS) else 1
    need = frames * height * width * 4 * enlarging
    if need > MOST_BYTES:
        raise ResourceLimit(
            f"{frames} frames at scale {scale} are {need / 2**30:.1f} GiB; "
            f"at most {MOST_BYTES / 2**30:.0f}: lower --scale or shorten the script."
        )


def made_by(world: WorldModel, seed: int, *, script: str) -> dict[str, str]:
    """What files say of how they were made."""
    return {
        "world": world.card.name, "bundle": world.card.hash, "seed": str(seed), "script": script,
        "version": __version__,
    }  # fmt: skip


def read_start(path: Path | None) -> dict[str, Any]:
    """The options of ``WorldModelEnv.reset`` that begin with a picture or snapshot file.

    Raises:
        BadRequest: the file cannot be read.
    """
    if path is None:
        return {}
    content = read_file(path)
    if content.startswith(b"PK"):  # a snapshot is a zip file, no picture is
        return {"start": content}
    with Image.open(io.BytesIO(read_image(path))) as image:
        return {"start": np.asarray(image.convert("RGB"))}


def _real_start(real: Episode) -> dict[str, Any]:
    return {"start": real.clip.frames[0, ..., :3], "phase": float(real.tracks["phase"][0])}


def _played(env: WorldModelEnv, acts: list[Act], seed: int, options: dict[str, Any]) -> Seen:
    with step_bar() as show:
        return roll_out(
            env, acts, seed=seed, options=options,
            on_tick=lambda tick: show(Progress(step=tick, num_steps=len(acts), label="playing")),
        )  # fmt: skip


def dream_files(
    dream: Episode, real: Episode | None, outs: tuple[Path, ...], formats: list[str], *,
    scale: int = 4, fps: float | None = None,
) -> dict[Path, bytes]:  # fmt: skip
    """The content of every file; only films show the real game beside the dream."""
    clip = side_by_side(real.clip, dream.clip) if real is not None else dream.clip
    film = (
        enlarged(replace(clip, fps=fps or clip.fps), scale) if set(formats) & set(FILMS) else clip
    )
    files: dict[Path, bytes] = {}
    for path, format in zip(outs, formats, strict=True):
        if format == EPISODE:
            files[path] = encode_episode(dream)
        else:
            (files[path],) = export(film, format).values()
    return files


def _say(
    world: WorldModel, seed: int, seen: Seen, files: dict[Path, bytes], clock: Clock, *,
    as_json: bool,
) -> None:  # fmt: skip
    paths, steps = [str(path) for path in files], len(seen.rewards)
    if as_json:
        say_json(
            {
                "world": world.card.name, "bundle": world.card.hash, "seed": seed, "steps": steps,
                "reward": round(sum(seen.rewards), 4), "ended": seen.ended,
                "drift": seen.drift(), "files": paths, "seconds": clock.seconds,
            }
        )  # fmt: skip
        return
    for path in paths:
        say(path)
    if seen.ended is not None:
        note(f"the world calls the game over after {seen.ended} steps.")
    if (drift := seen.drift()) is not None:
        led = f", led back at {', '.join(map(str, drift['anchored']))}" * bool(drift["anchored"])
        note(f"{drift['valid']:.0%} of the cells look like the world{led}")
    speed = steps / max(clock.seconds["play"], 1e-3)
    note(f"seed {seed}, {steps} steps, {speed:.0f} a second")
