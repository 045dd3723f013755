"""Textures as one array of texels with smaller copies, so that far ones do not flicker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from toolkit.errors import BadRequest

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TGA", "TIFF", "DDS")
"""Others stay shut: some of Pillow's readers start programs, as EPS does Ghostscript."""
MAX_SIDE = 8192
MAX_LEVELS = 14
"""Halvings from the largest side down to one texel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texels:
    """All textures of a mesh, each with its copies of half the size, a quarter, and so on."""

    pixels: NDArray[np.uint8]
    """uint8 ``[N, 4]``, sRGB, straight alpha, row by row, level by level."""
    levels: NDArray[np.int64]
    """int64 ``[T, 14, 3]``: first texel, width and height of each level; the last one repeats."""


def pack_textures(textures: list[NDArray[np.uint8]]) -> Texels:
    """The textures uint8 ``[H, W, 4]`` with their levels; none gives one white texel."""
    rows: list[NDArray[np.uint8]] = []
    levels = np.zeros((max(len(textures), 1), MAX_LEVELS, 3), np.int64)
    start = 0
    for number, texture in enumerate(textures or [np.full((1, 1, 4), 255, np.uint8)]):
        level = texture
        for depth in range(MAX_LEVELS):
            if depth == 0 or max(level.shape[:2]) > 1:
                level = _halved(level) if depth else level
                rows.append(level.reshape(-1, 4))
                levels[number, depth] = start, level.shape[1], level.shape[0]
                start += len(rows[-1])
            else:
                levels[number, depth] = levels[number, depth - 1]
    return Texels(pixels=np.concatenate(rows), levels=levels)


def _halved(level: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Half the size; averaged premultiplied, so that hidden colours do not bleed in."""
    size = (max(level.shape[1] // 2, 1), max(level.shape[0] // 2, 1))
    premultiplied = Image.fromarray(level).convert("RGBa").resize(size, Image.Resampling.BOX)
    return np.asarray(premultiplied.convert("RGBA"))


def decode_texture(image: Image.Image, name: str, *, opaque: bool) -> NDArray[np.uint8]:
    """The picture as uint8 ``[H, W, 4]``; ``opaque`` drops its alpha.

    Raises:
        BadRequest: it is damaged, of a format we do not open, or above 8192 pixels a side.
    """
    check_texture(image, name)
    try:
        return np.asarray((image.convert("RGB") if opaque else image).convert("RGBA"))
    except (OSError, SyntaxError, ValueError) as error:
        raise BadRequest(f"{name} is damaged: {error}; save the texture again as PNG.") from error


def check_texture(image: Image.Image, name: str) -> None:
    """Refuse a picture by its header alone, before anything is decoded.

    Raises:
        BadRequest: a format we do not open, or above 8192 pixels a side.
    """
    if image.format is not None and image.format not in FORMATS:
        raise BadRequest(f"{name} is {image.format}; save the texture as PNG or JPEG.")
    if max(image.size) > MAX_SIDE:
        raise BadRequest(
            f"{name} is {image.width}x{image.height} pixels; "
            f"at most {MAX_SIDE} a side: scale the texture down first."
        )
