"""Kenney's game art (CC0) inside the ``procgen`` wheel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from toolkit.data.sources.archives import read_archive
from toolkit.data.sources.items import Item
from toolkit.data.sources.kenney_labels import ABSTRACT_ENEMIES, ENEMIES, STILL_FOLDERS
from toolkit.data.sources.strips import (
    Pixels,
    align,
    centred,
    fit,
    mirrored,
    read_picture,
    standing,
)

ROOT = "procgen/data/assets/"
LICENSED_OTHERWISE = re.compile(r"misc_assets/frog")
"""The lily-pad frog is CC-BY."""

Art = dict[str, Pixels]
"""Pictures by path below ``ROOT`` without ``.png``."""


def procgen(archives: Sequence[Path]) -> Iterator[Item]:
    """Aliens, players, enemies, items and tiles; the archive is the ``procgen`` wheel."""
    files = read_archive(archives[0], _is_used)
    art = {
        name.removeprefix(ROOT).removesuffix(".png"): read_picture(data)
        for name, data in sorted(files.items())
    }
    for colour in ("Blue", "Green", "Pink", "Yellow", "Beige"):
        yield from _alien(art, colour)
    for colour in ("Blue", "Green", "Grey", "Red"):
        yield from _player(art, colour)
    yield from _enemies(art)
    yield from _abstract_enemies(art)
    yield from _flags(art)
    yield from _loose_pieces(art)
    yield from _stills(art)


def _is_used(name: str) -> bool:
    folders = ("kenney/", "kenney-abstract/", "misc_assets/", "platformer/")
    used = name.startswith(tuple(ROOT + folder for folder in folders))
    return used and name.endswith(".png")


def _clip(
    name: str,
    frames: Sequence[Pixels],
    subject: str,
    action: str,
    direction: str | None = None,
    loop: bool = True,
    middle: bool = False,
) -> Item:
    doing = "" if action == "still" else f" {action}"
    facing = f", facing {direction}" if direction else ""
    hold = centred if middle else standing
    return Item(
        id=re.sub(r"[^A-Za-z0-9_\-]", "_", name),
        frames=fit(align([hold(frame) for frame in frames])),
        subject=subject,
        caption=f"{subject}{doing}{facing}",
        action=action,
        direction=direction,
        loop=loop,
    )


def _to_both_sides(
    name: str, frames: Sequence[Pixels], subject: str, action: str, loop: bool = True
) -> Iterator[Item]:
    """A clip as drawn, facing right, and its mirror image."""
    yield _clip(f"{name}_right", frames, subject, action, "right", loop)
    flipped = [mirrored(frame) for frame in frames]
    yield _clip(f"{name}_left", flipped, subject, action, "left", loop)


def _alien(art: Art, colour: str) -> Iterator[Item]:
    name, subject = f"alien{colour}", f"{colour.lower()} alien"

    def poses(*names: str) -> list[Pixels]:
        return [art[f"kenney/Players/128x256/{colour}/{name}_{pose}"] for pose in names]

    walk, climb = poses("walk1", "stand", "walk2", "stand"), poses("climb1", "climb2")
    yield from _to_both_sides(f"{name}_walk", walk, subject, "walking")
    yield _clip(f"{name}_climb", climb, subject, "climbing")
    yield from _to_both_sides(f"{name}_swim", poses("swim1", "swim2"), subject, "swimming")
    for pose, action in (("jump", "jumping"), ("duck", "ducking")):
        frames = poses("stand", pose, pose, "stand")
        yield from _to_both_sides(f"{name}_{pose}", frames, subject, action, False)
    yield from _to_both_sides(f"{name}_hit", poses("stand", "hit"), subject, "getting hit", False)
    yield _clip(f"{name}_front", poses("front"), subject, "standing, facing the viewer")


def _player(art: Art, colour: str) -> Iterator[Item]:
    name, subject = f"player{colour}", f"{colour.lower()} helmeted character"

    def poses(*names: str) -> list[Pixels]:
        folder = f"kenney-abstract/Players/Player {colour}"
        return [art[f"{folder}/{name}_{pose}"] for pose in names]

    walk = poses("walk1", "walk2", "walk3", "walk4", "walk5")
    yield from _to_both_sides(f"{name}_walk", walk, subject, "walking")
    yield from _to_both_sides(f"{name}_swim", poses("swim1", "swim2"), subject, "swimming")
    once = {
        "jump": ("jumping", ("stand", "up1", "up2", "up3", "fall", "stand")),
        "duck": ("ducking", ("stand", "duck", "stand")),
        "hit": ("getting hit", ("stand", "hit")),
        "die": ("dying", ("stand", "hit", "dead")),
        "switch": ("pulling a switch", ("switch1", "switch2")),
    }
    for pose, (action, names) in once.items():
        yield from _to_both_sides(f"{name}_{pose}", poses(*names), subject, action, False)
    yield _clip(f"{name}_roll", _rolling(poses("roll")[0]), subject, "rolling")


def _rolling(ball: Pixels) -> list[Pixels]:
    """A square picture turned clockwise by quarters; another one stays as it is."""
    if ball.shape[0] != ball.shape[1]:
        return [ball]
    return [np.rot90(ball, quarters) for quarters in (3, 2, 1, 0)]


def _enemies(art: Art) -> Iterator[Item]:
    """Two-frame clips from an enemy's rest and one other pose."""

    def pair(first: str, second: str) -> list[Pixels]:
        return [art[f"kenney/Enemies/{first}"], art[f"kenney/Enemies/{second}"]]

    for enemy, (subject, action) in ENEMIES.items():
        moving = pair(enemy, f"{enemy}_move")
        yield from _to_both_sides(f"{enemy}_move", moving, subject, action)
        for pose, hurt in (("dead", "dying"), ("hit", "getting hit")):
            if f"kenney/Enemies/{enemy}_{pose}" in art:
                frames = pair(enemy, f"{enemy}_{pose}")
                yield from _to_both_sides(f"{enemy}_{pose}", frames, subject, hurt, False)
    ladybug, fish = pair("ladybug", "ladybug_fly"), pair("fishBlue", "fishBlue_fall")
    yield from _to_both_sides("ladybug_fly", ladybug, "ladybug", "flying")
    yield from _to_both_sides("fishBlue_fall", fish, "blue fish", "falling")
    yield _clip("barnacle_attack", pair("barnacle", "barnacle_attack"), "barnacle", "attacking")
    snail = pair("snail", "snail_shell")
    yield _clip("snail_hide", snail, "snail", "hiding in its shell", None, False)


def _abstract_enemies(art: Art) -> Iterator[Item]:
    for enemy, (subject, action) in ABSTRACT_ENEMIES.items():
        frames = [art[f"kenney-abstract/Enemies/enemy{enemy}_{index}"] for index in range(1, 5)]
        yield from _to_both_sides(f"enemy{enemy}", frames, subject, action)


def _flags(art: Art) -> Iterator[Item]:
    for colour in ("Blue", "Green", "Red", "Yellow"):
        subject = f"{colour.lower()} flag"
        up, other, down = (art[f"kenney/Items/flag{colour}{end}"] for end in ("1", "2", "_down"))
        yield _clip(f"flag{colour}", [up, other], subject, "waving")
        yield _clip(f"flag{colour}_down", [up, down], subject, "being lowered", None, False)


def _loose_pieces(art: Art) -> Iterator[Item]:
    """An explosion, a bunny and a zombie."""

    def poses(prefix: str, *names: str) -> list[Pixels]:
        return [art[prefix + name] for name in names]

    blast = poses("misc_assets/explosion", "1", "2", "3", "4", "5")
    yield _clip("explosion", blast, "explosion", "exploding", None, False, middle=True)
    hops = poses("misc_assets/bunny2_", "walk1", "stand", "walk2", "stand")
    yield _clip("bunny_walk", hops, "bunny", "walking")
    jump = poses("misc_assets/bunny2_", "ready", "jump", "ready")
    yield _clip("bunny_jump", jump, "bunny", "jumping", None, False)
    walk = poses("platformer/zombie_", "walk1", "idle", "walk2", "idle")
    yield from _to_both_sides("zombie_walk", walk, "green zombie", "walking")
    jump = poses("platformer/zombie_", "idle", "jump", "idle")
    yield from _to_both_sides("zombie_jump", jump, "green zombie", "jumping", False)


def _stills(art: Art) -> Iterator[Item]:
    """Every single picture once: the wheel has some of them in two folders."""
    seen: set[str] = set()
    for folder in STILL_FOLDERS:
        for path, pixels in art.items():
            name = PurePosixPath(path).name
            if str(PurePosixPath(path).parent) != folder or name in seen:
                continue
            if LICENSED_OTHERWISE.match(path):
                continue
            seen.add(name)
            yield _clip(f"{folder}_{name}", [pixels], spoken(name), "still", middle=True)


def spoken(name: str) -> str:
    """A file name as words without a final number: ``boxCrate2`` is ``box crate``."""
    spaced = re.sub(r"[_\-]+", " ", re.sub(r"\d+$", "", name))
    split = re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", spaced)
    return re.sub(r"\s+", " ", split.lower()).strip()
