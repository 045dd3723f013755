"""Has the server draw a clip for each kind of thing, and shows the things it became."""

from pathlib import Path

import bpy
from case import ARGUMENTS, ask, connect, show, strips, things

state, folder = ARGUMENTS
bpy.ops.wm.save_as_mainfile(filepath=f"{folder}/scene.blend")
connect(state)
bpy.context.scene.render.fps = 24
bpy.ops.ed.undo_push(message="before")
seen = {}
for kind in ("plane", "flipbook", "strip", "image"):
    before = things()
    job = ask(
        prompt=f"a {kind}", kind=kind, num_frames=5, width=16, height=32, seed=7, fps=12.0
    )  # fmt: skip
    made = [name for name in things() if name not in before]
    assert bpy.ops.ed.undo() == {"FINISHED"}
    undone = things()
    assert bpy.ops.ed.redo() == {"FINISHED"}
    seen[kind] = {"made": made, "undone": undone == before, "redone": things(), "job": job}
    assert bpy.context.window_manager.playreel.prompt == f"a {kind}"


def value_at(tree: bpy.types.NodeTree, path: str, frame: int) -> object:
    bpy.context.scene.frame_set(frame)
    depsgraph = bpy.context.evaluated_depsgraph_get()
    depsgraph.update()
    return tree.path_resolve(path)


plane = bpy.data.objects["a_plane"]
tree = plane.data.materials[0].node_tree
texture = tree.nodes["Playreel Frames"]
offsets = 'nodes["Playreel Frames"].image_user.frame_offset'
seen["plane"] |= {
    "files": [str(path) for path in sorted(Path(folder).glob("playreel/*/a_plane_*.png"))],
    "path": texture.image.filepath,
    "source": texture.image.source,
    "offsets": [value_at(tree, offsets, 1 + frame) for frame in range(22)],
    "corners": [list(vertex.co) for vertex in plane.data.vertices],
    "properties": {key: value for key, value in plane.items() if key.startswith("playreel")},
}
book = bpy.data.objects["a_flipbook"]
tree = book.data.materials[0].node_tree
image = tree.nodes["Playreel Frames"].image
Path(folder, "flipbook.png").write_bytes(image.packed_file.data)
cell = 'nodes["Playreel Cell"].inputs[1].default_value'
seen["flipbook"] |= {
    "cells": [list(value_at(tree, cell, 1 + frame))[:2] for frame in range(12)],
    "scale": list(tree.nodes["Playreel Cell"].inputs["Scale"].default_value),
}
(strip,) = strips()
seen["strip"] |= {
    "elements": [element.filename for element in strip.elements],
    "directory": strip.directory,
    "channel": strip.channel,
    "frames": [strip.frame_final_start, strip.frame_final_duration],
    "blend": strip.blend_type,
}
Path(folder, "image.png").write_bytes(bpy.data.images["a_image"].packed_file.data)
bpy.ops.wm.save_mainfile()
show(**seen)
