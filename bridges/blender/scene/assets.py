"""Things marked as assets: catalogue, tags, author, licence and a picture."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import bpy

from toolkit.errors import OutputError

from ..sheets.sheet import Sheet
from .origin import Origin
from .pictures import fill_preview

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
    fill_preview(thing.preview_ensure(), sheet.frames[0])
    if bpy.data.filepath:
        add_catalogue(Path(bpy.data.filepath).parent / CATALOGUES)


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
