"""Kenney's game art (CC0) inside the ``arcade`` wheel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from toolkit.data.sources.archives import read_archive
from toolkit.data.sources.items import Item
from toolkit.data.sources.strips import Pixels, align, fit, mirrored, read_picture, standing

ROOT = "arcade/resources/assets/images/"
PEOPLE = {
    "robot": ("robot", "gray robot"),
    "female_adventurer": ("femaleAdventurer", "female adventurer"),
    "male_adventurer": ("maleAdventurer", "male adventurer"),
    "female_person": ("femalePerson", "woman"),
    "male_person": ("malePerson", "man"),
    "zombie": ("zombie", "green zombie"),
}
"""Folder: file prefix and subject."""
MOVERS = {"frog": "green frog", "wormGreen": "green worm", "slimeBlue": "blue slime"}
STILLS = (
    "enemies", "items", "tiles", "space_shooter", "topdown_tanks", "cards", "pinball",
)  # fmt: skip
EXPLOSION_SIDE = 256
MOST_EXPLOSION_FRAMES = 16

Art = dict[str, Pixels]
"""Pictures by path below ``ROOT`` without ``.png``."""


def arcade(archives: Sequence[Path]) -> Iterator[Item]:
    """People, an alien, small animals, items and tiles; the archive is the ``arcade`` wheel."""
    files = read_archive(archives[0], _is_used)
    art = {
        name.removeprefix(ROOT).removesuffix(".png"): read_picture(data)
        for name, data in sorted(files.items())
    }
    for folder in PEOPLE:
        yield from _person(art, folder)
    yield from _alien(art)
    yield from _animals(art)
    yield from _things(art)
    yield _explosion(art["spritesheets/explosion"])
    yield from _stills(art)


def single_sprites(archive: Path) -> Art:
    """Every picture of the ``arcade`` wheel that stands alone, whole, in the order of its name."""
    files = read_archive(archive, lambda name: _is_used(name) and "/spritesheets/" not in name)
    return {
        name.removeprefix(ROOT).removesuffix(".png"): read_picture(data)
        for name, data in sorted(files.items())
    }


def _is_used(name: str) -> bool:
    folders = (*STILLS, "animated_characters", "alien")
    used = name.startswith(tuple(f"{ROOT}{folder}/" for folder in folders))
    return name.endswith(".png") and (used or name == f"{ROOT}spritesheets/explosion.png")


def _clip(
    name: str,
    frames: Sequence[Pixels],
    subject: str,
    action: str,
    direction: str | None = None,
    loop: bool = True,
) -> Item:
    facing = f", facing {direction}" if direction else ""
    return Item(
        id=name,
        frames=fit(align([standing(frame) for frame in frames])),
        subject=subject,
        caption=f"{subject} {action}{facing}",
        action=action,
        direction=direction,
        loop=loop,
    )


def _person(art: Art, folder: str) -> Iterator[Item]:
    """Walking, jumping and falling to both sides, climbing and standing."""
    prefix, subject = PEOPLE[folder]

    def poses(*names: str) -> list[Pixels]:
        return [art[f"animated_characters/{folder}/{prefix}_{name}"] for name in names]

    walk = poses(*(f"walk{index}" for index in range(8)))
    jump, fall = poses("idle", "jump", "fall", "idle"), poses("fall")
    for side in ("right", "left"):
        yield _clip(f"{folder}_walk_{side}", _turned(walk, side), subject, "walking", side)
        yield _clip(f"{folder}_jump_{side}", _turned(jump, side), subject, "jumping", side, False)
        yield _clip(f"{folder}_fall_{side}", _turned(fall, side), subject, "falling", side)
    yield _clip(f"{folder}_climb", poses("climb0", "climb1"), subject, "climbing")
    yield _clip(f"{folder}_idle", poses("idle"), subject, "standing idle")


def _turned(frames: Sequence[Pixels], side: str) -> list[Pixels]:
    """Frames drawn facing right, made to face the side."""
    return [mirrored(frame) for frame in frames] if side == "left" else list(frames)


def _alien(art: Art) -> Iterator[Item]:
    def poses(*names: str) -> list[Pixels]:
        return [art[f"alien/alienBlue_{name}"] for name in names]

    yield _clip("alien_walk", poses("walk1", "walk2"), "blue alien", "walking", "right")
    yield _clip("alien_climb", poses("climb1", "climb2"), "blue alien", "climbing")
    jump = poses("front", "jump", "fall", "front")
    yield _clip("alien_jump", jump, "blue alien", "jumping", None, False)


def _animals(art: Art) -> Iterator[Item]:
    for name, subject in MOVERS.items():
        frames = [art[f"enemies/{name}"], art[f"enemies/{name}_move"]]
        yield _clip(f"{name}_move", frames, subject, "moving")
    dying = [art["enemies/wormGreen"], art["enemies/wormGreen_dead"]]
    yield _clip("wormGreen_dead", dying, "green worm", "dying", None, False)


def _things(art: Art) -> Iterator[Item]:
    """Flags, a coin, a torch and a lever."""
    for colour in ("Green", "Red", "Yellow"):
        frames = [art[f"items/flag{colour}{index}"] for index in (1, 2)]
        yield _clip(f"flag{colour}", frames, f"{colour.lower()} flag", "waving")
    coin = [art[f"items/gold_{index}"] for index in (1, 2, 3, 4, 3, 2)]
    yield _clip("gold_coin", coin, "gold coin", "spinning")
    torch = [art[f"tiles/torch{index}"] for index in (1, 2)]
    yield _clip("torch", torch, "wall torch", "burning")
    lever = [art[f"tiles/lever{place}"] for place in ("Left", "Mid", "Right")]
    yield _clip("lever", lever, "lever", "being pulled", None, False)


def _explosion(sheet: Pixels) -> Item:
    """Evenly chosen frames of the explosion's sheet."""
    side = EXPLOSION_SIDE
    frames = [
        sheet[y : y + side, x : x + side]
        for y in range(0, sheet.shape[0], side)
        for x in range(0, sheet.shape[1], side)
    ]
    shown = [frame for frame in frames if frame[..., 3].any()]
    step = max(1, len(shown) // MOST_EXPLOSION_FRAMES)
    return _clip("explosion", shown[::step], "fiery explosion", "exploding", None, False)


def _stills(art: Art) -> Iterator[Item]:
    """Every single picture under its own name."""
    for path, pixels in art.items():
        folder, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
        if folder in STILLS and "test" not in name:
            yield _clip(f"{folder}_{name}", [pixels], spoken(name), "still")


def spoken(name: str) -> str:
    """A file name as words: ``slimeBlue_move`` is ``slime blue move``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"_+", " ", name))
    return words.lower()
