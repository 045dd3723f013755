"""What stands beside a model's scores: retrieval, a still picture, an untrained network."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from toolkit.clip import Clip


def caption_words(caption: str) -> frozenset[str]:
    """The caption's words in lower case."""
    return frozenset(re.findall(r"[a-z]+", caption.lower()))


def nearest_captions(prompts: Sequence[str], captions: Sequence[str]) -> NDArray[np.int64]:
    """For each prompt the caption sharing most words (Jaccard), first among equals, int64 ``[N]``.

    This is the baseline of a model that only repeats its training clips.
    """
    vocabulary = sorted(frozenset().union(*(caption_words(text) for text in captions)))
    index = {word: at for at, word in enumerate(vocabulary)}
    table = _word_table(captions, index)
    asked = _word_table(prompts, index)
    sizes = np.array([len(caption_words(text)) for text in prompts], np.float32)
    shared = asked @ table.T  # [N, M]
    union = sizes[:, None] + table.sum(1)[None] - shared
    return (shared / np.maximum(union, 1)).argmax(1)


def _word_table(texts: Sequence[str], index: dict[str, int]) -> NDArray[np.float32]:
    table = np.zeros((len(texts), len(index)), np.float32)
    for row, text in enumerate(texts):
        for word in caption_words(text):
            if word in index:
                table[row, index[word]] = 1
    return table


def static_clips(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The first frame of every clip ``[N, F, H, W, 4]``, repeated."""
    return np.repeat(frames[:, :1], frames.shape[1], axis=1)


def untrained_clips(shape: tuple[int, int, int, int, int]) -> NDArray[np.uint8]:
    """What a network with its zero-initialised last layer makes: half-transparent white."""
    count, frames, height, width, _ = shape
    clip = Clip.from_float(np.zeros((frames, 4, height, width), np.float32))
    return np.repeat(clip[None], count, axis=0)
