"""A small reader of Aseprite and TexturePacker frames, independent of the exporters."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def page_pixels(files: Mapping[str, bytes], image: Mapping[str, Any]) -> NDArray[np.uint8]:
    """The page that an ``image`` and ``size`` pair of the JSON describes."""
    pixels = np.asarray(Image.open(io.BytesIO(files[image["image"]])))
    assert pixels.shape == (image["size"]["h"], image["size"]["w"], 4)
    return pixels


def restore(page: NDArray[np.uint8], entries: Iterable[Mapping[str, Any]]) -> NDArray[np.uint8]:
    """Frames uint8 ``[T, H, W, 4]`` as an engine draws the entries."""
    frames: list[NDArray[np.uint8]] = []
    for entry in entries:
        size, place, region = entry["sourceSize"], entry["spriteSourceSize"], entry["frame"]
        x, y, w, h = (region[key] for key in "xywh")
        assert not entry["rotated"]
        assert entry["trimmed"] == ((w, h) != (size["w"], size["h"]))
        frame = np.zeros((size["h"], size["w"], 4), np.uint8)
        frame[place["y"] : place["y"] + h, place["x"] : place["x"] + w] = page[y : y + h, x : x + w]
        frames.append(frame)
    return np.stack(frames)
