"""Imports a sheet without any server, marked as an asset, twice; another library lies there."""

from pathlib import Path

import bpy
import numpy as np
from case import ARGUMENTS, MODULE, enable, show

sheet, folder = ARGUMENTS
enable()
preferences = bpy.context.preferences.addons[MODULE].preferences
preferences.mark_assets, preferences.author, preferences.licence = True, "A. Maker", "CC0-1.0"
preferences.pixels_per_metre = 32
bpy.ops.wm.save_as_mainfile(filepath=f"{folder}/library.blend")
bpy.ops.ed.undo_push(message="before")
for kind in ("flipbook", "image", "plane"):
    assert bpy.ops.playreel.import_sheet(filepath=sheet, kind=kind, tag="walk") == {"FINISHED"}


def asset(thing: bpy.types.ID) -> dict[str, object]:
    known = thing.asset_data
    values = np.empty(len(thing.preview.image_pixels_float), np.float32)
    thing.preview.image_pixels_float.foreach_get(values)
    return {
        "catalogue": known.catalog_id,
        "tags": sorted(tag.name for tag in known.tags),
        "author": known.author,
        "licence": known.license,
        "description": known.description,
        "size": list(thing.preview.image_size),
        "picture": np.rint(values * 255).astype(int).tolist(),
    }


marked = [thing for thing in (*bpy.data.objects, *bpy.data.images) if thing.asset_data]
height = max(vertex.co.z for vertex in bpy.data.objects["a_green_knight"].data.vertices)
show(
    assets={f"{type(thing).__name__} {thing.name}": asset(thing) for thing in marked},
    catalogues=Path(folder, "blender_assets.cats.txt").read_text("utf-8"),
    height=height,
)  # fmt: skip
