"""Opens the file that was left, gets what it waited for, saves, opens another and comes back."""

import bpy
from case import ARGUMENTS, connect, show, things

state, path = ARGUMENTS
connect(state)
session = bpy.types.WindowManager.playreel_session
bpy.ops.wm.open_mainfile(filepath=path)
waiting = list(session.deliveries)
bpy.ops.playreel.wait(job=waiting[0], seconds=240)
came = things()
bpy.ops.wm.save_mainfile()
bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
elsewhere = (list(session.deliveries), session.link.state)
bpy.ops.wm.open_mainfile(filepath=path)
show(
    waiting=waiting, came=came, elsewhere=elsewhere, again=things(),
    due=list(session.deliveries), pending="playreel_pending" in bpy.data.scenes[0],
)  # fmt: skip
