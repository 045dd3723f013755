"""Clips that every exporter test draws on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.clip import Clip, FrameTag

METADATA = {
    "prompt": 'a 🔥 "knight"\n <walks> & waves\\',
    "seed": "7",
    "request": '{"type":"sprites","prompt":"\\u00e9"}',
}


def busy_clip() -> Clip:
    """Eight frames of 20 x 24 with the cases that break exporters.

    Frame 3 is empty, 5 equals 4, 6 is 4 moved, 7 is full; alpha takes every value.
    """
    noise = np.random.default_rng(0).integers(0, 256, (8, 9, 7, 4), np.uint8)
    frames = np.zeros((8, 24, 20, 4), np.uint8)
    for index in range(8):
        frames[index, 3 + index : 12 + index, 5:12] = noise[index]
    frames[3] = 0
    frames[5] = frames[4]
    frames[6] = np.roll(frames[4], (-2, 3), (0, 1))
    frames[7, ..., 3] = 200
    frames[frames[..., 3] == 0] = 0
    return Clip(
        frames=frames,
        fps=12,
        durations=(0.1, 0.2, 0.3, 1 / 12, 1 / 12, 0.05, 0.05, 1.0),
        tags=(
            FrameTag(name="walk", start=0, stop=4, direction="reverse"),
            FrameTag(name='idle "é"', start=4, stop=8, direction="pingpong", loop=False),
        ),
        pivot=(0.5, 0.9),
        metadata=METADATA,
    )


def plain_clip(num_frames: int = 4, width: int = 16, height: int = 16) -> Clip:
    """Different opaque frames of few colours, without tags or durations of their own."""
    frames = np.zeros((num_frames, height, width, 4), np.uint8)
    for index in range(num_frames):
        frames[index, 2:-2, 2:-2] = (index, 255 - index, 40, 255)
        frames[index, 3, 3 + index % (width - 6)] = (255, 0, 0, 255)
    return Clip(frames=frames, fps=10)


def hard_alpha(clip: Clip) -> Clip:
    """The clip as a GIF can hold it: alpha 0 or 255."""
    frames = clip.frames.copy()
    frames[..., 3] = np.where(frames[..., 3] >= 128, 255, 0)
    frames[frames[..., 3] == 0] = 0
    return replace(clip, frames=frames)
