"""What a judge is asked about a clip: one question (head) per attribute, with its answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.data.procedural.captions import COVERED_LEGS
from toolkit.data.procedural.labels import (
    CLASSES,
    COLORS,
    CREATURE_ACTIONS,
    CREATURES,
    EFFECT_MOTIONS,
    EFFECTS,
    ITEM_MOTIONS,
    ITEMS,
    RACES,
    WEAPONS,
    CharacterLabels,
    CreatureLabels,
    EffectLabels,
    ItemLabels,
    Labels,
)
from toolkit.messages import ACTIONS, DIRECTIONS

NOT_ASKED = -1
"""Answer index of an attribute that does not apply to a clip."""
_SAME_ACTION = {"walk": "walking", "attack": "attacking", "die": "dying"}
"""Character actions that creatures do too, under the creatures' name."""


def _action_names() -> tuple[str, ...]:
    """Every action and motion once, sorted."""
    names = {_SAME_ACTION.get(action, action) for action in ACTIONS}
    for motions in (CREATURE_ACTIONS, ITEM_MOTIONS, EFFECT_MOTIONS):
        names.update(name for group in motions.values() for name in group)
    return tuple(sorted(names))


HEADS: dict[str, tuple[str, ...]] = {
    "kind": ("character", "creature", "item", "effect"),
    "subject": (*CREATURES, *(f"{name} (item)" for name in ITEMS), *EFFECTS),
    "race": RACES,
    "class": CLASSES,
    "color": COLORS,
    "second_color": COLORS,
    "weapon": tuple(name for name in WEAPONS if name != "none"),
    "action": _action_names(),
    "direction": DIRECTIONS,
}
"""Attribute to its answers. ``subject`` names what is no character (a character is its race and
class); ``second_color`` is that of a character's trousers where they show, or of a creature's
feature; a character without a weapon is not asked for one."""

ACTION_ANSWERS = tuple(
    HEADS["action"].index(_SAME_ACTION.get(action, action)) for action in ACTIONS
)
"""Answer indices of the eight actions that characters have."""


def attributes(labels: Labels) -> dict[str, str]:
    """The attributes that apply to these labels, each with its answer out of ``HEADS``."""
    match labels:
        case CharacterLabels():
            hidden = labels.role in COVERED_LEGS
            asked = {
                "kind": "character",
                "race": labels.race,
                "class": labels.role,
                "color": labels.color,
                "second_color": "" if hidden else labels.bottom_color,
                "weapon": "" if labels.weapon == "none" else labels.weapon,
                "action": _SAME_ACTION.get(labels.action, labels.action),
                "direction": labels.direction,
            }
        case CreatureLabels():
            asked = {
                "kind": "creature",
                "subject": labels.creature,
                "color": labels.color,
                "second_color": labels.accent_color,
                "action": labels.action,
                "direction": labels.direction,
            }
        case ItemLabels():
            asked = {
                "kind": "item",
                "subject": f"{labels.item} (item)",
                "color": labels.color,
                "action": labels.motion,
            }
        case EffectLabels():
            asked = {
                "kind": "effect",
                "subject": labels.effect,
                "color": labels.color,
                "action": labels.motion,
            }
    return {name: answer for name, answer in asked.items() if answer}


def answers(labels: list[Labels]) -> dict[str, NDArray[np.int64]]:
    """For every head the answer indices int64 ``[N]``, ``NOT_ASKED`` where it does not apply."""
    asked = [attributes(one) for one in labels]
    return {
        head: np.array(
            [names.index(one[head]) if head in one else NOT_ASKED for one in asked], np.int64
        )
        for head, names in HEADS.items()
    }
