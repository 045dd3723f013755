"""Freedoom's monsters, effects and items (BSD-3-Clause), from the WAD in the ``vizdoom`` wheel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from toolkit.data.sources.archives import read_archive
from toolkit.data.sources.freedoom_labels import ACTORS, SPOKEN, STILLS, THINGS
from toolkit.data.sources.items import Item
from toolkit.data.sources.strips import Picture, align, fit, fit_scale
from toolkit.data.sources.wad import SpriteKey, read_sprites

WAD = "vizdoom/freedoom2.wad"
SIDES = {
    "1": "front",
    "2": "front-left",
    "3": "left",
    "4": "back-left",
    "5": "back",
    "6": "back-right",
    "7": "right",
    "8": "front-right",
}
"""What the viewer sees of the actor at each rotation."""
ALL_SIDES = "0"
DEATHS = ("gore", "die", "explode")
LOOPING = ("walk", "fly", "crawl", "slither", "hover")
BLOODY_THINGS = ("BLUD", "KEEN")

Sprites = dict[SpriteKey, Picture]


def freedoom(archives: Sequence[Path]) -> Iterator[Item]:
    """Actors from eight sides, effects and items; the archive is the ``vizdoom`` wheel."""
    sprites = read_sprites(read_archive(archives[0], lambda name: name == WAD)[WAD])
    for actor, (subject, actions) in ACTORS.items():
        scale = _actor_scale(sprites, actor, actions)
        yield _turntable(sprites, actor, subject, ", full rotation", scale)
        for action in actions:
            yield from _sides_of_action(sprites, actor, action, scale)
    for thing in THINGS:
        yield from _thing(sprites, thing)
    yield _turntable(sprites, "MISL", "rocket missile", "", None)
    for thing, subject in STILLS.items():
        yield Item(
            id=f"{thing}_static",
            frames=fit(align([sprites[thing, "A", ALL_SIDES]])),
            subject=subject,
            caption=subject,
            extras={"gore": False},
        )


def _actor_scale(sprites: Sprites, actor: str, actions: dict[str, str]) -> float:
    """One scale for all an actor does alive, so it keeps its size from clip to clip."""
    letters = "".join(frames for action, frames in actions.items() if action not in DEATHS)
    alive = [sprite for key, sprite in sprites.items() if key[0] == actor and key[1] in letters]
    return _at_most_native(alive)


def _at_most_native(pictures: Sequence[Picture]) -> float:
    """The scale that fits the pictures into a frame, never an enlargement."""
    return min(1.0, fit_scale(align(pictures)))


def _turntable(
    sprites: Sprites, actor: str, subject: str, addition: str, scale: float | None
) -> Item:
    """The first frame from all eight sides."""
    pictures = [_sprite(sprites, actor, "A", rotation) for rotation in SIDES]
    return Item(
        id=f"{actor}_turntable",
        frames=fit(align(pictures), scale=scale),
        subject=subject,
        caption=f"{subject} turning around{addition}",
        action="turning around",
        direction="turntable",
        extras={"gore": False},
    )


def _sides_of_action(sprites: Sprites, actor: str, action: str, scale: float) -> Iterator[Item]:
    """One clip for each side the action is drawn from; deaths shrink further where they must."""
    subject, actions = ACTORS[actor]
    letters = actions[action]
    rotations = tuple(SIDES) if (actor, letters[0], "1") in sprites else (ALL_SIDES,)
    for rotation in rotations:
        pictures = [_sprite(sprites, actor, letter, rotation) for letter in letters]
        if len(pictures) == 1:
            pictures.insert(0, _sprite(sprites, actor, "A", rotation.replace(ALL_SIDES, "1")))
        deadly = action in DEATHS
        side = SIDES.get(rotation, "front")
        yield Item(
            id=f"{actor}_{action.replace(' ', '-')}_{rotation}",
            frames=fit(
                align(pictures), scale=min(scale, _at_most_native(pictures)) if deadly else scale
            ),
            subject=subject,
            caption=f"{subject} {SPOKEN[action]}, seen from the {side}",
            action=SPOKEN[action],
            direction=side,
            loop=action in LOOPING,
            extras={"gore": deadly},
        )


def _thing(sprites: Sprites, thing: str) -> Iterator[Item]:
    """One clip for each action of something that has no sides."""
    subject, actions = THINGS[thing]
    for action, letters in actions.items():
        yield Item(
            id=f"{thing}_{action.split()[0]}",
            frames=fit(align([_sprite(sprites, thing, letter, "1") for letter in letters])),
            subject=subject,
            caption=f"{subject} {action}",
            action=action,
            extras={"gore": thing in BLOODY_THINGS},
        )


def _sprite(sprites: Sprites, actor: str, letter: str, rotation: str) -> Picture:
    """A frame from one side, or the only picture where all sides look the same."""
    turned = sprites.get((actor, letter, rotation))
    return turned if turned is not None else sprites[actor, letter, ALL_SIDES]
