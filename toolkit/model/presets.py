"""Named network sizes."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.conditioning.control import CONTROL_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPreset:
    """The size of a VideoTransformer."""

    width: int = 384
    depth: int = 6
    heads: int = 6
    hidden: int = 1024
    """Inner width of the SwiGLU."""
    patch: int = 16
    """Side of a patch in pixels."""
    refiner: int = 16
    """Channels of the refiner."""
    control_size: int = CONTROL_SIZE


CLIP_PRESETS = {
    "clip-s": ClipPreset(),
    "clip-m": ClipPreset(width=512, heads=8, hidden=1376),
    "clip-tiny": ClipPreset(width=64, depth=1, heads=1, hidden=128, refiner=8),
}
"""``clip-s`` ships; ``clip-m`` is the first fallback of the design; ``clip-tiny`` is for tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPreset:
    """The size of a WorldTransformer."""

    width: int = 192
    depth: int = 6
    heads: int = 3
    hidden: int = 512
    """Inner width of the SwiGLU."""


WORLD_PRESETS = {
    "world-s": WorldPreset(),
    "world-xs": WorldPreset(width=128, depth=4, heads=2, hidden=352),
    "world-tiny": WorldPreset(width=64, depth=1, heads=1, hidden=128),
}
"""``world-s`` is the size for games, ``world-xs`` for small ones; ``world-tiny`` is for tests."""
