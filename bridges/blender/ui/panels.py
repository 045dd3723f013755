"""The panel, in the sidebars of the 3D view, the image editor and the sequencer."""

from typing import Any

import bpy

from toolkit.wire.fields import JobRecord

from ..jobs.requests import label_of
from ..jobs.session import Session
from .addon import session
from .icons import icons

ICONS = {
    "connected": "LINKED", "connecting": "SORTTIME", "waiting": "SORTTIME",
    "disconnected": "UNLINKED", "refused": "ERROR",
}  # fmt: skip
SHOWN = 12
"""Rows of the history."""
THUMBNAIL_SHARE, THUMBNAIL_SCALE = 0.2, 2.0
"""A thumbnail's share of a row's width, and its height in rows of text."""
LINE = 38
"""Letters of a line of text in a sidebar."""


class _Panel:
    bl_region_type = "UI"
    bl_category = "Playreel"
    bl_label = "Playreel"

    def draw(self, context: bpy.types.Context) -> None:
        """Show connection, form, queue and history."""
        current, layout = session(), self.layout  # type: ignore[attr-defined]
        draw_connection(layout, current)
        draw_form(layout, context.window_manager.playreel)
        draw_queue(layout, current)
        draw_history(layout, current, context.window_manager.playreel)


class PLAYREEL_PT_view(_Panel, bpy.types.Panel):
    """The panel of the 3D view"""

    bl_idname = "PLAYREEL_PT_view"
    bl_space_type = "VIEW_3D"


class PLAYREEL_PT_image(_Panel, bpy.types.Panel):
    """The panel of the image editor"""

    bl_idname = "PLAYREEL_PT_image"
    bl_space_type = "IMAGE_EDITOR"


class PLAYREEL_PT_sequencer(_Panel, bpy.types.Panel):
    """The panel of the sequencer"""

    bl_idname = "PLAYREEL_PT_sequencer"
    bl_space_type = "SEQUENCE_EDITOR"


def draw_connection(layout: Any, current: Session) -> None:
    """The state of the connection, and what to do about it."""
    row = layout.row()
    row.label(text=current.link.state.title(), icon=ICONS[current.link.state])
    if current.link.wanted:
        row.operator("playreel.disconnect", text="", icon="X")
    if current.link.state != "connected":
        row.operator("playreel.connect", text="Connect", icon="FILE_REFRESH")
    if current.link.trouble:
        draw_text(layout.box(), current.link.trouble)


def draw_form(layout: Any, form: Any) -> None:
    """What to ask for."""
    layout.prop(form, "prompt", text="", placeholder="a red knight walking right")
    column = layout.column(align=True)
    row = column.row(align=True)
    row.prop(form, "width")
    row.prop(form, "height")
    row = column.row(align=True)
    row.prop(form, "num_frames")
    row.prop(form, "fps")
    row = column.row(align=True)
    row.prop(form, "seed")
    row.prop(form, "new_seed", text="", icon="FILE_REFRESH")
    row.prop(form, "loop", text="", icon="CON_FOLLOWPATH")
    layout.prop(form, "directions")
    layout.prop_menu_enum(form, "actions")
    layout.prop(form, "kind")
    row = layout.row()
    row.scale_y = 1.4
    row.operator("playreel.generate", icon="RENDER_ANIMATION")
    layout.operator("playreel.import_sheet", icon="IMPORT")
    box = layout.box()
    row = box.row(align=True)
    row.prop(form, "views")
    part = row.row(align=True)
    part.enabled = not form.scene_camera
    part.prop(form, "elevation")
    row.prop(form, "scene_camera", text="", icon="CAMERA_DATA")
    box.operator("playreel.send_object", icon="MESH_MONKEY")
    box.operator("playreel.turn", icon="FILE_REFRESH")


def draw_queue(layout: Any, current: Session) -> None:
    """Jobs that have not ended, and why others came to nothing."""
    for record in current.queue():
        box = layout.box()
        row = box.row()
        row.label(text=title(record))
        row.operator("playreel.cancel", text="", icon="X").job = record.job
        news = current.progress.get(record.job)
        if news is not None and news.num_steps:
            left = f", {news.seconds_left:.0f} s left" if news.seconds_left >= 0 else ""
            text = f"{record.state} {news.step}/{news.num_steps}{left}"
            box.progress(factor=news.step / news.num_steps, text=text)
        else:
            box.label(text=record.state)
    for job, drawing in current.drawings.items():
        row = layout.box().row()
        row.label(text=f"drawing {drawing.delivery.name}", icon="SORTTIME")
        row.operator("playreel.cancel", text="", icon="X").job = job
    for reason in list(current.failures.values())[-2:]:
        draw_text(layout.box(), reason, icon="ERROR")


def draw_history(layout: Any, current: Session, form: Any) -> None:
    """Jobs that are done: what they look like, and what can be done with them."""
    layout.separator()
    layout.prop(form, "search", text="", icon="VIEWZOOM")
    for record in current.history()[:SHOWN]:
        row = layout.split(factor=THUMBNAIL_SHARE)
        draw_thumbnail(row, current, record)
        column = row.column(align=True)
        column.label(text=title(record))
        draw_deeds(column.row(align=True), record, form.kind)


def draw_thumbnail(layout: Any, current: Session, record: JobRecord) -> None:
    """The first frame, or a sign for a film as long as there is no picture of it."""
    icon = icons().icon(record.result, current.thumbnails) if record.result else 0
    if icon:
        layout.template_icon(icon_value=icon, scale=THUMBNAIL_SCALE)
    else:
        layout.label(text="", icon="FILE_MOVIE")


def draw_deeds(row: Any, record: JobRecord, kind: str) -> None:
    """Bring it into the scene, make it again, keep it."""
    placing = row.operator("playreel.place", text="", icon="IMPORT")
    placing.job = record.job
    placing.kind = kind if kind != "none" else "plane"
    row.operator("playreel.regenerate", text="", icon="FILE_REFRESH").job = record.job
    star = "SOLO_ON" if record.favourite else "SOLO_OFF"
    row.operator("playreel.mark", text="", icon=star).job = record.job


def title(record: JobRecord) -> str:
    """What a job is called in a row."""
    return label_of(record.request) or record.job


def draw_text(layout: Any, text: str, icon: str = "INFO") -> None:
    """A sentence in lines that a sidebar can show."""
    column = layout.column(align=True)
    line = ""
    for word in text.split():
        if line and len(line) + len(word) >= LINE:
            column.label(text=line, icon=icon)
            line, icon = "", "BLANK1"
        line = f"{line} {word}".strip()
    column.label(text=line, icon=icon)


CLASSES = (PLAYREEL_PT_view, PLAYREEL_PT_image, PLAYREEL_PT_sequencer)
