"""Things marked as assets: catalogue, tags, author, licence and a picture."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from toolkit.errors import OutputError

from ..sheets.sheet import Sheet
from .origin import Origin

CATALOGUE = "Playreel/Sprites"
CATALOGUE_ID = str(uuid.uuid5(uuid.NAMESPACE_URL, f"playreel:{CATALOGUE}"))
"""The same in every library, so that sprites of several files come together."""
CATALOGUES = "blender_assets.cats.txt"
HEAD = """# This is an Asset Catalog Definition file for Blender.
#
# Empty lines and lines starting with `#` will be ignored.
# The first non-ignored line should be the version indicator.
# Other lines are of the format "UUID:catalog/path/for/assets:simple catalog name"

VERSION 1

"""
PREVIEW_SIDE = 128
"""Most pixels a side of an asset's picture."""


def mark_asset(thing: Any, sheet: Sheet, origin: Origin, author: str, licence: str) -> None:
    """Make a thing an asset that its words find.

    Raises:
        OutputError: the list of catalogues beside the scene cannot be written.
    """
    thing.asset_mark()
    known = thing.asset_data
    known.description = origin.prompt
    known.author, known.license = author, licence
    known.catalog_id = CATALOGUE_ID
    for word in ("sprite", "playreel", *sorted(set(origin.prompt.lower().split()))[:8]):
        known.tags.new(word[:63], skip_if_exists=True)
    set_preview(thing, sheet)
    if bpy.data.filepath:
        add_catalogue(Path(bpy.data.filepath).parent / CATALOGUES)


def set_preview(thing: Any, sheet: Sheet) -> None:
    """Show the first frame as the thing's picture, its pixels kept square and hard."""
    frame = sheet.frames[0]
    times = max(1, PREVIEW_SIDE // max(frame.shape[:2]))
    large = frame.repeat(times, axis=0).repeat(times, axis=1)[::-1]
    picture = thing.preview_ensure()
    picture.image_size = (large.shape[1], large.shape[0])
    picture.image_pixels_float.foreach_set((large.astype(np.float32) / 255).ravel())


def add_catalogue(path: Path) -> None:
    """Name the catalogue in the library's list, unless it is there; nothing else is touched.

    Raises:
        OutputError: the system refuses.
    """
    try:
        text = path.read_text("utf-8") if path.exists() else HEAD
        if CATALOGUE_ID in text:
            return
        line = f"{CATALOGUE_ID}:{CATALOGUE}:{CATALOGUE.replace('/', '-')}\n"
        path.write_text(text + ("" if text.endswith("\n") else "\n") + line, "utf-8")
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; save the scene somewhere else."
        ) from error
