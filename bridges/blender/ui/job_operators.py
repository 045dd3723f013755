"""Operators that talk to the server: connect, generate, cancel, wait."""

import random
import time
from collections.abc import Mapping
from typing import Any

import bpy
from bpy.props import FloatProperty, StringProperty

from toolkit.errors import PlayreelError

from ..jobs.requests import MAX_SEED, sprite_body
from .addon import session
from .form import fill_form, read_form
from .host import redraw, remember_deliveries, tick

Outcome = set[str]
DONE: Outcome = {"FINISHED"}
NOTHING: Outcome = {"CANCELLED"}
PAUSE = 0.01


def form_in(context: bpy.types.Context) -> Any:
    """The panel's fields."""
    return context.window_manager.playreel


def refuse(operator: bpy.types.Operator, error: Exception) -> Outcome:
    """Say what is wrong in Blender's own way; in scripts the operator raises."""
    operator.report({"ERROR"}, str(error))
    return NOTHING


def can_ask(operator: Any, context: bpy.types.Context) -> bool:
    """Whether there is a connection, and a prompt; the operator says what is missing."""
    if session().link.state != "connected":
        operator.poll_message_set("Not connected to a server")
        return False
    if not form_in(context).prompt.strip():
        operator.poll_message_set("Say what to draw")
        return False
    return True


def roll_seed(form: Any) -> None:
    """Take a new seed, where the user wants one each time."""
    if form.new_seed:
        form.seed = random.randint(0, MAX_SEED)


def submit(body: Mapping[str, Any], context: bpy.types.Context) -> Outcome:
    """Send a request; the job's id stands in ``window_manager.playreel_job``."""
    job = session().submit(body, form_in(context).kind, context.scene.name)
    context.window_manager.playreel_job = job
    remember_deliveries()
    tick()
    return DONE


class PLAYREEL_OT_connect(bpy.types.Operator):
    """Look for the Playreel server on this computer"""

    bl_idname = "playreel.connect"
    bl_label = "Connect"

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Try now."""
        session().link.connect()
        tick()
        return DONE


class PLAYREEL_OT_disconnect(bpy.types.Operator):
    """End the connection; jobs go on at the server"""

    bl_idname = "playreel.disconnect"
    bl_label = "Disconnect"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only while there is something to end."""
        return session().link.wanted

    def execute(self, context: bpy.types.Context) -> Outcome:
        """End it."""
        session().link.disconnect()
        redraw()
        return DONE


class PLAYREEL_OT_generate(bpy.types.Operator):
    """Ask the server for what the fields say; the result comes by itself when it is done"""

    bl_idname = "playreel.generate"
    bl_label = "Generate"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only with a prompt and a connection."""
        return can_ask(cls, context)

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Submit the job; its id stands in ``window_manager.playreel_job``."""
        form = form_in(context)
        roll_seed(form)
        try:
            body = sprite_body(read_form(form))
        except PlayreelError as error:
            return refuse(self, error)
        return submit(body, context)


class PLAYREEL_OT_regenerate(bpy.types.Operator):
    """Set the fields to this job's request and ask again with a new seed, or draw a mesh again"""

    bl_idname = "playreel.regenerate"
    bl_label = "Regenerate"

    job: StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only with a connection."""
        return session().link.state == "connected"

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Fill the form and submit."""
        record = session().record(self.job)
        if record is None:
            self.report({"ERROR"}, f"No job {self.job!r} is known; search for it first")
            return NOTHING
        form = form_in(context)
        if record.request.get("type") == "turntable":  # its mesh lies at the server
            return submit(record.request, context)
        fill_form(form, record.request)
        form.seed = (form.seed + 1) % MAX_SEED
        return bpy.ops.playreel.generate()


class PLAYREEL_OT_cancel(bpy.types.Operator):
    """Stop this job; its state then says when it has stopped"""

    bl_idname = "playreel.cancel"
    bl_label = "Cancel"

    job: StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only with a connection, or something that is drawn here."""
        return session().link.state == "connected" or bool(session().drawings)

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Ask for it."""
        session().cancel(self.job)
        tick()
        return DONE


class PLAYREEL_OT_mark(bpy.types.Operator):
    """Keep this result for good, or no longer"""

    bl_idname = "playreel.mark"
    bl_label = "Favourite"

    job: StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only with a connection."""
        return session().link.state == "connected"

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Ask for it."""
        record = session().record(self.job)
        if record is None:
            self.report({"ERROR"}, f"No job {self.job!r} is known")
            return NOTHING
        session().mark(self.job, not record.favourite)
        tick()
        return DONE


class PLAYREEL_OT_wait(bpy.types.Operator):
    """For scripts without a window: wait until a job has ended and its result is in the scene"""

    bl_idname = "playreel.wait"
    bl_label = "Wait for a Job"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    job: StringProperty(description="Empty waits for the connection", options={"SKIP_SAVE"})
    seconds: FloatProperty(default=600.0, min=0.0, options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Never where it would freeze a window."""
        return bpy.app.background

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Tick until it has ended; a job that came to nothing is an error."""
        current = session()
        deadline = time.monotonic() + self.seconds
        while not (current.ended(self.job) if self.job else current.link.greeted):
            here = self.job in current.drawings
            if time.monotonic() > deadline or not (here or current.link.wanted):
                trouble = current.link.trouble or f"the job did not end in {self.seconds} seconds"
                self.report({"ERROR"}, trouble)
                return NOTHING
            current.tick()
            time.sleep(PAUSE)
        if self.job in current.failures:
            self.report({"ERROR"}, current.failures[self.job])
            return NOTHING
        return DONE


CLASSES = (
    PLAYREEL_OT_connect, PLAYREEL_OT_disconnect, PLAYREEL_OT_generate, PLAYREEL_OT_regenerate,
    PLAYREEL_OT_cancel, PLAYREEL_OT_mark, PLAYREEL_OT_wait,
)  # fmt: skip
