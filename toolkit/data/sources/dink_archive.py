"""Reads the graphics of Dink Smallwood: ``dir.ff`` archives, ``Dink.ini`` and keyed bitmaps.

A ``dir.ff`` holds the number of entries (uint32), the entries (uint32 offset, 13 bytes of name)
and the bitmaps; the last entry has no name and marks the end.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from toolkit.data.sources.strips import Picture, Pixels, read_picture

ENTRY = struct.Struct("<I13s")
WHOLE_NUMBER = re.compile(r"-?\d+")
FRAME_NAME = re.compile(r"(.*?)(\d\d)\.bmp")
BLACK, WHITE = 0, 255
DEFAULT_DELAY_MS = 75
"""For sequences that only the game's scripts load."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sequence:
    """An animation as ``Dink.ini`` announces it."""

    number: int
    path: str
    """Folder and start of the bitmaps' names, lower case, with ``/``."""
    delay_ms: int = DEFAULT_DELAY_MS
    centre: tuple[int, int] | None = None
    """The point that stays in place, where it is the same in every frame."""
    black: bool = False
    """Black is clear instead of white."""
    left_aligned: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DinkInitialization:
    """What ``Dink.ini`` says about the graphics."""

    sequences: tuple[Sequence, ...]
    centres: Mapping[tuple[int, int], tuple[int, int]]
    """Points that stay in place, by sequence and frame, counted from 1."""


def read_dir_ff(archive: bytes) -> dict[str, bytes]:
    """The bitmaps of a ``dir.ff`` by their names in lower case."""
    (count,) = struct.unpack_from("<I", archive)
    entries = [ENTRY.unpack_from(archive, 4 + ENTRY.size * index) for index in range(count)]
    ends = [offset for offset, _ in entries[1:]] + [len(archive)]
    names = [raw.split(b"\0")[0].decode("latin-1").lower() for _, raw in entries]
    return {
        name: archive[offset:end]
        for name, (offset, _), end in zip(names, entries, ends, strict=True)
        if name
    }


def collect_bitmaps(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every bitmap by its lower-case path: the loose ones, and over them those in archives."""
    bitmaps = {name.lower(): data for name, data in files.items()}
    archives = [name for name in bitmaps if name.endswith("/dir.ff")]
    for archive in archives:
        folder = archive.removesuffix("dir.ff")
        packed = read_dir_ff(bitmaps[archive])
        bitmaps.update({folder + name: data for name, data in packed.items()})
    return {name: data for name, data in bitmaps.items() if name.endswith(".bmp")}


def read_ini(text: str) -> DinkInitialization:
    """Sequences by number, the last announcement of each, and the centres of single frames."""
    sequences: dict[int, Sequence] = {}
    centres: dict[tuple[int, int], tuple[int, int]] = {}
    for words in map(str.split, text.splitlines()):
        if words and words[0].lower() in ("load_sequence", "load_sequence_now"):
            sequence = _sequence(words)
            sequences[sequence.number] = sequence
        elif words and words[0].lower() == "set_sprite_info":
            numbers = _numbers(words[1:])
            if len(numbers) >= 4:
                centres[numbers[0], numbers[1]] = (numbers[2], numbers[3])
    ordered = tuple(sequences[number] for number in sorted(sequences))
    return DinkInitialization(sequences=ordered, centres=centres)


def _sequence(words: list[str]) -> Sequence:
    """``load_sequence PATH NUMBER [DELAY [X Y ...]] [BLACK] [LEFTALIGN] ...``"""
    flags = {word.upper() for word in words[3:]}
    numbers = _numbers(words[3:])
    return Sequence(
        number=int(words[2]),
        path=words[1].lower().replace("\\", "/"),
        delay_ms=numbers[0] if numbers else 0,
        centre=(numbers[1], numbers[2]) if len(numbers) >= 3 else None,
        black="BLACK" in flags,
        left_aligned="LEFTALIGN" in flags,
    )


def _numbers(words: list[str]) -> list[int]:
    return [int(word) for word in words if WHOLE_NUMBER.fullmatch(word)]


def cut_out(bitmap: bytes, *, black: bool) -> Pixels:
    """The bitmap with its key colour, black or else white, made clear."""
    pixels = read_picture(bitmap)
    key = BLACK if black else WHITE
    pixels[np.all(pixels[..., :3] == key, axis=-1)] = 0
    return pixels


def game_centre(pixels: Pixels) -> tuple[int, int]:
    """Where the game holds a picture that ``Dink.ini`` gives no point for."""
    height, width = pixels.shape[:2]
    return width - width // 2 + width // 6, height - height // 4 - height // 30


def sequence_frames(
    sequence: Sequence,
    bitmaps: Mapping[str, bytes],
    centres: Mapping[tuple[int, int], tuple[int, int]],
) -> list[Picture]:
    """The frames ``01``, ``02`` and so on, up to the first one missing."""
    frames: list[Picture] = []
    while (bitmap := bitmaps.get(f"{sequence.path}{len(frames) + 1:02d}.bmp")) is not None:
        pixels = cut_out(bitmap, black=sequence.black)
        fallback = (0, 0) if sequence.left_aligned else game_centre(pixels)
        here = centres.get((sequence.number, len(frames) + 1))
        x, y = here or sequence.centre or fallback
        frames.append(Picture(pixels=pixels, x=x, y=y))
    return frames


def unannounced_frames(
    bitmaps: Mapping[str, bytes], announced: set[str]
) -> dict[str, list[Pixels]]:
    """Frames by path of what only the game's scripts load, from the names of the bitmaps."""
    paths: dict[str, list[str]] = {}
    for name in sorted(bitmaps):
        match = FRAME_NAME.fullmatch(name)
        if match is not None and match[1] not in announced:
            paths.setdefault(match[1], []).append(name)
    return {
        path: [cut_out(bitmaps[name], black=False) for name in names]
        for path, names in paths.items()
    }
