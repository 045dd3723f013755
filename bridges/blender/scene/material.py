"""A material that shows a picture as it is: no light, transparency from its alpha."""

from __future__ import annotations

from typing import Any

import bpy

SPRITE = "Playreel Frames"
"""Name of the texture node."""
MAPPING = "Playreel Cell"
"""Name of the node that moves over a sheet."""


def picture_material(name: str, image: bpy.types.Image) -> bpy.types.Material:
    """A new unlit material of the picture with hard pixels."""
    material = bpy.data.materials.new(name)
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.name = texture.label = SPRITE
    texture.image = image
    texture.interpolation = "Closest"
    texture.extension = "CLIP"
    _shade(tree, texture)
    material.surface_render_method = "DITHERED"
    return material


def _shade(tree: bpy.types.NodeTree, texture: Any) -> None:
    """Emission where the picture is opaque, nothing where it is clear."""
    light = tree.nodes.new("ShaderNodeEmission")
    clear = tree.nodes.new("ShaderNodeBsdfTransparent")
    mix = tree.nodes.new("ShaderNodeMixShader")
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(texture.outputs["Color"], light.inputs["Color"])
    tree.links.new(texture.outputs["Alpha"], mix.inputs["Fac"])
    tree.links.new(clear.outputs["BSDF"], mix.inputs[1])
    tree.links.new(light.outputs["Emission"], mix.inputs[2])
    tree.links.new(mix.outputs["Shader"], output.inputs["Surface"])
    for place, node in enumerate((texture, light, mix, output)):
        node.location = (300 * place - 600, 0)
    clear.location = (-300, -150)
