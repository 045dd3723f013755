"""What a generated clip shows, slot by slot, and how such labels are drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from toolkit.data.heldout import is_held_out
from toolkit.messages import ACTIONS, DIRECTIONS

COLORS = (
    "red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink", "brown", "black",
    "white", "gray",
)  # fmt: skip
BUILDS = ("average", "small", "tall", "stocky", "slim")
RACES = ("human", "elf", "orc", "goblin", "skeleton", "zombie", "robot", "lizardfolk")
CLASSES = ("knight", "wizard", "archer", "thief", "peasant", "king", "priest", "barbarian")
HAIR_COLORS = ("black", "brown", "blond", "red", "white", "blue", "green")
HAIR_STYLES = ("short", "long", "spiky", "ponytail", "bald")
HAIRY_RACES = frozenset({"human", "elf", "orc", "goblin", "zombie"})
WEAPONS = ("sword", "axe", "spear", "bow", "staff", "dagger", "hammer", "none")
TWO_HANDED = frozenset({"bow", "staff"})
CLASS_WEAPON = {
    "knight": "sword", "wizard": "staff", "archer": "bow", "thief": "dagger", "peasant": "none",
    "king": "sword", "priest": "staff", "barbarian": "axe",
}  # fmt: skip
CREATURES = (
    "slime", "bat", "spider", "wolf", "dragon", "ghost", "snake", "mushroom monster",
    "eyeball monster", "fish", "bird", "golem",
)  # fmt: skip
CREATURE_ACTIONS = {
    "slime": ("idle", "hopping", "attacking", "dying"),
    "bat": ("idle", "flying", "attacking", "dying"),
    "spider": ("idle", "walking", "attacking", "dying"),
    "wolf": ("idle", "walking", "attacking", "dying"),
    "dragon": ("idle", "walking", "flying", "attacking", "dying"),
    "ghost": ("idle", "flying", "attacking", "dying"),
    "snake": ("idle", "walking", "attacking", "dying"),
    "mushroom monster": ("idle", "walking", "hopping", "attacking", "dying"),
    "eyeball monster": ("idle", "flying", "attacking", "dying"),
    "fish": ("idle", "hopping", "attacking", "dying"),
    "bird": ("idle", "walking", "flying", "attacking", "dying"),
    "golem": ("idle", "walking", "attacking", "dying"),
}
"""What each creature can do; a walking snake slithers and an idle fish swims on the spot."""
FEATURES = ("none", "eyes", "spots", "stripes", "horns", "wings")
CREATURE_FEATURES = {
    "slime": ("none", "eyes", "spots", "horns", "wings"),
    "bat": ("none", "eyes", "wings", "horns"),
    "spider": ("none", "eyes", "spots", "stripes"),
    "wolf": ("none", "eyes", "stripes", "horns"),
    "dragon": ("none", "wings", "horns", "eyes", "spots"),
    "ghost": ("none", "eyes", "horns"),
    "snake": ("none", "eyes", "stripes", "spots"),
    "mushroom monster": ("none", "spots", "eyes"),
    "eyeball monster": ("none", "eyes", "wings", "horns"),
    "fish": ("none", "stripes", "spots", "eyes"),
    "bird": ("none", "wings", "eyes", "stripes"),
    "golem": ("none", "eyes", "spots", "horns"),
}
SIZES = ("tiny", "small", "medium", "big")
ITEM_MOTIONS = {
    "coin": ("spinning", "bobbing", "blinking"),
    "gem": ("spinning", "bobbing", "glowing", "blinking"),
    "potion": ("bobbing", "glowing", "blinking"),
    "key": ("spinning", "bobbing", "blinking"),
    "heart": ("bobbing", "glowing", "blinking", "spinning"),
    "chest": ("opening", "bobbing"),
    "torch": ("burning", "bobbing"),
    "flag": ("waving",),
    "crystal ball": ("glowing", "bobbing", "blinking"),
    "bomb": ("burning", "bobbing", "blinking"),
    "scroll": ("opening", "bobbing", "glowing"),
    "crown": ("spinning", "bobbing", "glowing"),
    "sword": ("spinning", "bobbing", "glowing", "blinking"),
    "shield": ("spinning", "bobbing", "glowing"),
}
ITEMS = tuple(ITEM_MOTIONS)
TRIMS = ("iron", "gold", "bronze")
EFFECT_MOTIONS = {
    "flame": ("burning", "flickering"),
    "explosion": ("expanding",),
    "smoke puff": ("expanding", "fading"),
    "fireball": ("flying right", "flying left"),
    "lightning bolt": ("flickering", "striking"),
    "magic circle": ("swirling", "glowing"),
    "portal": ("swirling", "expanding"),
    "sparkle": ("flickering", "fading"),
    "splash": ("expanding",),
    "shockwave": ("expanding", "fading"),
}
EFFECTS = tuple(EFFECT_MOTIONS)
Split = Literal["train", "heldout", "any"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterLabels:
    """A person-like figure; ``color`` is the main colour word: what class and top are dyed in."""

    color: str
    race: str
    role: str
    """Of ``CLASSES``."""
    build: str
    hair_color: str
    """Empty when no hair shows."""
    hair_style: str
    bottom_color: str
    weapon: str
    shield_color: str
    """Of ``COLORS`` or ``none``."""
    action: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatureLabels:
    """A monster or animal."""

    color: str
    creature: str
    feature: str
    accent_color: str
    """Colour of the feature; empty when the feature is ``none``."""
    size: str
    action: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLabels:
    """A thing to pick up or use."""

    color: str
    item: str
    trim: str
    motion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectLabels:
    """A visual effect."""

    color: str
    effect: str
    motion: str
    size: str


Labels = CharacterLabels | CreatureLabels | ItemLabels | EffectLabels


def sample_labels(rng: np.random.Generator, *, split: Split = "train") -> Labels:
    """Random labels: 60 % characters, 20 % creatures, 12 % items, 8 % effects.

    ``train`` never holds a held-out pair of slots, ``heldout`` always does, ``any`` may.
    """
    kind = _pick_kind(rng)
    while True:
        labels = kind(rng)
        if split == "any" or is_held_out(labels) == (split == "heldout"):
            return labels


def _pick_kind(rng: np.random.Generator) -> Callable[[np.random.Generator], Labels]:
    """Chosen before anything is rejected, so that every split has the same mix."""
    kinds = (_character, _creature, _item, _effect)
    return kinds[int(rng.choice(4, p=(0.60, 0.20, 0.12, 0.08)))]


def _item(rng: np.random.Generator) -> ItemLabels:
    item = _pick(rng, ITEMS)
    motion = _pick(rng, ITEM_MOTIONS[item])
    return ItemLabels(color=_pick(rng, COLORS), item=item, trim=_pick(rng, TRIMS), motion=motion)


def _effect(rng: np.random.Generator) -> EffectLabels:
    effect = _pick(rng, EFFECTS)
    return EffectLabels(
        color=_pick(rng, COLORS),
        effect=effect,
        motion=_pick(rng, EFFECT_MOTIONS[effect]),
        size=_pick(rng, ("small", "medium", "medium", "big")),
    )


def _pick(rng: np.random.Generator, values: tuple[T, ...]) -> T:
    return values[int(rng.integers(len(values)))]


def _direction(rng: np.random.Generator) -> str:
    """Any direction, but 70 % of the time one of the four main ones."""
    return _pick(rng, ("right", "left", "down", "up") if rng.random() < 0.4 else DIRECTIONS)


def _character(rng: np.random.Generator) -> CharacterLabels:
    race = "human" if rng.random() < 0.4 else _pick(rng, RACES)
    role = _pick(rng, CLASSES)
    hairy = race in HAIRY_RACES
    style = _pick(rng, HAIR_STYLES) if hairy else "bald"
    weapon = CLASS_WEAPON[role] if rng.random() < 0.5 else _pick(rng, WEAPONS)
    shielded = weapon not in TWO_HANDED and rng.random() < (0.5 if role == "knight" else 0.15)
    return CharacterLabels(
        color=_pick(rng, COLORS),
        race=race,
        role=role,
        build="average" if rng.random() < 0.5 else _pick(rng, BUILDS[1:]),
        hair_color=_pick(rng, HAIR_COLORS) if style != "bald" else "",
        hair_style=style,
        bottom_color=_pick(rng, COLORS),
        weapon=weapon,
        shield_color=_pick(rng, COLORS) if shielded else "none",
        action=_pick(rng, ACTIONS),
        direction=_direction(rng),
    )


def _creature(rng: np.random.Generator) -> CreatureLabels:
    creature, color = _pick(rng, CREATURES), _pick(rng, COLORS)
    feature = _pick(rng, CREATURE_FEATURES[creature]) if rng.random() < 0.7 else "none"
    others = tuple(name for name in COLORS if name != color)
    return CreatureLabels(
        color=color,
        creature=creature,
        feature=feature,
        accent_color=_pick(rng, others) if feature != "none" else "",
        size="medium" if rng.random() < 0.5 else _pick(rng, ("tiny", "small", "big")),
        action=_pick(rng, CREATURE_ACTIONS[creature]),
        direction=_direction(rng),
    )
