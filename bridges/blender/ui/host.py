"""Blender as the session's host: when the scene may change, and how results get into it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.app.handlers import persistent

from toolkit.errors import JobFailed

from ..jobs.deliveries import Delivery, decode_deliveries, encode_deliveries
from ..jobs.drawing import carve_mesh, find_program
from ..jobs.requests import file_stem
from ..jobs.session import Result
from ..scene.hull import carved_mesh
from ..scene.origin import Origin, origin_of, sign
from ..scene.pictures import read_picture
from ..scene.place import place, sheet_of
from ..sheets.sequence import read_sequence, sequence_files
from ..sheets.sheet import Sheet
from .addon import preferences, session
from .icons import icons
from .preferences import wishes

PENDING = "playreel_pending"
"""Property of the first scene: deliveries that are due, so that a reopened file gets them."""
AREAS = ("VIEW_3D", "IMAGE_EDITOR", "SEQUENCE_EDITOR")
BUSY, IDLE = 0.05, 0.5
"""Seconds between two ticks."""


class BlenderHost:
    """Places results unless Blender saves or renders just now."""

    def __init__(self) -> None:
        self.held = 0
        """Saves and renders that are going on."""

    def ready(self) -> bool:
        """Whether the scene may be changed now."""
        return self.held == 0

    def place(self, delivery: Delivery, result: Result) -> None:
        """Make the thing, as one step that the user can undo.

        Raises:
            PlayreelError: it cannot be done; the message says why.
        """
        scene = bpy.data.scenes.get(delivery.scene) or bpy.context.scene
        info = result.record.result
        if scene is None or info is None:
            raise JobFailed("there is no scene to put the result into; open one and try again.")
        origin = origin_of(
            delivery.job, info.result, result.record.request, delivery.name
        )  # fmt: skip
        sheet = sheet_of(result.content)
        if delivery.kind == "mesh":
            begin_carving(sheet, replace(delivery, name=origin.prompt))
            return
        name = place(sheet, delivery.kind, origin, scene, wishes())
        forget_delivery(delivery.job)
        push_undo(f"Playreel: {name}")

    def place_made(self, delivery: Delivery, made: Path) -> None:
        """Make the thing of what the program beside Blender made, as one undo step.

        Raises:
            PlayreelError: as ``place``.
        """
        scene = bpy.data.scenes.get(delivery.scene) or bpy.context.scene
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        origin = Origin(job=delivery.job, result=digest, prompt=delivery.name, seed=0)
        if made.suffix == ".glb":
            carved = carved_mesh(file_stem(delivery.name), made, scene)
            sign(carved, origin)
            name = str(carved.name)
        else:
            sheet = read_sequence(made, read_picture)
            if delivery.kind == "mesh":
                begin_carving(sheet, delivery)
                return
            name = place(sheet, delivery.kind, origin, scene, wishes())
        forget_delivery(delivery.job)
        push_undo(f"Playreel: {name}")


def begin_carving(sheet: Sheet, delivery: Delivery) -> None:
    """Have the program beside Blender carve the mesh of a turntable.

    Raises:
        ServerUnreachable: there is no such program.
    """
    program = find_program(bpy.path.abspath(preferences().program))
    session().draw(carve_mesh(program, sequence_files(sheet, "turntable"), delivery))


def push_undo(message: str) -> None:
    """End an undo step here, where Blender keeps any."""
    if bpy.ops.ed.undo_push.poll():
        bpy.ops.ed.undo_push(message=message)


def tick() -> float:
    """Let the session work for a few milliseconds; the pause until the next time in seconds."""
    current = session()
    before = current.changes
    current.tick()
    if current.changes != before:
        icons().trim()
        redraw()
    return BUSY if current.busy or current.queue() else IDLE


def redraw() -> None:
    """Have the panels drawn anew."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in AREAS:
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()


def remember_deliveries() -> None:
    """Write into the file what is still to be delivered."""
    keeper = bpy.data.scenes[0]
    due = list(session().deliveries.values())
    if due:
        keeper[PENDING] = encode_deliveries(due)
    elif PENDING in keeper:
        del keeper[PENDING]


def forget_delivery(job: str) -> None:
    """Take a delivery out of the file."""
    keeper = bpy.data.scenes[0]
    left = [due for due in decode_deliveries(str(keeper.get(PENDING, ""))) if due.job != job]
    if left:
        keeper[PENDING] = encode_deliveries(left)
    elif PENDING in keeper:
        del keeper[PENDING]


@persistent
def hold(*_: object) -> None:
    """A save or render begins."""
    host = session().host
    assert isinstance(host, BlenderHost)
    host.held += 1


@persistent
def release(*_: object) -> None:
    """A save or render ended."""
    host = session().host
    assert isinstance(host, BlenderHost)
    host.held = max(0, host.held - 1)


@persistent
def reattach(*_: object) -> None:
    """Another file was opened: deliver what it waits for, and nothing of the one before."""
    host = session().host
    assert isinstance(host, BlenderHost)
    host.held = 0
    found = [
        due for scene in bpy.data.scenes for due in decode_deliveries(str(scene.get(PENDING, "")))
    ]
    session().attach(found)
