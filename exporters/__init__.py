"""Exporters: a Clip to the files of a game engine or picture format, as ``dict[name, bytes]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from exporters.options import SheetOptions, file_stem
from toolkit.errors import BadRequest

if TYPE_CHECKING:
    from toolkit.clip import Clip

__all__ = ["EXPORTERS", "Exporter", "SheetOptions", "export", "file_stem"]

Exporter = Callable[["Clip", str, SheetOptions], dict[str, bytes]]
"""(clip, file stem, options) to the content of each file by its name."""


def _lazy(module: str, function: str) -> Exporter:
    """The exporter, whose module (and with it Pillow and rectpack) loads on its first use."""

    def call(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
        exporter: Exporter = getattr(import_module(f"exporters.{module}"), function)
        return exporter(clip, name, options)

    return call


EXPORTERS: Mapping[str, Exporter] = MappingProxyType(
    {
        "godot": _lazy("godot", "export_godot"),
        "aseprite": _lazy("aseprite", "export_aseprite"),
        "aseprite_hash": _lazy("aseprite", "export_aseprite_hash"),
        "texturepacker": _lazy("texturepacker", "export_texturepacker"),
        "texturepacker_array": _lazy("texturepacker", "export_texturepacker_array"),
        "gif": _lazy("animated", "export_gif"),
        "apng": _lazy("animated", "export_apng"),
        "webp": _lazy("animated", "export_webp"),
        "png_sequence": _lazy("png_sequence", "export_png_sequence"),
    }
)
"""Format name, as the command line takes it, to its exporter."""


def export(
    clip: Clip, format: str, *, name: str = "sprite", options: SheetOptions | None = None
) -> dict[str, bytes]:
    """The files of the clip in a format, by name; equal input gives equal bytes.

    ``name`` becomes a safe file name (see ``file_stem``). Files of different formats never
    share a name unless they share their bytes, so one folder can take several formats.

    Raises:
        BadRequest: no such format, or the clip does not fit it.
    """
    if format not in EXPORTERS:
        raise BadRequest(f"format is {format!r}; choose from {', '.join(EXPORTERS)}.")
    return EXPORTERS[format](clip, file_stem(name), options or SheetOptions())
