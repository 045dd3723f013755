"""LÖVE: a Lua table of the regions, times and animations of a sheet."""

from __future__ import annotations

from exporters.options import SheetOptions
from exporters.png import page_files, page_names
from exporters.provenance import metadata_text
from exporters.spritesheet import SheetFrame, SpriteSheet, build_sheet, play_order
from toolkit.clip import Clip


def export_love(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.lua``, which returns a table, and ``NAME.png`` or a numbered page for each.

    ``images`` are file names, ``frames`` have ``page, x, y, w, h`` for ``love.graphics.newQuad``,
    ``ox, oy`` to draw it at the pivot, ``seconds`` and the ``hit_box`` in the untrimmed frame;
    ``animations`` are lists of frame numbers from 1 with ``loop``.
    """
    sheet = build_sheet(clip, options=options)
    return {f"{name}.lua": lua(sheet, name).encode(), **page_files(sheet, name)}


def lua(sheet: SpriteSheet, name: str) -> str:
    """The table as the text of a Lua module, for any Lua from 5.1 on."""
    images = ", ".join(quoted(page) for page in page_names(sheet, name))
    frames = "".join(f"    {_frame(sheet, frame)},\n" for frame in sheet.frames)
    animations = "".join(
        f"    [{quoted(tag.name)}] = {{ loop = {str(tag.loop).lower()}, "
        f"{', '.join(str(index + 1) for index in play_order(tag))} }},\n"
        for tag in sheet.tags
    )
    width, height = sheet.size
    return (
        f"return {{\n  images = {{ {images} }},\n  width = {width},\n  height = {height},\n"
        f"  frames = {{\n{frames}  }},\n  animations = {{\n{animations}  }},\n"
        f"  playreel = {quoted(metadata_text(sheet.metadata))},\n}}\n"
    )


def _frame(sheet: SpriteSheet, frame: SheetFrame) -> str:
    x, y, w, h = frame.region
    ox, oy = (pivot - cut for pivot, cut in zip(sheet.pivot_pixel, frame.offset, strict=True))
    return (
        f"{{ page = {frame.page + 1}, x = {x}, y = {y}, w = {w}, h = {h}, "
        f"ox = {ox}, oy = {oy}, seconds = {frame.duration:.17g}{_hit_box(frame)} }}"
    )


def _hit_box(frame: SheetFrame) -> str:
    sides = frame.hit_box_sides or {}
    inner = ", ".join(f"{side} = {pixels}" for side, pixels in sides.items())
    return f", hit_box = {{ {inner} }}" if inner else ""


def quoted(text: str) -> str:
    """A Lua string of the text's UTF-8 bytes; all but plain ASCII as decimal escapes."""
    return '"' + "".join(_escaped(byte) for byte in text.encode("utf-8")) + '"'


def _escaped(byte: int) -> str:
    plain = 32 <= byte < 127 and chr(byte) not in '"\\'
    return chr(byte) if plain else f"\\{byte:03d}"
