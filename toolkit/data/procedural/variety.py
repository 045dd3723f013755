"""What training draws beyond what is asked of it: any thing doing what its kind seldom does.

A gem that only ever spins, glows and blinks teaches that whatever bobs is no gem. With every item
in every motion, and every creature in every action, what a thing is and what it does are learned
apart, which is what pairs that training never sees take. And where half of all people are human
and hold what their class holds, whatever else is asked for becomes human with a sword: half of
training's people have any race and any weapon. Held-out pairs stay out here, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from toolkit.data.heldout import is_held_out
from toolkit.data.procedural.labels import (
    HAIRY_RACES,
    RACES,
    TWO_HANDED,
    WEAPONS,
    CharacterLabels,
    CreatureLabels,
    EffectLabels,
    ItemLabels,
    Labels,
    sample_labels,
)

TRAINED_MIX: Mapping[type[object], float] = {
    CharacterLabels: 0.50,
    CreatureLabels: 0.26,
    ItemLabels: 0.18,
    EffectLabels: 0.06,
}
"""Share of each kind in training: figures take the longest to learn."""
ANY_ITEM = (
    "spinning", "bobbing", "glowing", "blinking", "shaking", "swaying", "bouncing", "pulsing",
)  # fmt: skip
ANY_CREATURE = (
    "idle", "walking", "hopping", "flying", "attacking", "dying", "spinning", "shaking",
)  # fmt: skip
ODD_SHARE = 0.5
"""How many of a kind do, are or hold what any of them can be made to."""


def training_labels(rng: np.random.Generator) -> Labels:
    """Random labels for training, without any pair that is held out."""
    kinds = list(TRAINED_MIX)
    kind = kinds[int(rng.choice(len(kinds), p=list(TRAINED_MIX.values())))]
    while True:
        labels = sample_labels(rng)
        if isinstance(labels, kind):
            labels = _freed(labels, rng)
            if not is_held_out(labels):
                return labels


def _freed(labels: Labels, rng: np.random.Generator) -> Labels:
    if isinstance(labels, CharacterLabels) and rng.random() < ODD_SHARE:
        return _anyone(labels, rng)
    if isinstance(labels, ItemLabels) and rng.random() < ODD_SHARE:
        return replace(labels, motion=ANY_ITEM[int(rng.integers(len(ANY_ITEM)))])
    if isinstance(labels, CreatureLabels) and rng.random() < ODD_SHARE:
        return replace(labels, action=ANY_CREATURE[int(rng.integers(len(ANY_CREATURE)))])
    return labels


def _anyone(labels: CharacterLabels, rng: np.random.Generator) -> CharacterLabels:
    """The same figure of any race with any weapon; what that rules out (hair, shield) is gone."""
    race = RACES[int(rng.integers(len(RACES)))]
    weapon = WEAPONS[int(rng.integers(len(WEAPONS)))]
    bald = race not in HAIRY_RACES
    return replace(
        labels,
        race=race,
        weapon=weapon,
        hair_color="" if bald else labels.hair_color,
        hair_style="bald" if bald else labels.hair_style,
        shield_color="none" if weapon in TWO_HANDED else labels.shield_color,
    )
