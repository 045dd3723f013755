"""Operators that change the scene: place a result, import a sheet; one undo step each."""

import hashlib
from pathlib import Path

import bpy
from bpy.props import EnumProperty, StringProperty
from bpy_extras.io_utils import ImportHelper

from toolkit.errors import BadRequest, PlayreelError
from toolkit.wire.downloads import MOST_RESULT

from ..scene.origin import Origin
from ..scene.pictures import read_picture
from ..scene.place import place, sheet_of
from ..sheets.sequence import SUFFIX, read_sequence
from .addon import session
from .form import KIND_ITEMS
from .host import remember_deliveries, tick
from .job_operators import DONE, NOTHING, Outcome, refuse
from .preferences import wishes

PLACEABLE = KIND_ITEMS[:-1]
OF_A_SHEET = KIND_ITEMS[:-2]
"""A mesh is carved of turntables only."""


class PLAYREEL_OT_place(bpy.types.Operator):
    """Bring this result into the scene"""

    bl_idname = "playreel.place"
    bl_label = "Bring into the Scene"

    job: StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    kind: EnumProperty(name="Result", items=PLACEABLE)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only with a connection."""
        return session().link.state == "connected"

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Ask for the result; it is placed, as an undo step of its own, when it came."""
        record = session().record(self.job)
        if record is None or record.result is None:
            self.report({"ERROR"}, f"Job {self.job!r} has no result")
            return NOTHING
        session().deliver(self.job, self.kind, context.scene.name)
        remember_deliveries()
        tick()
        return DONE


class PLAYREEL_OT_import_sheet(bpy.types.Operator, ImportHelper):
    """Import a sheet that Playreel made; needs no server"""

    bl_idname = "playreel.import_sheet"
    bl_label = "Import Playreel Sheet"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    filename_ext = ""
    filter_glob: StringProperty(default="*.png;*.frames.json", options={"HIDDEN"})
    kind: EnumProperty(name="Result", items=OF_A_SHEET)
    tag: StringProperty(name="Tag", description="Empty takes all frames, or the only tag")

    def execute(self, context: bpy.types.Context) -> Outcome:
        """Read, cut, place."""
        path = Path(bpy.path.abspath(self.filepath))
        try:
            content = read_file(path)
            sequence = path.name.endswith(SUFFIX)
            sheet = read_sequence(path, read_picture) if sequence else sheet_of(content)
            origin = Origin(
                job="", result=hashlib.sha256(content).hexdigest(), seed=0,
                prompt=sheet.metadata.get("prompt", path.stem),
            )  # fmt: skip
            name = place(sheet, self.kind, origin, context.scene, wishes(), self.tag)
        except PlayreelError as error:
            return refuse(self, error)
        self.report({"INFO"}, f"Imported {name}")
        return DONE


def read_file(path: Path) -> bytes:
    """The bytes of a sheet.

    Raises:
        BadRequest: it cannot be read, or is too large to be one.
    """
    try:
        size = path.stat().st_size
        if size > MOST_RESULT:
            raise BadRequest(f"{path.name} has {size} bytes; a sheet has at most {MOST_RESULT}.")
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"cannot read {path}: {error.strerror or error}.") from error


CLASSES = (PLAYREEL_OT_place, PLAYREEL_OT_import_sheet)
