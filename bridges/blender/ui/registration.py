"""Everything that Blender is told about, in order, and taken back in reverse."""

from __future__ import annotations

import bpy
from bpy.props import PointerProperty, StringProperty

from ..jobs.session import Session
from . import job_operators, panels, scene_operators, turntable_operators
from .addon import SESSION, preferences, session, version
from .form import PLAYREEL_Form
from .host import BlenderHost, hold, reattach, release, tick
from .icons import ICONS, Icons, icons
from .preferences import PLAYREEL_Preferences, find_address

CLASSES = (
    PLAYREEL_Preferences, PLAYREEL_Form, *job_operators.CLASSES, *scene_operators.CLASSES,
    *turntable_operators.CLASSES, *panels.CLASSES,
)  # fmt: skip
HANDLERS = (
    ("save_pre", hold), ("save_post", release), ("save_post_fail", release),
    ("render_init", hold), ("render_complete", release), ("render_cancel", release),
    ("load_post", reattach),
)  # fmt: skip


def register() -> None:
    """Add everything and begin a session."""
    for known in CLASSES:
        bpy.utils.register_class(known)
    bpy.types.WindowManager.playreel = PointerProperty(type=PLAYREEL_Form)
    bpy.types.WindowManager.playreel_job = StringProperty(options={"SKIP_SAVE"})
    begun = Session(find_address, BlenderHost(), version=version())
    setattr(bpy.types.WindowManager, SESSION, begun)
    setattr(bpy.types.WindowManager, ICONS, Icons())
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)
    if bpy.app.background:
        return  # no timer fires there; scripts use the operator ``playreel.wait``
    if preferences().connect_at_start:
        begun.link.connect()
    bpy.app.timers.register(tick, first_interval=0.5, persistent=True)


def unregister() -> None:
    """Take it all back; the connection ends, jobs go on at the server."""
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)
    session().close()
    delattr(bpy.types.WindowManager, SESSION)
    icons().close()
    delattr(bpy.types.WindowManager, ICONS)
    del bpy.types.WindowManager.playreel_job
    del bpy.types.WindowManager.playreel
    for known in reversed(CLASSES):
        bpy.utils.unregister_class(known)
