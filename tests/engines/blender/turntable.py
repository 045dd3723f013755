"""Sends a changed cube to be drawn from all around, then with the scene's camera, then nonsense."""

from pathlib import Path

import bpy
from case import ARGUMENTS, MODULE, enable, show, things

program, folder = ARGUMENTS
bpy.ops.wm.save_as_mainfile(filepath=f"{folder}/scene.blend")
enable()
bpy.context.preferences.addons[MODULE].preferences.program = program
form = bpy.context.window_manager.playreel
form.kind, form.views, form.width, form.height, form.elevation = "plane", 4, 48, 64, 0
cube = bpy.data.objects["Cube"]
cube.name = "Tower"
cube.scale.z = 2  # in the file, so the exported mesh carries it
cube.modifiers.new("twice", "ARRAY").relative_offset_displace = (0, 0, 1)
material = bpy.data.materials.new("red")
if bpy.app.version < (5, 0, 0):
    material.use_nodes = True
material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (1, 0, 0, 1)
cube.data.materials.clear()
cube.data.materials.append(material)
bpy.ops.ed.undo_push(message="before")


def said(call: object) -> str:
    try:
        call()
    except RuntimeError as error:
        return str(error).strip()
    return ""


def drawn() -> None:
    assert bpy.ops.playreel.send_object() == {"FINISHED"}
    job = bpy.context.window_manager.playreel_job
    assert bpy.ops.playreel.wait(job=job, seconds=500) == {"FINISHED"}


drawn()
made = things()
bpy.ops.ed.undo()
undone = things()
bpy.ops.ed.redo()
bpy.context.view_layer.objects.active = bpy.data.objects["Tower"]
selected = [thing.name for thing in bpy.context.selected_objects]
seen = {"files": [str(path) for path in sorted(Path(folder).glob("playreel/*/*.png"))]}
camera = bpy.context.scene.camera
camera.location = (0, -10, 0)
camera.keyframe_insert("location", frame=1)
camera.location = (0, -10, 10)
camera.keyframe_insert("location", frame=250)
from bl_ext.user_default.playreel.scene.mesh_export import camera_stops  # noqa: E402

stops = camera_stops(bpy.data.objects["Tower"], bpy.context.scene, 3)
empty = bpy.data.objects.new("Empty", bpy.data.meshes.new("Empty"))
bpy.context.scene.collection.objects.link(empty)
bpy.context.view_layer.objects.active = empty
wrong = {"empty": said(bpy.ops.playreel.send_object)}
bpy.context.preferences.addons[MODULE].preferences.program = "/nowhere/playreel"
bpy.context.view_layer.objects.active = bpy.data.objects["Tower"]
wrong["program"] = said(bpy.ops.playreel.send_object)
bpy.context.preferences.addons[MODULE].preferences.program = program
form.views = 256
assert bpy.ops.playreel.send_object() == {"FINISHED"}
job = bpy.context.window_manager.playreel_job
bpy.ops.playreel.cancel(job=job)
form.views = 4
try:
    bpy.ops.playreel.wait(job=job, seconds=500)
except RuntimeError as error:
    wrong["cancelled"] = str(error)
show(made=made, undone=undone, selected=selected, stops=stops, wrong=wrong, **seen)
