"""The operator that has a thing of the scene drawn from all around."""

import secrets
from typing import Any

import bpy

from toolkit.errors import PlayreelError

from ..jobs.deliveries import Delivery
from ..jobs.drawing import MOST_STOPS, Drawing, TurntableForm, find_program
from ..scene.mesh_export import MESHY, camera_stops, export_glb
from .addon import preferences, session
from .job_operators import DONE, Outcome, form_in, refuse


class PLAYREEL_OT_send_object(bpy.types.Operator):
    """Have the active object drawn from all around, as modifiers leave it, with its materials"""

    bl_idname = "playreel.send_object"
    bl_label = "Send Active Object"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only in object mode, with something that has a surface."""
        thing = context.active_object
        if thing is None or thing.type not in MESHY or context.mode != "OBJECT":
            cls.poll_message_set("Choose a mesh, in object mode")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Export and start; the job's id stands in ``window_manager.playreel_job``."""
        form, thing = form_in(context), context.active_object
        kind = form.kind if form.kind != "none" else "plane"
        job = secrets.token_hex(16)
        delivery = Delivery(job=job, kind=kind, scene=context.scene.name, name=thing.name)
        try:
            program = find_program(bpy.path.abspath(preferences().program))
            chosen = turntable_form(form, thing, context.scene)
            session().draw(Drawing(program, export_glb(thing, context), chosen, delivery))
        except PlayreelError as error:
            return refuse(self, error)
        context.window_manager.playreel_job = job
        return DONE


def turntable_form(form: Any, thing: bpy.types.Object, scene: bpy.types.Scene) -> TurntableForm:
    """The panel's fields for a turntable.

    Raises:
        BadRequest: the scene's camera is wanted and there is none.
    """
    stops = camera_stops(thing, scene, MOST_STOPS) if form.scene_camera else ()
    views = min(form.views, scene.frame_end - scene.frame_start + 1) if stops else form.views
    return TurntableForm(
        views=views, elevation=round(form.elevation, 3), width=form.width, height=form.height,
        fps=round(form.fps, 3), path=stops,
    )  # fmt: skip


CLASSES = (PLAYREEL_OT_send_object,)
