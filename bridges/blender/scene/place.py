"""A result becomes a thing in the scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import bpy

from toolkit.errors import BadRequest
from toolkit.wire.fields import ResultInfo

from ..jobs.deliveries import Kind
from ..jobs.requests import file_stem
from ..sheets.sheet import Sheet, cut, layout_of
from ..sheets.timeline import timeline
from .assets import mark_asset
from .files import frames_folder, write_frames
from .origin import Origin, sign
from .pictures import read_pixels
from .plane import flipbook_plane, packed_image, sequence_plane
from .strip import image_strip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How the user wants new things."""

    scale: float = 64.0
    """Pixels per metre."""
    asset: bool = False
    """Whether to mark them as assets, with this author and licence."""
    author: str = ""
    licence: str = ""


def sheet_of(content: bytes, info: ResultInfo | None = None) -> Sheet:
    """The frames of a result.

    Raises:
        BadRequest: the picture is none that Playreel made, or is damaged.
    """
    written, metadata = layout_of(content)
    return cut(read_pixels(content), written if info is None else info, metadata)


def place(
    sheet: Sheet, kind: Kind, origin: Origin, scene: bpy.types.Scene, wishes: Wishes, tag: str = ""
) -> str:
    """Make a thing of the frames; its name.

    Raises:
        BadRequest: there is no such tag.
        OutputError: the frames cannot be written.
    """
    line = timeline(sheet, sheet.tag(tag), scene.render.fps / scene.render.fps_base)
    name = file_stem(origin.prompt)
    match kind:
        case "plane":
            files = write_frames(sheet, frames_folder(origin.result), name)
            made = sequence_plane(name, sheet, line, files, scene, wishes.scale)
        case "flipbook":
            made = flipbook_plane(name, sheet, line, scene, wishes.scale)
        case "strip":
            files = write_frames(sheet, frames_folder(origin.result), name)
            made = image_strip(name, line, files, scene)
        case "image":
            made = packed_image(name, sheet, sheet.num_frames)
        case "mesh":
            raise BadRequest("a mesh is carved of a turntable that the server drew; generate one.")
        case "none":
            raise BadRequest("the result is to become nothing; choose a plane, strip or image.")
        case _:
            assert_never(kind)
    sign(made, origin)
    if wishes.asset and isinstance(made, bpy.types.ID):
        mark_asset(made, sheet, origin, wishes.author, wishes.licence)
    return str(made.name)
