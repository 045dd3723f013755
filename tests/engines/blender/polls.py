"""What may be pressed when, and what wrong input does; no server runs at first."""

import bpy
from case import ARGUMENTS, connect, enable, show, things

state, foreign, folder = ARGUMENTS
enable()
form = bpy.context.window_manager.playreel


def polls() -> dict[str, bool]:
    names = (
        "connect",
        "disconnect",
        "generate",
        "regenerate",
        "cancel",
        "mark",
        "place",
        "turn",
        "wait",
    )
    return {name: getattr(bpy.ops.playreel, name).poll() for name in names}


def said(call: object, **arguments: object) -> str:
    """What Blender tells the user, or empty when it worked."""
    try:
        call(**arguments)
    except RuntimeError as error:
        return str(error).strip()
    return ""


apart = polls()
preferences = bpy.context.preferences.addons["bl_ext.user_default.playreel"].preferences
preferences.state_folder = folder
unreachable = said(bpy.ops.playreel.connect) or said(bpy.ops.playreel.wait, seconds=0.2)
waiting = polls()
bpy.ops.playreel.disconnect()
connect(state)
empty = polls()
form.prompt = "a cat"
ready = polls()
form.width = 60
form.new_seed = False
wrong = {
    "size": said(bpy.ops.playreel.generate),
    "foreign": said(bpy.ops.playreel.import_sheet, filepath=foreign),
    "missing": said(bpy.ops.playreel.import_sheet, filepath=f"{folder}/none.png"),
    "job": said(bpy.ops.playreel.place, job="nobody"),
    "again": said(bpy.ops.playreel.regenerate, job="nobody"),
}
form.width = 64
form.prompt = "fail"
bpy.ops.playreel.generate()
wrong["model"] = said(
    bpy.ops.playreel.wait, job=bpy.context.window_manager.playreel_job, seconds=240
)
form.prompt = "slow many"
bpy.ops.playreel.generate()
job = bpy.context.window_manager.playreel_job
session = bpy.types.WindowManager.playreel_session
while job not in session.progress:
    session.tick()
pending = bpy.data.scenes[0].get("playreel_pending", "")
bpy.ops.playreel.cancel(job=job)
wrong["cancelled"] = said(bpy.ops.playreel.wait, job=job, seconds=240)
show(
    apart=apart, unreachable=unreachable, waiting=waiting, empty=empty, ready=ready, wrong=wrong,
    things=things(), pending=job in pending,
)  # fmt: skip
