"""libGDX and Spine: a texture atlas as text, in the format since libGDX 1.9.13 and Spine 4."""

from __future__ import annotations

import re

from exporters.aseprite import milliseconds
from exporters.options import SheetOptions
from exporters.png import page_files, page_names
from exporters.spritesheet import SheetFrame, SpriteSheet, build_sheet, play_order
from toolkit.clip import Clip


def export_spine(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.atlas`` and the pages; a region per tag and frame, numbered in order of play."""
    sheet = build_sheet(clip, options=options)
    return {f"{name}.atlas": atlas_text(sheet, name).encode(), **page_files(sheet, name)}


def atlas_text(sheet: SpriteSheet, name: str) -> str:
    """The text of the atlas.

    A tag's frames are the regions of its name with ``index`` 0, 1, ... as one round plays them;
    frames without a tag are regions named after the sprite with their number in the clip.
    ``delay`` (milliseconds), ``pivot`` and ``hit_box`` (pixels from the bottom left of the
    untrimmed frame) are values of each region.
    """
    blocks: list[str] = []
    for page, file in enumerate(page_names(sheet, name)):
        height, width, _ = sheet.pages[page].shape
        blocks.append(
            f"{file}\nsize: {width}, {height}\nformat: RGBA8888\nfilter: Nearest, Nearest\n"
            "repeat: none\npma: false\n"
            + "".join(
                _region(sheet, region, order, sheet.frames[index])
                for region, order, index in _uses(sheet, name)
                if sheet.frames[index].page == page
            )
        )
    return "\n".join(blocks)


def _uses(sheet: SpriteSheet, name: str) -> list[tuple[str, int, int]]:
    """Region name, index and frame of everything that the atlas lists."""
    uses: list[tuple[str, int, int]] = []
    taken = {name}
    for tag in sheet.tags:
        region = _distinct(region_name(tag.name), taken)
        uses += [(region, order, index) for order, index in enumerate(play_order(tag))]
    tagged = {index for _, _, index in uses}
    return uses + [(name, index, index) for index in range(len(sheet.frames))
                   if index not in tagged]  # fmt: skip


def region_name(name: str) -> str:
    """The name as an atlas can hold it: one line without colons or spaces around it."""
    return re.sub(r"[:\s]+", " ", name).strip() or "default"


def _distinct(name: str, taken: set[str]) -> str:
    """The name, with the first free number when it is taken; notes it."""
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}_{count}"
    taken.add(free)
    return free


def _region(sheet: SpriteSheet, region: str, order: int, frame: SheetFrame) -> str:
    """One region; offsets and pivot count from the bottom left."""
    x, y, w, h = frame.region
    left, top = frame.offset
    width, height = frame.size
    pivot_x, pivot_y = sheet.pivot_pixel
    return (
        f"{region}\n"
        f"  index: {order}\n"
        f"  bounds: {x}, {y}, {w}, {h}\n"
        f"  offsets: {left}, {height - top - h}, {width}, {height}\n"
        f"  delay: {milliseconds(frame)}\n"
        f"  pivot: {pivot_x}, {height - pivot_y}\n{_hit_box(frame)}"
    )


def _hit_box(frame: SheetFrame) -> str:
    if frame.hit_box is None:
        return ""
    x, y, w, h = frame.hit_box
    return f"  hit_box: {x}, {frame.size[1] - y - h}, {w}, {h}\n"
