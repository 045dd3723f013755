"""The training mixture: endless batches of captioned clips from packs and the generator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.data.examples import Example, pack_example, procedural_example, turn_example
from toolkit.data.packs import PackItem, load_pack
from toolkit.data.procedural.clips import ProceduralClip, sample_clip
from toolkit.data.props.orbits import PropTurn, sample_turn

CLIP_PACKS = ("fluent_anim", "freedink", "freedoom", "opensurge", "procgen", "arcade")
TURNTABLE_PACKS = ("sh3d", "ldraw")
STILL_PACKS = (
    "fluent3d", "noto", "twemoji", "crawl", "angband", "procgen", "arcade", "openclipart",
)  # fmt: skip
PROPS = "props"
"""The source of generated turns."""
LOOP_SHARE = 0.6
SHORTEST_CLIP = 4
"""Clips of two or three frames are too short to learn motion from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Clips of one length that all loop or all do not."""

    frames: NDArray[np.uint8]
    """uint8 ``[B, F, 64, 64, 4]``, straight alpha."""
    captions: list[str]
    control: NDArray[np.float32]
    """f32 ``[B, F, 12]``."""
    loop: bool


class ProceduralPool:
    """Generated clips kept in memory and renewed a few at a time, so that drawing stays cheap."""

    def __init__(self, rng: np.random.Generator, *, size: int, num_frames: int) -> None:
        self.rng, self.num_frames, self.next = rng, num_frames, 0
        self.clips: list[ProceduralClip] = [
            sample_clip(rng, num_frames=num_frames) for _ in range(size)
        ]

    def renew(self, count: int) -> None:
        """Replace the ``count`` oldest clips."""
        for _ in range(count):
            self.clips[self.next] = sample_clip(self.rng, num_frames=self.num_frames)
            self.next = (self.next + 1) % len(self.clips)

    def draw(self, *, loop: bool | None) -> ProceduralClip:
        """A random clip: one that loops, one that does not, or (``None``) either."""
        fitting = [clip for clip in self.clips if loop is None or clip.loop == loop]
        while not fitting:
            fresh = sample_clip(self.rng, num_frames=self.num_frames)
            fitting = [fresh] if fresh.loop == loop else []
        return fitting[self.rng.integers(len(fitting))]


class PropPool:
    """Turns of random props kept in memory and renewed one at a time."""

    def __init__(self, rng: np.random.Generator, *, size: int) -> None:
        self.rng, self.next = rng, 0
        self.turns: list[PropTurn] = [sample_turn(rng) for _ in range(size)]

    def draw(self) -> PropTurn:
        """A random turn of the pool."""
        return self.turns[self.rng.integers(len(self.turns))]

    def renew(self) -> None:
        """Replace the oldest turn."""
        self.turns[self.next] = sample_turn(self.rng)
        self.next = (self.next + 1) % len(self.turns)


class Mixture:
    """Endless batches; sources are drawn by weight, clips that loop and that do not apart."""

    def __init__(
        self,
        packs: Path | None,
        *,
        weights: Mapping[str, float],
        num_frames: int,
        seed: int,
        pool_size: int,
    ) -> None:
        self.rng = np.random.default_rng(seed)
        self.num_frames = num_frames
        self.pool = ProceduralPool(self.rng, size=pool_size, num_frames=max(num_frames, 8))
        self.props = PropPool(self.rng, size=max(pool_size // 4, 1)) if PROPS in weights else None
        self.sources = _load_sources(packs, num_frames) if packs else {}
        self.weights = weights

    def _share(self, source: str, *, loop: bool) -> float:
        """The weight of a source among clips that loop, or do not; 0 when it has none."""
        always = source == "procedural" or (source == PROPS and loop)
        return self.weights[source] if always or self.sources.get((source, loop)) else 0.0

    def _example(self, source: str, *, loop: bool) -> Example:
        if source == "procedural":
            clip = self.pool.draw(loop=None if self.num_frames == 1 else loop)
            return procedural_example(clip, self.num_frames, self.rng)
        if source == PROPS:
            assert self.props is not None
            turn = self.props.draw()
            return turn_example(turn.frames, turn.caption, self.num_frames, self.rng)
        items = self.sources[source, loop]
        return pack_example(items[self.rng.integers(len(items))], self.num_frames, self.rng)

    def batch(self, size: int) -> Batch:
        """The next batch of ``size`` clips."""
        self.pool.renew(max(size // 8, 1))
        if self.props is not None:
            self.props.renew()
        loop = self.num_frames == 1 or bool(self.rng.random() < LOOP_SHARE)
        names = list(self.weights)
        share = np.array([self._share(name, loop=loop) for name in names])
        if not share.any():  # turns alone always loop
            loop = not loop
            share = np.array([self._share(name, loop=loop) for name in names])
        drawn: list[int] = self.rng.choice(len(names), size=size, p=share / share.sum()).tolist()
        examples = [self._example(names[index], loop=loop) for index in drawn]
        return Batch(
            frames=np.stack([example.frames for example in examples]),
            captions=[example.caption for example in examples],
            control=np.stack([example.control for example in examples]),
            loop=loop,
        )


def _load_sources(packs: Path, num_frames: int) -> dict[tuple[str, bool], list[PackItem]]:
    """Items by source name and loop flag; for one frame everything counts as a loop."""
    groups: dict[str, tuple[str, ...]] = {"clips": CLIP_PACKS, "turntables": TURNTABLE_PACKS}
    if num_frames == 1:
        groups["stills"] = STILL_PACKS
    sources: dict[tuple[str, bool], list[PackItem]] = {}
    for group, names in groups.items():
        paths = [packs / f"{name}.zip" for name in names]
        for item in (item for path in paths if path.is_file() for item in load_pack(path)):
            if num_frames == 1 or item.num_frames >= SHORTEST_CLIP:
                key = (group, item.loop or num_frames == 1)
                sources.setdefault(key, []).append(item)
    return sources
