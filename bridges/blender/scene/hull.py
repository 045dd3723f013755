"""The mesh that was carved out of a turntable, as a thing of the scene."""

from __future__ import annotations

from pathlib import Path

import bpy

from toolkit.errors import JobFailed


def carved_mesh(name: str, path: Path, scene: bpy.types.Scene) -> bpy.types.Object:
    """A new object of a ``.glb`` at the 3D cursor, in its vertices' colours.

    Raises:
        JobFailed: Blender cannot read it.
    """
    layer = bpy.context.view_layer
    selected, active = list(bpy.context.selected_objects), layer.objects.active
    before = set(bpy.data.objects)
    try:
        bpy.ops.import_scene.gltf(filepath=str(path))
    except RuntimeError as error:
        raise JobFailed(f"the carved mesh cannot be read: {error}.") from error
    made = next(thing for thing in bpy.data.objects if thing not in before and thing.type == "MESH")
    for thing in set(bpy.data.objects) - before - {made}:
        bpy.data.objects.remove(thing)
    made.name = made.data.name = name
    made.location = scene.cursor.location
    made.data.materials.clear()
    made.data.materials.append(color_material(name, made.data))
    made.select_set(False)
    for thing in selected:
        thing.select_set(True)
    layer.objects.active = active
    return made


def color_material(name: str, mesh: bpy.types.Mesh) -> bpy.types.Material:
    """A new material of the mesh's own colours."""
    material = bpy.data.materials.new(name)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    tree = material.node_tree
    colors = tree.nodes.new("ShaderNodeVertexColor")
    colors.layer_name = mesh.color_attributes[0].name
    surface = tree.nodes["Principled BSDF"]
    tree.links.new(colors.outputs["Color"], surface.inputs["Base Color"])
    colors.location = (-300, 300)
    return material
