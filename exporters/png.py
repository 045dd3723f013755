"""PNG pages and frames that carry the clip's metadata in iTXt chunks."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from exporters.provenance import PREFIX, checked_metadata
from exporters.spritesheet import SpriteSheet

_SMALL = 4 << 20
"""Bytes of pixels; beyond, the last level takes three times as long for 0.4 percent."""


def encode_png(pixels: NDArray[np.uint8], metadata: Mapping[str, str]) -> bytes:
    """RGBA pixels uint8 ``[H, W, 4]`` as a PNG with one iTXt chunk ``playreel:KEY`` per entry.

    Settings are fixed and entries sorted, so that equal input gives equal bytes.

    Raises:
        BadRequest: a metadata key or value cannot stand in a file.
    """
    buffer = io.BytesIO()
    level = 9 if pixels.size <= _SMALL else 8
    image = Image.fromarray(pixels)
    image.save(buffer, "PNG", pnginfo=text_chunks(metadata), optimize=False, compress_level=level)
    return buffer.getvalue()


def text_chunks(metadata: Mapping[str, str]) -> PngInfo:
    """The metadata as Pillow's list of PNG text chunks, for PNG and APNG."""
    chunks = PngInfo()
    for key, value in checked_metadata(metadata).items():
        chunks.add_itxt(PREFIX + key, value)
    return chunks


def page_names(sheet: SpriteSheet, name: str) -> tuple[str, ...]:
    """File names of the pages: ``hero.png``, or ``hero_0.png``, ``hero_1.png`` for several."""
    if len(sheet.pages) == 1:
        return (f"{name}.png",)
    return tuple(f"{name}_{number}.png" for number in range(len(sheet.pages)))


def normal_names(sheet: SpriteSheet, name: str) -> tuple[str, ...]:
    """File names of the normal maps, such as ``hero_n.png``; none when the sheet has none."""
    pages = page_names(sheet, name)[: len(sheet.normals)]
    return tuple(f"{page.removesuffix('.png')}_n.png" for page in pages)


def page_files(sheet: SpriteSheet, name: str) -> dict[str, bytes]:
    """Every page, and its normal map where there is one, as a PNG with the sheet's metadata."""
    names = page_names(sheet, name) + normal_names(sheet, name)
    return {
        file: encode_png(page, sheet.metadata)
        for file, page in zip(names, sheet.pages + sheet.normals, strict=True)
    }
