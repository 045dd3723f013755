"""Clip art in the public domain, from Debian's ``openclipart-png``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from toolkit.data.sources.archives import stream_archive
from toolkit.data.sources.items import Item
from toolkit.data.sources.strips import Pixels, crop_together, fit, read_picture

ROOT = "usr/share/openclipart/png/"
FOLDERS = (
    "animals", "buildings", "food", "people", "plants", "recreation", "tools", "transportation",
)  # fmt: skip
"""Those that show things; the others hold symbols, logos and parts of drawings."""
FAINT = 8
LEAST_COVER = 0.02
MOST_PIXELS = 80_000_000
"""Below where Pillow suspects a decompression bomb; a few scans in the package are larger."""
NO_NAME = re.compile(r"\b\d+\b|\barchitetto\b.*|\bfranc\w*|\brolla\w*|\b[a-z]\b")
"""Numbers, single letters and authors within file names."""


def openclipart(archives: Sequence[Path]) -> Iterator[Item]:
    """Stills of things; the archive is openclipart-png."""
    seen: set[str] = set()
    for name, data in stream_archive(archives[0], _is_used):
        path = PurePosixPath(name.removeprefix(ROOT))
        identifier = re.sub(r"\W", "_", str(path.with_suffix("")))
        if identifier in seen or png_pixels(data) > MOST_PIXELS:
            continue
        pixels = read_picture(data)
        if _shows_enough(pixels):
            seen.add(identifier)
            yield _still(identifier, path, pixels)


def png_pixels(data: bytes) -> int:
    """How many pixels a PNG has by its header, which is read without decoding the rest."""
    return int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")


def clipart_caption(stem: str) -> str:
    """The file name in words, as far as they are about the drawing."""
    words = NO_NAME.sub("", re.sub(r"[_\-]+", " ", stem))
    return re.sub(r"\s+", " ", words.strip())


def _is_used(name: str) -> bool:
    folder = name.removeprefix(ROOT).partition("/")[0]
    return name.startswith(ROOT) and name.endswith(".png") and folder in FOLDERS


def _shows_enough(pixels: Pixels) -> bool:
    return bool((pixels[..., 3] > FAINT).mean() >= LEAST_COVER)


def _still(identifier: str, path: PurePosixPath, pixels: Pixels) -> Item:
    caption = clipart_caption(path.stem)
    return Item(
        id=identifier,
        frames=fit(crop_together([pixels], FAINT), anchor="middle", enlarge=False),
        subject=caption,
        caption=caption,
        extras={"category": str(path.parent)},
    )
