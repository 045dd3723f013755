"""FreeDink's characters, monsters and effects (zlib), from Debian's ``freedink-data``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.data.sources.archives import read_archive
from toolkit.data.sources.dink_archive import (
    DEFAULT_DELAY_MS,
    collect_bitmaps,
    game_centre,
    read_ini,
    sequence_frames,
    unannounced_frames,
)
from toolkit.data.sources.freedink_labels import LABELS
from toolkit.data.sources.items import Item
from toolkit.data.sources.strips import FRAME_SIDE, Picture, Pixels, align, fit

ROOT = "usr/share/games/dink/dink/"
HERO, HERO_CENTRE = "graphics/dink", (57, 94)
FACING = {
    1: "front-left", 2: "the viewer", 3: "front-right", 4: "left",
    6: "right", 7: "back-left", 8: "away", 9: "back-right",
}  # fmt: skip
INNER_SIDE = FRAME_SIDE - 2
SMALLEST_SHRUNK = 20
"""Subjects up to this size are enlarged instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Animation:
    """Frames of one path and how long each stays."""

    path: str
    pictures: list[Picture]
    delay_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What an animation shows."""

    subject: str
    action: str
    facing: str
    """Empty where the path gives no direction."""
    loop: bool


def freedink(archives: Sequence[Path]) -> Iterator[Item]:
    """Labelled animations, all of one subject at one scale; the archive is freedink-data."""
    subjects: dict[str, list[tuple[Animation, Label]]] = {}
    for animation in _animations(archives[0]):
        label = label_of(animation.path)
        if label is not None and len(animation.pictures) > 1:
            subjects.setdefault(label.subject, []).append((animation, label))
    for labelled in subjects.values():
        yield from _items_of_subject(labelled)


def label_of(path: str) -> Label | None:
    """The label of the first pattern that the path fits, or None."""
    for pattern, subject, action, loop in LABELS:
        match = re.search(pattern, path)
        if match is not None:
            groups = [group or "" for group in match.groups()]
            key = int(groups[-1]) if groups and groups[-1].isdigit() else 0
            subject = subject.format(*groups)
            return Label(subject=subject, action=action, facing=FACING.get(key, ""), loop=loop)
    return None


def _animations(archive: Path) -> Iterator[Animation]:
    """Those that ``Dink.ini`` announces, then those that only scripts load."""
    files = read_archive(archive, lambda name: name.startswith(ROOT))
    files = {name.removeprefix(ROOT): data for name, data in files.items()}
    ini = read_ini(files["Dink.ini"].decode("latin-1"))
    bitmaps = collect_bitmaps(files)
    announced = {sequence.path: sequence for sequence in ini.sequences}
    for path, sequence in announced.items():
        pictures = sequence_frames(sequence, bitmaps, ini.centres)
        yield Animation(path=path, pictures=pictures, delay_ms=sequence.delay_ms)
    for path, frames in unannounced_frames(bitmaps, set(announced)).items():
        pictures = [_held_by_script(path, frame) for frame in frames]
        yield Animation(path=path, pictures=pictures, delay_ms=DEFAULT_DELAY_MS)


def _held_by_script(path: str, pixels: Pixels) -> Picture:
    x, y = HERO_CENTRE if path.startswith(HERO) else game_centre(pixels)
    return Picture(pixels=pixels, x=x, y=y)


def _items_of_subject(labelled: Sequence[tuple[Animation, Label]]) -> Iterator[Item]:
    aligned = [align(animation.pictures) for animation, _ in labelled]
    largest = max(side for frames in aligned for side in frames[0].shape[:2])
    scale = min(1.0, INNER_SIDE / largest) if largest > SMALLEST_SHRUNK else None
    for (animation, label), frames in zip(labelled, aligned, strict=True):
        yield _item(animation, label, fit(frames, scale=scale))


def _item(animation: Animation, label: Label, frames: Pixels) -> Item:
    facing = f", facing {label.facing}" if label.facing else ""
    return Item(
        id=animation.path.removeprefix("graphics/").replace("/", "_"),
        frames=frames,
        subject=label.subject,
        caption=f"{label.subject} {label.action}{facing}",
        action=label.action,
        direction=label.facing or None,
        loop=label.loop,
        extras={"delay_ms": animation.delay_ms},
    )
