"""Microsoft's Fluent emoji (MIT), still and animated, from LobeHub's npm packages."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from toolkit.data.sources.archives import stream_archive
from toolkit.data.sources.emoji_names import (
    SKIN_TONES,
    EmojiName,
    code_key,
    read_emoji_names,
    skin_tones,
)
from toolkit.data.sources.items import Item
from toolkit.data.sources.strips import FRAME_SIDE, Pixels, read_picture, shrink

LIGHT = ("1f3fb",)
"""The one skin tone kept beside the plain emoji; the others are recolours of it."""
LEAST_FRAMES = 8
NOT_PUBLISHED = frozenset(
    {
        "1f468-200d-1f466", "1f468-200d-1f466-200d-1f466", "1f468-200d-1f467",
        "1f468-200d-1f467-200d-1f466", "1f468-200d-1f467-200d-1f467",
        "1f468-200d-1f468-200d-1f466", "1f468-200d-1f468-200d-1f466-200d-1f466",
        "1f468-200d-1f468-200d-1f467", "1f468-200d-1f468-200d-1f467-200d-1f467",
        "1f468-200d-1f469-200d-1f466", "1f468-200d-1f469-200d-1f466-200d-1f466",
        "1f468-200d-1f469-200d-1f467", "1f468-200d-1f469-200d-1f467-200d-1f466",
        "1f468-200d-1f469-200d-1f467-200d-1f467", "1f468-200d-1f4bb",
        "1f468-200d-2764-200d-1f468", "1f469-200d-1f466", "1f469-200d-1f466-200d-1f466",
        "1f469-200d-1f467", "1f469-200d-1f467-200d-1f466", "1f469-200d-1f467-200d-1f467",
        "1f469-200d-1f469-200d-1f466", "1f469-200d-1f469-200d-1f466-200d-1f466",
        "1f469-200d-1f469-200d-1f467", "1f469-200d-2764-200d-1f468", "1f469-200d-2764-200d-1f469",
        "1f469-200d-2764-200d-1f48b-200d-1f469", "1f46a", "1f46b", "1f46c", "1f46d", "1f48f",
        "1f491", "1f9d1-200d-1f4bb", "1f9d1-200d-1f91d-200d-1f9d1",
    }
)  # fmt: skip
"""Couples, families and two others that are not among what Microsoft put under MIT animated."""


def fluent3d(archives: Sequence[Path]) -> Iterator[Item]:
    """Stills; the archives are ``@lobehub/fluent-emoji-3d`` and ``emojibase-data``.

    Two files may differ in the variation selector only; the one without it counts.
    """
    names = read_emoji_names(archives[1])
    drawings = {code_key(_stem(path)): data for path, data in sorted(_assets(archives[0]))}
    for key, data in drawings.items():
        name = names.get(key)
        if name is not None:
            yield Item(
                id=key,
                frames=shrink(read_picture(data), FRAME_SIDE, FRAME_SIDE)[None],
                subject=name.label,
                caption=name.label,
                extras={"keywords": list(name.keywords), "group": name.group},
            )


def fluent_anim(archives: Sequence[Path]) -> Iterator[Item]:
    """Clips of up to 24 frames; the archives are the four animated ones and emojibase-data."""
    names = read_emoji_names(archives[-1])
    for archive in archives[:-1]:
        for path, data in _assets(archive):
            key = code_key(_stem(path))
            name = names.get(key)
            if name is None or not is_published(key):
                continue
            with Image.open(io.BytesIO(data)) as animation:
                if getattr(animation, "n_frames", 1) >= LEAST_FRAMES:
                    yield _clip(key, name, animation, animation_ms(data))


def is_published(key: str) -> bool:
    """Whether the animation is Microsoft's under MIT, and no recolour of another one here."""
    plain = "-".join(point for point in key.split("-") if point not in SKIN_TONES)
    return plain not in NOT_PUBLISHED and tuple(skin_tones(key)) in ((), LIGHT)


def sampled(count: int) -> list[int]:
    """Which frames of an animation stay: 24 of a long one, 16 of a middling one, else all."""
    kept = 24 if count >= 48 else min(count, 16)
    return [index * count // kept for index in range(kept)]


def animation_ms(webp: bytes) -> int:
    """How long an animated WebP lasts, in milliseconds.

    Its RIFF chunks are an identifier and a uint32 size, padded to even offsets; a frame's
    ``ANMF`` holds its duration in bytes 12 to 14. Pillow tells it only after decoding.
    """
    offset, total = 12, 0
    while offset + 8 <= len(webp):
        size = int.from_bytes(webp[offset + 4 : offset + 8], "little")
        if webp[offset : offset + 4] == b"ANMF":
            total += int.from_bytes(webp[offset + 20 : offset + 23], "little")
        offset += 8 + size + size % 2
    return total


def _assets(archive: Path) -> Iterator[tuple[str, bytes]]:
    return stream_archive(
        archive, lambda name: name.startswith("package/assets/") and name.endswith(".webp")
    )


def _stem(path: str) -> str:
    return PurePosixPath(path).stem


def _clip(key: str, name: EmojiName, animation: Image.Image, milliseconds: int) -> Item:
    frames = _frames(animation)
    return Item(
        id=key,
        frames=frames,
        subject=name.base,
        caption=f"{name.label.replace(':', ',')}, animated",
        action="animated",
        extras={
            "keywords": list(name.keywords),
            "group": name.group,
            "tone": [SKIN_TONES[tone] for tone in skin_tones(key)],
            "delay_ms": round(milliseconds / len(frames)),
        },
    )


def _frames(animation: Image.Image) -> Pixels:
    """uint8 ``[T, 64, 64, 4]``."""
    count: int = getattr(animation, "n_frames", 1)
    frames: list[Pixels] = []
    for index in sampled(count):
        animation.seek(index)
        frames.append(shrink(np.asarray(animation.convert("RGBA")), FRAME_SIDE, FRAME_SIDE))
    return np.stack(frames)
