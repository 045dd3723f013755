"""A plane that shows a clip: over files beside the scene, or over a sheet packed into it."""

from __future__ import annotations

import math
from pathlib import Path

import bpy
import numpy as np

from ..sheets.png import encode_png
from ..sheets.sheet import Sheet
from ..sheets.timeline import Timeline
from .files import scene_path
from .keys import key_steps
from .material import MAPPING, SPRITE, picture_material


def sequence_plane(
    name: str, sheet: Sheet, line: Timeline, files: list[Path], scene: bpy.types.Scene, scale: float
) -> bpy.types.Object:
    """A new plane whose material plays numbered files; ``scale`` is pixels per metre."""
    image = sequence_image(name, files)
    material = picture_material(name, image)
    user = material.node_tree.nodes[SPRITE].image_user
    user.frame_duration, user.frame_start, user.use_auto_refresh = 1, scene.frame_start, True
    # with a duration of 1 the first file shows at all times, and the offset says which instead
    path = f'nodes["{SPRITE}"].image_user.frame_offset'
    key_steps(material.node_tree, path, line.order, line, scene.frame_start)
    return _plane(name, sheet, material, scene, scale)


def sequence_image(name: str, files: list[Path]) -> bpy.types.Image:
    """A new picture of numbered files."""
    image = bpy.data.images.load(scene_path(files[0]), check_existing=False)
    image.name = name
    image.source = "SEQUENCE"
    return image


def flipbook_plane(
    name: str, sheet: Sheet, line: Timeline, scene: bpy.types.Scene, scale: float
) -> bpy.types.Object:
    """A new plane that moves over a sheet packed into the scene, so that no file is needed."""
    columns = math.ceil(math.sqrt(sheet.num_frames))
    rows = -(-sheet.num_frames // columns)
    image = packed_image(name, sheet, columns)
    material = picture_material(name, image)
    tree = material.node_tree
    place = tree.nodes.new("ShaderNodeTexCoord")
    cell = tree.nodes.new("ShaderNodeMapping")
    cell.name = cell.label = MAPPING
    cell.inputs["Scale"].default_value = (1 / columns, 1 / rows, 1)
    tree.links.new(place.outputs["UV"], cell.inputs["Vector"])
    tree.links.new(cell.outputs["Vector"], tree.nodes[SPRITE].inputs["Vector"])
    place.location, cell.location = (-1000, 0), (-800, 0)
    path = f'nodes["{MAPPING}"].inputs[1].default_value'
    across = [index % columns / columns for index in line.order]
    upward = [1 - (index // columns + 1) / rows for index in line.order]
    key_steps(tree, path, across, line, scene.frame_start, index=0)
    key_steps(tree, path, upward, line, scene.frame_start, index=1)
    return _plane(name, sheet, material, scene, scale)


def packed_image(name: str, sheet: Sheet, columns: int) -> bpy.types.Image:
    """A new picture of all frames, row by row, kept inside the scene's file."""
    rows = -(-sheet.num_frames // columns)
    _, height, width, _ = sheet.frames.shape
    cells = np.zeros((rows * columns, height, width, 4), np.uint8)
    cells[: sheet.num_frames] = sheet.frames
    grid = cells.reshape(rows, columns, height, width, 4).swapaxes(1, 2)
    content = encode_png(grid.reshape(rows * height, columns * width, 4))
    image = bpy.data.images.new(name, columns * width, rows * height, alpha=True)
    image.source = "FILE"
    image.pack(data=content, data_len=len(content))
    return image


def _plane(
    name: str, sheet: Sheet, material: bpy.types.Material, scene: bpy.types.Scene, scale: float
) -> bpy.types.Object:
    """A rectangle at the 3D cursor that faces the front view, its origin at the sheet's pivot."""
    _, height, width, _ = sheet.frames.shape
    left, right = -sheet.pivot[0] * width / scale, (1 - sheet.pivot[0]) * width / scale
    low, high = (sheet.pivot[1] - 1) * height / scale, sheet.pivot[1] * height / scale
    mesh = bpy.data.meshes.new(name)
    corners = [(left, 0, low), (right, 0, low), (right, 0, high), (left, 0, high)]
    mesh.from_pydata(corners, [], [(0, 1, 2, 3)])
    layer = mesh.uv_layers.new(name="UVMap")
    for loop, uv in zip(layer.data, [(0, 0), (1, 0), (1, 1), (0, 1)], strict=True):
        loop.uv = uv
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    thing.location = scene.cursor.location
    scene.collection.objects.link(thing)
    return thing
