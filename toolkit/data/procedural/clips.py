"""Clips from labels: pixels, loop flag, and random captioned clips for training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from toolkit.conditioning.phrases import LOOPING_ACTIONS
from toolkit.data.procedural.captions import caption
from toolkit.data.procedural.characters import character_buffers, character_colors
from toolkit.data.procedural.creatures import creature_buffers, creature_colors
from toolkit.data.procedural.effects import LOOPING_MOTIONS, effect_buffers, effect_colors
from toolkit.data.procedural.gaits import LOOPING_CREATURE_ACTIONS
from toolkit.data.procedural.items import item_buffers, item_colors
from toolkit.data.procedural.labels import (
    CharacterLabels,
    CreatureLabels,
    ItemLabels,
    Labels,
)  # fmt: skip
from toolkit.data.procedural.palettes import colorize, jittered
from toolkit.data.procedural.scene import Buffers
from toolkit.data.procedural.variety import training_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class ProceduralClip:
    """A generated clip with its caption and exact labels."""

    frames: NDArray[np.uint8]
    """uint8 ``[F, 64, 64, 4]``; alpha is 0 or 255."""
    caption: str
    labels: Labels
    loop: bool


def sample_clip(rng: np.random.Generator, *, num_frames: int = 8) -> ProceduralClip:
    """A random clip for training, with a paraphrased caption and a little style jitter."""
    labels = training_labels(rng)
    frames = render(labels, num_frames, rng=rng)
    return ProceduralClip(
        frames=frames, caption=caption(labels, rng), labels=labels, loop=is_loop(labels)
    )


def is_loop(labels: Labels) -> bool:
    """Whether frame F of the clip would be frame 0 again."""
    if isinstance(labels, CharacterLabels):
        return labels.action in LOOPING_ACTIONS
    if isinstance(labels, CreatureLabels):
        return labels.action in LOOPING_CREATURE_ACTIONS
    if isinstance(labels, ItemLabels):
        return labels.motion != "opening"
    return labels.motion in LOOPING_MOTIONS


def render(
    labels: Labels, num_frames: int = 8, *, rng: np.random.Generator | None = None
) -> NDArray[np.uint8]:
    """The clip's frames, uint8 ``[F, 64, 64, 4]`` with straight, binary alpha.

    Without ``rng`` the same labels give the same bytes; with it the skin of humans and elves, hue
    and brightness vary a little, never the labels.
    """
    part, tone = geometry(labels, num_frames)
    skin = 0 if rng is None else int(rng.integers(3))
    table = _colors(labels, skin)
    if rng is not None:
        hue, value = float(rng.normal(0, 0.004)), float(rng.normal(1, 0.025))
        table = table.copy()
        flat = table[..., :3].reshape(-1, 3)
        seen = table[..., 3].reshape(-1) > 0
        flat[seen] = jittered(flat[seen], hue, value)
        table[..., :3] = flat.reshape((*table.shape[:-1], 3))
    return colorize(part, tone, table)


@lru_cache(maxsize=256)
def geometry(labels: Labels, num_frames: int) -> Buffers:
    """Part and tone buffers of a clip, uint8 ``[F, 64, 64]`` each; do not write to them."""
    if isinstance(labels, CharacterLabels):
        return character_buffers(labels, num_frames)
    if isinstance(labels, CreatureLabels):
        return creature_buffers(labels, num_frames)
    if isinstance(labels, ItemLabels):
        return item_buffers(labels, num_frames)
    return effect_buffers(labels, num_frames)


def _colors(labels: Labels, skin: int) -> NDArray[np.uint8]:
    if isinstance(labels, CharacterLabels):
        return character_colors(labels, skin)
    if isinstance(labels, CreatureLabels):
        return creature_colors(labels)
    if isinstance(labels, ItemLabels):
        return item_colors(labels)
    return effect_colors(labels)
