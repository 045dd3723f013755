"""A Playreel episode: the clip as one that was watched, for ``train`` and ``numpy.load``."""

from __future__ import annotations

import numpy as np

from exporters.options import SheetOptions
from exporters.spritesheet import visible
from toolkit.clip import Clip
from toolkit.episode import SUFFIX, Episode, encode_episode


def export_episode(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.npz``: every frame in the clip's order, the action ``noop`` between each two."""
    steps = clip.num_frames - 1
    episode = Episode(
        clip=clip.with_frames(visible(clip.frames)),
        actions=np.zeros(steps, np.int64),
        action_names=("noop",),
        rewards=np.zeros(steps, np.float32),
    )
    return {f"{name}{SUFFIX}": encode_episode(episode)}
