"""Batches for learning a style: the user's sprites, and drawn figures so that motion stays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.conditioning.control import LOOK, control_vectors
from toolkit.data.datasets import SHORTEST_CLIP, Batch, ProceduralPool
from toolkit.data.examples import Example, moved, procedural_example, resample
from toolkit.data.own_sprites import OwnSprite
from toolkit.data.packs import flip_caption

STILLS_A_CLIP = 4
"""A batch of stills holds so many times the clips of a batch of clips."""
FARTHEST = 3
"""Pixels that a sprite is moved at most, so that few sprites are not learned by heart."""


class OwnBatches:
    """Endless batches of stills or of clips, drawn by turns at random.

    Stills are single frames of own sprites. Clips are drawn figures and own animations of at
    least four frames, half of each where there are any. Own sprites have the look "sprite", which
    every request asks for; drawn figures have none, so that the model need not draw both alike.
    """

    def __init__(
        self,
        sprites: Sequence[OwnSprite],
        *,
        num_frames: int,
        own_share: float,
        seed: int,
        pool_size: int,
    ) -> None:
        assert sprites
        self.sprites, self.num_frames, self.own_share = sprites, num_frames, own_share
        self.rng = np.random.default_rng(seed)
        self.pool = ProceduralPool(self.rng, size=pool_size, num_frames=max(num_frames, 8))
        self.moving = [sprite for sprite in sprites if len(sprite.frames) >= SHORTEST_CLIP]

    def batch(self, size: int) -> Batch:
        """``size`` clips, or four times as many stills."""
        if self.num_frames == 1 or self.rng.random() < self.own_share:
            return self.stills(size * STILLS_A_CLIP)
        return self.clips(size)

    def stills(self, size: int) -> Batch:
        """Single frames of own sprites, each sprite as often as any other."""
        chosen: list[int] = self.rng.integers(len(self.sprites), size=size).tolist()
        drawn = [self._own(self.sprites[at], 1) for at in chosen]
        return _together(drawn, loop=True)

    def clips(self, size: int) -> Batch:
        """Drawn figures and own animations that all loop, or all do not."""
        self.pool.renew(max(size // 8, 1))
        loop = bool(self.rng.random() < 0.5)
        fitting = [sprite for sprite in self.moving if sprite.loop == loop]
        own = size // 2 if fitting else 0
        chosen: list[int] = self.rng.integers(max(len(fitting), 1), size=own).tolist()
        drawn = [self._own(fitting[at], self.num_frames) for at in chosen]
        drawn += [self._figure(loop=loop) for _ in range(size - own)]
        return _together(drawn, loop=loop)

    def _own(self, sprite: OwnSprite, num_frames: int) -> Example:
        count = len(sprite.frames)
        if num_frames == 1:
            chosen = self.rng.integers(count, size=1)
            control = control_vectors(count, loop=sprite.loop)[chosen]
        else:
            chosen = resample(count, num_frames, loop=sprite.loop)
            control = control_vectors(num_frames, loop=sprite.loop)
        frames, caption = sprite.frames[chosen], sprite.caption
        if self.rng.random() < 0.5:
            frames, caption = frames[:, :, ::-1], flip_caption(caption)
        return moved(Example(frames=frames, caption=caption, control=control), FARTHEST, self.rng)

    def _figure(self, *, loop: bool) -> Example:
        example = procedural_example(self.pool.draw(loop=loop), self.num_frames, self.rng)
        control = example.control.copy()
        control[:, LOOK] = 0
        return Example(frames=example.frames, caption=example.caption, control=control)


def _together(examples: Sequence[Example], *, loop: bool) -> Batch:
    return Batch(
        frames=np.stack([example.frames for example in examples]),
        captions=[example.caption for example in examples],
        control=np.stack([example.control for example in examples]),
        loop=loop,
    )
