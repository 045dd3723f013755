"""The operator that has a thing of the scene drawn from all around."""

import secrets
from typing import Any

import bpy

from toolkit.errors import PlayreelError

from ..jobs.deliveries import Delivery, Kind
from ..jobs.drawing import MOST_STOPS, TurntableForm, draw_turntable, find_program, takes_mesh
from ..jobs.requests import file_stem, turn_body
from ..scene.mesh_export import MESHY, camera_stops, export_glb
from .addon import preferences, session
from .form import read_form
from .host import remember_deliveries, tick
from .job_operators import DONE, Outcome, can_ask, form_in, refuse, roll_seed, submit


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
        """Export and start; the job's id stands in ``window_manager.playreel_job``.

        A server that draws meshes does it; without one the program beside Blender does.
        """
        form, thing = form_in(context), context.active_object
        try:
            chosen = turntable_form(form, thing, context.scene)
            mesh = export_glb(thing, context)
            if session().link.greeted and takes_mesh(session().link.talk.server, len(mesh)):
                job = send(chosen, mesh, context)
            else:
                job = draw_here(chosen, mesh, context)
        except PlayreelError as error:
            return refuse(self, error)
        context.window_manager.playreel_job = job
        return DONE


def send(chosen: TurntableForm, mesh: bytes, context: bpy.types.Context) -> str:
    """Have the server draw the mesh; the new job."""
    name = context.active_object.name
    body = chosen.body(f"{file_stem(name)}.glb")
    job = session().submit(body, kind_in(context), context.scene.name, mesh=mesh, name=name)
    remember_deliveries()
    tick()
    return job


def draw_here(chosen: TurntableForm, mesh: bytes, context: bpy.types.Context) -> str:
    """Have the program beside Blender draw the mesh; the new job.

    Raises:
        ServerUnreachable: there is no such program.
    """
    job = secrets.token_hex(16)
    delivery = Delivery(
        job=job, kind=kind_in(context), scene=context.scene.name, name=context.active_object.name
    )
    program = find_program(bpy.path.abspath(preferences().program))
    session().draw(draw_turntable(program, mesh, chosen, delivery))
    return job


def kind_in(context: bpy.types.Context) -> Kind:
    """What the turntable becomes; who sends an object wants to see it."""
    kind = form_in(context).kind
    return kind if kind != "none" else "plane"


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


class PLAYREEL_OT_turn(bpy.types.Operator):
    """Ask the server for what the prompt says, seen from all around"""

    bl_idname = "playreel.turn"
    bl_label = "Turntable of Prompt"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only with a prompt and a connection."""
        return can_ask(cls, context)

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Submit the job; its id stands in ``window_manager.playreel_job``."""
        form = form_in(context)
        roll_seed(form)
        try:
            body = turn_body(read_form(form), form.views)
        except PlayreelError as error:
            return refuse(self, error)
        return submit(body, context)


CLASSES = (PLAYREEL_OT_send_object, PLAYREEL_OT_turn)
