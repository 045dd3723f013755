"""Captions of labels: one canonical sentence, and paraphrases for training and evaluation."""

from __future__ import annotations

import numpy as np

from toolkit.conditioning.phrases import ACTION_PHRASES, DIRECTION_PHRASES
from toolkit.data.procedural.labels import (
    CharacterLabels,
    CreatureLabels,
    EffectLabels,
    ItemLabels,
    Labels,
)  # fmt: skip
from toolkit.data.procedural.speaker import DROPOUT, Speaker, Words
from toolkit.data.procedural.synonyms import (
    COVERED_LEGS,
    GARMENTS,
    HELMETED,
    STYLES,
    SYNONYMS,
)

SHORT_SHARE = 0.25
WHOLE_SHARE = 0.6
"""Of the other captions: how many leave out nothing but hair and shield. A detail is learned from
captions that name it (Sora's report and DALL-E 3 recaption their data for that reason)."""
KEPT_SHARE = 0.9
"""How often action and direction are said; colour and subject nearly always are."""
PANTS_SHARE, HAIR_SHARE = 0.7, 0.3
"""How often trousers are named where not everything is, and hair and shield where everything is:
the longest captions would run past the text encoder's 24 tokens."""


def canonical_caption(labels: Labels) -> str:
    """Every attribute in training's first words: the same labels give the same sentence."""
    if isinstance(labels, CharacterLabels):
        return _join(_article(_figure(labels, None, keep=1.0)), _stance(labels, None, 1.0))
    if isinstance(labels, CreatureLabels):
        return _join(_article(_beast(labels, None, keep=1.0)), _creature_stance(labels, None, 1.0))
    if isinstance(labels, ItemLabels):
        return _article(f"{labels.color} {labels.item} with {labels.trim} trim {labels.motion}")
    return _article(f"{_sized(labels.size, None)}{labels.color} {labels.effect} {labels.motion}")


def caption(labels: Labels, rng: np.random.Generator, *, words: Words = "train") -> str:
    """A paraphrase: short a quarter of the time, else whole or with attributes left out at random.

    ``words="heldout"`` swaps in synonyms that no training caption holds, where there are any.
    """
    speak = Speaker(rng, words)
    short = bool(rng.random() < SHORT_SHARE)
    if isinstance(labels, CharacterLabels):
        text = _short_figure(labels, speak) if short else _long_figure(labels, speak)
    elif isinstance(labels, CreatureLabels):
        text = _short_beast(labels, speak) if short else _long_beast(labels, speak)
    elif isinstance(labels, ItemLabels):
        text = _item(labels, speak, short=short)
    else:
        text = _effect(labels, speak, short=short)
    if rng.random() < 0.12:
        text = f"{STYLES[int(rng.integers(len(STYLES)))]} {text}"
    return text


def _word(value: str, speak: Speaker | None) -> str:
    return value if speak is None else speak.word(value)


def _says(speak: Speaker | None, keep: float) -> bool:
    return speak is None or speak.says(keep)


def _article(text: str) -> str:
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def _join(*clauses: str) -> str:
    return ", ".join(clause for clause in clauses if clause)


def _sized(size: str, speak: Speaker | None) -> str:
    return "" if size in ("medium", "average") else f"{_word(size, speak)} "


def _direction(direction: str, speak: Speaker | None) -> str:
    if speak is None or direction not in SYNONYMS:
        return DIRECTION_PHRASES[direction]
    return speak.one_of(SYNONYMS[direction]) if speak.says(0.5) else DIRECTION_PHRASES[direction]


def _noun(labels: CharacterLabels, speak: Speaker | None, keep: float) -> str:
    """``elf wizard``; humans are usually just their class."""
    role = _word(labels.role, speak)
    if labels.race == "human":
        return f"human {role}" if speak is None or speak.says(0.12) else role
    return f"{_word(labels.race, speak)} {role}" if _says(speak, max(keep, 0.9)) else role


def _hair_shows(labels: CharacterLabels) -> bool:
    loose = labels.hair_style in ("long", "ponytail")
    return bool(labels.hair_color) and (labels.role not in HELMETED or loose)


def _hair(labels: CharacterLabels, color: str) -> str:
    """``with long black hair`` or ``with a black ponytail``."""
    if labels.hair_style == "ponytail":
        return f"with {_article(color)} ponytail"
    return f"with {labels.hair_style} {color} hair"


def _kit(labels: CharacterLabels, speak: Speaker | None, keep: float) -> list[str]:
    """What it wears and holds, each a phrase that follows the noun."""
    kit: list[str] = []
    seldom = HAIR_SHARE if keep == 1 else keep * PANTS_SHARE
    if _hair_shows(labels) and _says(speak, seldom):
        kit.append(_hair(labels, _word(labels.hair_color, speak)))
    if labels.role not in COVERED_LEGS and _says(speak, keep if keep == 1 else seldom):
        kit.append(f"in {_word(labels.bottom_color, speak)} pants")
    if labels.weapon != "none" and _says(speak, keep):
        kit.append(
            f"{'holding' if speak is None or speak.says(0.5) else 'with'} {_article(labels.weapon)}"
        )
    if labels.shield_color != "none" and _says(speak, HAIR_SHARE if keep == 1 else keep):
        link = "and" if kit and ("holding" in kit[-1] or labels.weapon in kit[-1]) else "with"
        kit.append(f"{link} {_article(labels.shield_color)} shield")
    return kit


def _figure(labels: CharacterLabels, speak: Speaker | None, keep: float) -> str:
    build = _sized(labels.build, speak) if _says(speak, keep) else ""
    noun, color = _noun(labels, speak, keep), _word(labels.color, speak)
    kit = _kit(labels, speak, keep)
    if speak is not None and speak.says(0.3):
        return " ".join([f"{build}{noun}", f"in {_garment(labels, color)}", *kit])
    return " ".join([f"{build}{color} {noun}", *kit])


def _garment(labels: CharacterLabels, color: str) -> str:
    """``a red robe``, but ``red armor``."""
    garment = f"{color} {GARMENTS[labels.role]}"
    return garment if labels.role == "knight" else _article(garment)


def _stance(labels: CharacterLabels, speak: Speaker | None, keep: float) -> str:
    action = ACTION_PHRASES[labels.action] if speak is None else speak.word(labels.action)
    return _said(action, _direction(labels.direction, speak), speak, keep)


def _said(action: str, direction: str, speak: Speaker | None, keep: float) -> str:
    """Action and direction, each dropped now and then, never both."""
    share = max(keep, KEPT_SHARE)
    said = [word for word in (action, direction) if _says(speak, share)]
    return ", ".join(said or [action])


def _keep(speak: Speaker) -> float:
    """How likely each attribute of a long caption is said: all of them surely, or most."""
    return 1.0 if speak.says(WHOLE_SHARE) else 1 - DROPOUT


def _short_figure(labels: CharacterLabels, speak: Speaker) -> str:
    """``a red knight walking right``."""
    color = speak.word(labels.color)
    subject = f"{color} {_noun(labels, speak, 0.9)}"
    if speak.says(0.15) and labels.weapon != "none":
        subject += f" with {_article(labels.weapon)}"
    return _moving(subject, speak.word(labels.action), labels.direction, speak)


def _moving(subject: str, action: str, direction: str, speak: Speaker) -> str:
    """Subject, action and direction; sideways motion may be said in one word."""
    if not speak.says(0.94):
        return _article(subject)
    text = _article(f"{subject} {action}")
    if direction in ("left", "right") and speak.says(0.6):
        return f"{text} {direction}"
    return _join(text, _direction(direction, speak)) if speak.says(0.85) else text


def _long_figure(labels: CharacterLabels, speak: Speaker) -> str:
    keep = _keep(speak)
    subject, stance = _figure(labels, speak, keep), _stance(labels, speak, keep)
    if speak.says(0.12):
        return f"{stance}: {_article(subject)}"
    return f"{_article(subject)} {stance}" if speak.says(0.6) else _join(_article(subject), stance)


def _beast(labels: CreatureLabels, speak: Speaker | None, keep: float) -> str:
    size = _sized(labels.size, speak) if _says(speak, keep) else ""
    text = f"{size}{_word(labels.color, speak)} {_word(labels.creature, speak)}"
    if labels.feature != "none" and _says(speak, keep):
        text += f" with {_word(labels.accent_color, speak)} {labels.feature}"
    return text


def _creature_action(labels: CreatureLabels, speak: Speaker | None) -> str:
    """The verb that fits the animal: snakes slither, fish swim, birds and ghosts fly."""
    if labels.creature == "snake" and labels.action == "walking":
        return "slithering"
    if labels.creature == "fish" and labels.action in ("idle", "hopping"):
        return "swimming" if labels.action == "idle" else "leaping"
    return _word(labels.action, speak)


def _creature_stance(labels: CreatureLabels, speak: Speaker | None, keep: float) -> str:
    action = _creature_action(labels, speak)
    return _said(action, _direction(labels.direction, speak), speak, keep)


def _short_beast(labels: CreatureLabels, speak: Speaker) -> str:
    subject = f"{speak.word(labels.color)} {speak.word(labels.creature)}"
    if speak.says(0.3):
        subject = _sized(labels.size, speak) + subject
    return _moving(subject, _creature_action(labels, speak), labels.direction, speak)


def _long_beast(labels: CreatureLabels, speak: Speaker) -> str:
    keep = _keep(speak)
    subject, stance = _beast(labels, speak, keep), _creature_stance(labels, speak, keep)
    return f"{_article(subject)} {stance}" if speak.says(0.6) else _join(_article(subject), stance)


def _item(labels: ItemLabels, speak: Speaker, *, short: bool) -> str:
    subject = f"{speak.word(labels.color)} {speak.word(labels.item)}"
    motion = speak.word(labels.motion)
    if not short and speak.says():
        subject += f" with {labels.trim} trim"
    if not speak.says(KEPT_SHARE + 0.04):
        return _article(subject)
    if (
        labels.motion in ("spinning", "glowing", "blinking", "burning")
        and speak.says(0.35)
        and " " not in motion
    ):
        return _article(f"{motion} {subject}")
    return _article(f"{subject} {motion}")


def _effect(labels: EffectLabels, speak: Speaker, *, short: bool) -> str:
    size = "" if short or not speak.says() else _sized(labels.size, speak)
    subject = f"{size}{speak.word(labels.color)} {speak.word(labels.effect)}"
    return _article(f"{subject} {speak.word(labels.motion)}" if speak.says(KEPT_SHARE) else subject)
