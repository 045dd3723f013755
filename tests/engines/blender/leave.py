"""Asks for a clip, saves before it came, and is gone."""

import bpy
from case import ARGUMENTS, connect, show

state, path, kind = ARGUMENTS
connect(state)
form = bpy.context.window_manager.playreel
form.prompt, form.kind, form.num_frames, form.width, form.height = "a left one", kind, 5, 16, 32
form.new_seed, form.seed, form.negative_prompt = False, 7, "a secret wish"
session = bpy.types.WindowManager.playreel_session
bpy.ops.playreel.generate()
job = bpy.context.window_manager.playreel_job
while job not in session.link.talk.records:
    session.link.tick()  # the link alone: nothing is delivered
bpy.ops.wm.save_as_mainfile(filepath=path, compress=False)
show(job=job)
