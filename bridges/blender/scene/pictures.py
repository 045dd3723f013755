"""Pixels of encoded pictures, read by Blender itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest

MOST_PIXELS = 2**26
"""256 MiB of RGBA."""
PREVIEW_SIDE = 128
"""Most pixels a side of a preview."""


def read_pixels(content: bytes, suffix: str = ".png") -> NDArray[np.uint8]:
    """Pixels uint8 ``[H, W, 4]`` of an encoded picture, first row at the top, straight alpha.

    Raises:
        BadRequest: Blender cannot read it, or it is too large.
    """
    with tempfile.TemporaryDirectory(prefix="playreel-") as folder:
        path = Path(folder) / f"sheet{suffix}"
        path.write_bytes(content)
        return read_picture(path)


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Pixels of a picture file, as ``read_pixels``.

    Raises:
        BadRequest: as ``read_pixels``.
    """
    try:
        image = bpy.data.images.load(str(path), check_existing=False)
    except RuntimeError as error:
        raise BadRequest(f"{path.name} cannot be read: {error}.") from error
    try:
        width, height = image.size
        if not 0 < width * height <= MOST_PIXELS or image.channels != 4:
            raise BadRequest(
                f"{path.name} is {width}x{height} with {image.channels} channels; "
                f"must be RGBA of at most {MOST_PIXELS} pixels."
            )
        values = np.empty(width * height * 4, np.float32)
        image.pixels.foreach_get(values)
    finally:
        bpy.data.images.remove(image)
    rows = np.rint(values * 255).astype(np.uint8).reshape(height, width, 4)
    return rows[::-1]


def fill_preview(preview: Any, pixels: NDArray[np.uint8]) -> None:
    """Make a preview of Blender's show these pixels, kept square and hard."""
    times = max(1, PREVIEW_SIDE // max(pixels.shape[:2]))
    large = pixels.repeat(times, axis=0).repeat(times, axis=1)[::-1]
    preview.image_size = (large.shape[1], large.shape[0])
    preview.image_pixels_float.foreach_set((large.astype(np.float32) / 255).ravel())
