"""Training clips: what a generated clip, a pack's item or a turn gives for a number of frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toolkit.conditioning.control import SHIFT, Style, control_vectors
from toolkit.data.packs import PackItem, flip_caption
from toolkit.data.procedural.clips import ProceduralClip
from toolkit.data.procedural.labels import CreatureLabels, ItemLabels

MIRRORED_PACKS = frozenset({"freedink", "procgen", "arcade", "crawl", "angband"})
"""Packs whose items stay true when flipped with their caption."""

SHIFTED_SHARE: Mapping[type[object], float] = {ItemLabels: 0.5, CreatureLabels: 0.3}
"""How many clips of a kind are moved. Every gem stood in the same place, and one that bobs lost its
shape on the way; figures and effects go everywhere of their own."""
FARTHEST = 10
"""Pixels that a clip is moved at most, and never out of the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One training clip."""

    frames: NDArray[np.uint8]
    caption: str
    control: NDArray[np.float32]


def resample(num_frames: int, wanted: int, *, loop: bool) -> NDArray[np.int64]:
    """Indices of ``wanted`` frames spread over a clip; a loop's last frame is not its first."""
    stop = num_frames if loop else num_frames - 1
    return np.floor(np.linspace(0, stop, wanted, endpoint=not loop) + 1e-6).astype(np.int64)


def procedural_example(clip: ProceduralClip, num_frames: int, rng: np.random.Generator) -> Example:
    """The clip, or for one frame a random moment of it with that moment's phase."""
    frames, control = clip.frames, control_vectors(len(clip.frames), loop=clip.loop)
    if num_frames == 1:
        at = int(rng.integers(len(frames)))
        frames, control = frames[at : at + 1], control[at : at + 1]
    example = Example(frames=frames, caption=clip.caption, control=control)
    if rng.random() < SHIFTED_SHARE.get(type(clip.labels), 0):
        return moved(example, FARTHEST, rng)
    return example


def moved(example: Example, farthest: int, rng: np.random.Generator) -> Example:
    """The example up to so many pixels from its place, still whole; its control says where."""
    height, width = example.frames.shape[1:3]
    rows, columns = (np.flatnonzero(example.frames[..., 3].any((0, axis))) for axis in (2, 1))
    if not len(rows):
        return example
    down = _step(rows, height, farthest, rng)
    right = _step(columns, width, farthest, rng)
    control = example.control.copy()
    control[:, SHIFT] = right / 16, down / 16
    frames = np.roll(example.frames, (down, right), (1, 2))
    return replace(example, frames=frames, control=control)


def _step(taken: NDArray[np.int64], side: int, farthest: int, rng: np.random.Generator) -> int:
    """A random step along a side of which the pixels from first to last of ``taken`` are in use."""
    before, after = int(taken[0]), side - 1 - int(taken[-1])
    return int(rng.integers(-min(before, farthest), min(after, farthest) + 1))


def pack_example(item: PackItem, num_frames: int, rng: np.random.Generator) -> Example:
    """A pack item resampled to ``num_frames``, flipped with its caption where that is true."""
    if item.azimuth:
        return turn_example(item.frames, item.caption, num_frames, rng, style=item.style)
    if num_frames == 1 and item.num_frames > 1:
        chosen = np.array([rng.integers(item.num_frames)])
        control = control_vectors(item.num_frames, loop=item.loop, style=item.style)[chosen]
    else:
        chosen = resample(item.num_frames, num_frames, loop=item.loop)
        control = control_vectors(num_frames, loop=item.loop, style=item.style)
    frames, caption = item.frames[chosen], item.caption
    if item.pack in MIRRORED_PACKS and rng.random() < 0.5:
        frames, caption = frames[:, :, ::-1], flip_caption(caption)
    return Example(frames=frames, caption=caption, control=control)


def turn_example(
    turn: NDArray[np.uint8],
    caption: str,
    num_frames: int,
    rng: np.random.Generator,
    *,
    style: Style = "render",
) -> Example:
    """One turn of a subject from any of its views on, and at each frame the azimuth it shows.

    ``turn`` uint8 ``[T, 64, 64, 4]``. A first view at random tells azimuth and phase apart.
    """
    views = len(turn)
    chosen = (
        rng.integers(views, size=1) if num_frames == 1 else resample(views, num_frames, loop=True)
    )
    shown = (chosen + rng.integers(views)) % views
    azimuths = (2 * np.pi / views * np.arange(views)).astype(np.float32)
    control = control_vectors(views, loop=True, style=style, azimuths=azimuths)
    control = np.concatenate([control[chosen, :3], control[shown, 3:]], 1)
    return Example(frames=turn[shown], caption=caption, control=control)
