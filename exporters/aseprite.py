"""Aseprite's JSON sheet data: frames in milliseconds, frameTags, slices of pivot and hit box."""

from __future__ import annotations

import json
from typing import Any, Literal

from exporters.options import SheetOptions
from exporters.png import page_files, page_names
from exporters.provenance import checked_metadata
from exporters.spritesheet import SheetFrame, SpriteSheet, build_sheet, named_sides
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest

Style = Literal["array", "hash"]


def export_aseprite(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.aseprite.json`` with a list of frames, and ``NAME.png``, by file name.

    Raises:
        BadRequest: the sheet needs more than one page, which this format cannot name.
    """
    return aseprite_files(build_sheet(clip, options=options), name, style="array")


def export_aseprite_hash(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """The same as ``NAME.aseprite_hash.json``, whose frames are an object keyed by number."""
    return aseprite_files(build_sheet(clip, options=options), name, style="hash")


def aseprite_files(sheet: SpriteSheet, name: str, *, style: Style) -> dict[str, bytes]:
    """The Aseprite files of a sheet of one page."""
    if len(sheet.pages) > 1:
        raise BadRequest(
            f"the sheet needs {len(sheet.pages)} pages and Aseprite data names one; "
            "raise max_side or export to texturepacker or godot."
        )
    suffix = "aseprite" if style == "array" else "aseprite_hash"
    document = {"frames": _frames(sheet, style), "meta": _meta(sheet, name)}
    text = json.dumps(document, indent=1, ensure_ascii=False)
    return {f"{name}.{suffix}.json": f"{text}\n".encode(), **page_files(sheet, name)}


def milliseconds(frame: SheetFrame) -> int:
    """The duration of a frame in whole milliseconds, at least 1."""
    return max(1, round(frame.duration * 1000))


def place(frame: SheetFrame) -> dict[str, Any]:
    """Where a frame lies, in the words that Aseprite and TexturePacker share."""
    x, y, w, h = frame.region
    left, top = frame.offset
    return {
        "frame": {"x": x, "y": y, "w": w, "h": h},
        "rotated": False,
        "trimmed": frame.trimmed,
        "spriteSourceSize": {"x": left, "y": top, "w": w, "h": h},
        "sourceSize": {"w": frame.size[0], "h": frame.size[1]},
    }


def _frames(sheet: SpriteSheet, style: Style) -> list[Any] | dict[str, Any]:
    """Named by number alone: Phaser's ``createFromAseprite`` looks frames up that way."""
    entries = [{**place(frame), "duration": milliseconds(frame)} for frame in sheet.frames]
    if style == "hash":
        return {str(index): entry for index, entry in enumerate(entries)}
    return [{"filename": str(index), **entry} for index, entry in enumerate(entries)]


def _meta(sheet: SpriteSheet, name: str) -> dict[str, Any]:
    """``app`` is Aseprite's because readers tell the two JSON dialects apart by it."""
    page = sheet.pages[0]
    return {
        "app": "https://www.aseprite.org/",
        "version": "1.3",
        "image": page_names(sheet, name)[0],
        "format": "RGBA8888",
        "size": {"w": page.shape[1], "h": page.shape[0]},
        "scale": "1",
        "frameTags": [_frame_tag(tag) for tag in sheet.tags],
        "layers": [{"name": "Layer", "opacity": 255, "blendMode": "normal"}],
        "slices": [_pivot_slice(sheet), *_hit_box_slice(sheet)],
        "playreel": checked_metadata(sheet.metadata),
    }


def _frame_tag(tag: FrameTag) -> dict[str, Any]:
    """``to`` is the last frame; ``repeat`` counts passes, and a ping-pong round takes two."""
    entry: dict[str, Any] = {
        "name": tag.name,
        "from": tag.start,
        "to": tag.stop - 1,
        "direction": tag.direction,
        "color": "#000000ff",
    }
    if not tag.loop:
        entry["repeat"] = "2" if tag.direction == "pingpong" else "1"
    return entry


def _pivot_slice(sheet: SpriteSheet) -> dict[str, Any]:
    width, height = sheet.frames[0].size
    x, y = sheet.pivot_pixel
    bounds = {"x": 0, "y": 0, "w": width, "h": height}
    key = {"frame": 0, "bounds": bounds, "pivot": {"x": x, "y": y}}
    return {"name": "pivot", "color": "#0000ffff", "keys": [key]}


def _hit_box_slice(sheet: SpriteSheet) -> list[dict[str, Any]]:
    """A slice that follows the hit box; 0 pixels wide where there is none."""
    if not any(frame.hit_box for frame in sheet.frames):
        return []
    keys = [
        {"frame": index, "bounds": frame.hit_box_sides or named_sides((0, 0, 0, 0))}
        for index, frame in enumerate(sheet.frames)
    ]
    return [{"name": "hit_box", "color": "#ff0000ff", "keys": keys}]
