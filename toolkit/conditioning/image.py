"""A picture from anywhere -> the first frame of a clip."""

from __future__ import annotations

import io
import re
import struct
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from toolkit.errors import BadRequest

FORMATS = ("PNG", "WEBP", "GIF", "JPEG", "BMP")
"""Others stay shut: some of Pillow's readers start programs, as EPS does Ghostscript."""
MAX_PIXELS = 4096 * 4096


def first_frame(encoded: bytes, *, width: int, height: int) -> NDArray[np.uint8]:
    """The picture as uint8 ``[H, W, 4]``, straight alpha, in the middle of a clear canvas.

    ``encoded`` is a PNG, WebP, GIF, JPEG or BMP; of an animation the first frame counts. The
    size is read from the header and refused before anything is decoded. Small pixel art is
    enlarged by whole steps; larger pictures are reduced in premultiplied colour, so that hidden
    colours under transparent pixels do not bleed into the edge.

    Raises:
        BadRequest: not a picture of these formats, truncated, or above 4096 x 4096 pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(encoded), formats=FORMATS)
        _check_size(picture)
        rgba = picture.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise BadRequest(_too_large(f"{_counted(error)} pixels")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise BadRequest(
            f"image of {len(encoded)} bytes cannot be read ({error}); "
            "give a whole PNG, WebP, GIF, JPEG or BMP."
        ) from error
    return _fit(rgba, width, height)


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise BadRequest(_too_large(f"{picture.width}x{picture.height} pixels"))


def _counted(error: Image.DecompressionBombError) -> str:
    """The number of pixels, which Pillow says first and only in words."""
    count = re.search(r"[0-9]+", str(error))
    return count[0] if count else "too many"


def _too_large(what: str) -> str:
    return f"image has {what}; at most 4096x4096, so scale it down first."


def _fit(picture: Image.Image, width: int, height: int) -> NDArray[np.uint8]:
    """The picture as large as fits, centred."""
    scale = min(width / picture.width, height / picture.height)
    if scale >= 1:
        scale = int(scale)
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    resized = _resize(picture, size)
    canvas = np.zeros((height, width, 4), np.uint8)
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    canvas[top : top + size[1], left : left + size[0]] = resized
    return canvas


def _resize(picture: Image.Image, size: tuple[int, int]) -> NDArray[np.uint8]:
    if size[0] >= picture.width:
        return np.asarray(picture.resize(size, Image.Resampling.NEAREST))
    premultiplied = picture.convert("RGBa").resize(size, Image.Resampling.BOX)
    return np.asarray(premultiplied.convert("RGBA"))
