"""A result becomes a thing in the scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

import bpy

from toolkit.errors import BadRequest
from toolkit.wire.fields import ResultInfo

from ..jobs.deliveries import Kind
from ..jobs.requests import file_stem
from ..sheets.sheet import Sheet, cut, layout_of
from ..sheets.timeline import timeline
from .files import frames_folder, write_frames
from .pictures import read_pixels
from .plane import flipbook_plane, packed_image, sequence_plane
from .strip import image_strip


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a clip came from; kept with what is made of it, so that it can be made again."""

    job: str
    result: str
    prompt: str
    seed: int


def origin_of(job: str, result: str, request: Mapping[str, Any]) -> Origin:
    """The origin of a job's result."""
    seed = request.get("seed", 0)
    return Origin(
        job=job, result=result, prompt=str(request.get("prompt", "")),
        seed=seed if isinstance(seed, int) else 0,
    )  # fmt: skip


def sheet_of(content: bytes, info: ResultInfo | None = None) -> Sheet:
    """The frames of a result.

    Raises:
        BadRequest: the picture is none that Playreel made, or is damaged.
    """
    written, metadata = layout_of(content)
    return cut(read_pixels(content), written if info is None else info, metadata)


def place(
    sheet: Sheet, kind: Kind, origin: Origin, scene: bpy.types.Scene, *, scale: float, tag: str = ""
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
            made = sequence_plane(name, sheet, line, files, scene, scale)
        case "flipbook":
            made = flipbook_plane(name, sheet, line, scene, scale)
        case "strip":
            files = write_frames(sheet, frames_folder(origin.result), name)
            made = image_strip(name, line, files, scene)
        case "image":
            made = packed_image(name, sheet, sheet.num_frames)
        case "none":
            raise BadRequest("the result is to become nothing; choose a plane, strip or image.")
        case _:
            assert_never(kind)
    _sign(made, origin)
    return str(made.name)


def _sign(made: Any, origin: Origin) -> None:
    made["playreel_job"] = origin.job
    made["playreel_result"] = origin.result
    made["playreel_prompt"] = origin.prompt
    made["playreel_seed"] = str(origin.seed)  # Blender's whole numbers have 32 bits
