"""The panel's two ways with the server's own engine: an object, and a sentence into a strip."""

from pathlib import Path

import bpy
from case import ARGUMENTS, MODULE, ask, connect, red_tower, show, strips, things

state, folder, program = ARGUMENTS
bpy.ops.wm.save_as_mainfile(filepath=f"{folder}/scene.blend")
connect(state)
bpy.context.preferences.addons[MODULE].preferences.program = "/nowhere/playreel"
form = bpy.context.window_manager.playreel
form.kind, form.views, form.width, form.height, form.elevation = "plane", 4, 48, 64, 0
red_tower()
bpy.ops.ed.undo_push(message="before")


def drawn(operator: object, **arguments: object) -> list[str]:
    before = things()
    assert operator(**arguments) == {"FINISHED"}
    job = bpy.context.window_manager.playreel_job
    assert bpy.ops.playreel.wait(job=job, seconds=560) == {"FINISHED"}
    return [name for name in things() if name not in before]


made = drawn(bpy.ops.playreel.send_object)
job = bpy.context.window_manager.playreel_job
bpy.ops.ed.undo()
undone = things()
bpy.ops.ed.redo()
files = [str(path) for path in sorted(Path(folder).glob("playreel/*/*.png"))]
texture = bpy.data.objects["tower"].data.materials[0].node_tree.nodes["Playreel Frames"]
path = texture.image.filepath  # the next undo makes another texture
session = bpy.types.WindowManager.playreel_session
from bl_ext.user_default.playreel.ui.panels import title  # noqa: E402

called = title(session.record(job))
again = drawn(bpy.ops.playreel.regenerate, job=job)
preferences = bpy.context.preferences.addons[MODULE].preferences
preferences.program = program
bpy.context.view_layer.objects.active = bpy.data.objects["Tower"]
form.kind, form.views, form.elevation = "mesh", 16, 20
(carved,) = drawn(bpy.ops.playreel.send_object)
hull = bpy.data.objects[carved]
corners = [tuple(hull.matrix_world @ vertex.co) for vertex in hull.data.vertices]
extent = [max(column) - min(column) for column in zip(*corners, strict=True)]
colors = hull.data.color_attributes[0].data
mean = [sum(color.color[axis] for color in colors) / len(colors) for axis in range(3)]
bpy.ops.ed.undo()
uncarved = things()
bpy.ops.ed.redo()
form.kind, form.prompt, form.views, form.width, form.height = "image", "a chair", 4, 32, 32
turned = drawn(bpy.ops.playreel.turn)
sentence = ask(
    seconds=1200,
    prompt="a red knight walking right", kind="strip", num_frames=8, width=64, height=64, seed=1
)  # fmt: skip
(strip,) = strips()
bpy.ops.wm.save_mainfile()
show(
    made=made, undone=undone, files=files, path=path, called=called, again=again,
    elements=[element.filename for element in strip.elements], directory=strip.directory,
    extent=extent, mean=mean, uncarved=uncarved, turned=turned,
    drawings=len(session.drawings), known=sentence in session.link.talk.records,
)  # fmt: skip
