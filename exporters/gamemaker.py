"""GameMaker strips: a row of whole frames whose file name says how many there are."""

from __future__ import annotations

import numpy as np

from exporters.options import SheetOptions, file_stem
from exporters.png import encode_png
from exporters.spritesheet import distinct_tags, play_order, visible
from toolkit.clip import Clip
from toolkit.errors import BadRequest

LONGEST = 1024
"""Frames in a strip; GameMaker itself sets no limit, memory does."""


def export_gamemaker(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME_TAG_stripN.png`` for each tag, its frames side by side as one round plays them.

    GameMaker shows all frames of a sprite equally long, so a frame that stays longer than
    ``1 / fps`` is repeated; set the sprite's speed to the clip's fps.

    Raises:
        BadRequest: a strip would need more than 1024 frames.
    """
    frames = visible(clip.frames)
    files: dict[str, bytes] = {}
    for tag in distinct_tags(clip.tags_or_whole):
        order = [index for index in play_order(tag) for _ in range(held(clip, index))]
        if len(order) > LONGEST:
            raise BadRequest(
                f"tag {tag.name!r} lasts {len(order)} frames of {clip.fps:g} a second; at most "
                f"{LONGEST} fit a strip: lower fps or shorten the frames that stay."
            )
        strip = np.concatenate([frames[index] for index in order], axis=1)
        stem = file_stem(f"{name}_{tag.name}")
        files[_free(files, stem, len(order))] = encode_png(strip, clip.metadata)
    return files


def held(clip: Clip, index: int) -> int:
    """How often a frame stands in the strip: its seconds times the fps, at least 1."""
    return max(1, round(clip.frame_seconds[index] * clip.fps))


def _free(files: dict[str, bytes], stem: str, count: int) -> str:
    """A name that no other tag took: two may differ only in signs that file names cannot hold."""
    number, name = 1, f"{stem}_strip{count}.png"
    while name in files:
        number += 1
        name = f"{stem}_{number}_strip{count}.png"
    return name
