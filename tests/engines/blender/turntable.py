"""Sends a changed cube to be drawn from all around, then with the scene's camera, then nonsense."""

from pathlib import Path

import bpy
from case import ARGUMENTS, MODULE, enable, red_tower, show, things

program, folder = ARGUMENTS
bpy.ops.wm.save_as_mainfile(filepath=f"{folder}/scene.blend")
enable()
bpy.context.preferences.addons[MODULE].preferences.program = program
form = bpy.context.window_manager.playreel
form.kind, form.views, form.width, form.height, form.elevation = "plane", 4, 48, 64, 0
red_tower()
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
broken = bpy.data.objects.new("Broken", bpy.data.meshes.new("Broken"))
broken.data.from_pydata([(0, 0, 0), (1, 0, 0), (0, float("nan"), 0)], [], [(0, 1, 2)])
bpy.context.scene.collection.objects.link(broken)
bpy.context.view_layer.objects.active = broken


def state() -> list[object]:
    layer = bpy.context.view_layer
    return [
        sorted(thing.name for thing in bpy.data.objects),
        [thing.name for thing in bpy.context.selected_objects], layer.objects.active.name,
        len(bpy.data.meshes), len(bpy.data.materials), bpy.context.scene.frame_current,
    ]  # fmt: skip


before = state()
wrong["nan"] = said(bpy.ops.playreel.send_object)
untouched = state() == before
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
show(
    made=made,
    undone=undone,
    selected=selected,
    stops=stops,
    wrong=wrong,
    untouched=untouched,
    **seen,
)
