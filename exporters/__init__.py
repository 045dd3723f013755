"""Exporters: a Clip to the files of a game engine or picture format, as ``dict[name, bytes]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from exporters.options import SheetOptions, file_stem
from toolkit.errors import BadRequest

if TYPE_CHECKING:
    from toolkit.clip import Clip

__all__ = [
    "EXPORTERS",
    "LIT_EXPORTERS",
    "Exporter",
    "Files",
    "LitExporter",
    "SheetOptions",
    "export",
    "file_stem",
    "normals_for",
]

Files = dict[str, bytes]
Exporter = Callable[["Clip", str, SheetOptions], Files]
"""(clip, file stem, options) to the content of each file by its name."""
LitExporter = Callable[["Clip", "Clip", str, SheetOptions], Files]
"""The same from (clip, normal maps of its frames, file stem, options)."""


def _lazy(module: str, function: str) -> Callable[..., Files]:
    """The exporter, whose module (and with it Pillow and rectpack) loads on its first use."""

    def call(*arguments: Any) -> Files:
        exporter: Callable[..., Files] = getattr(import_module(f"exporters.{module}"), function)
        return exporter(*arguments)

    return call


EXPORTERS: Mapping[str, Exporter] = MappingProxyType(
    {
        "godot": _lazy("godot", "export_godot"),
        "aseprite": _lazy("aseprite", "export_aseprite"),
        "aseprite_hash": _lazy("aseprite", "export_aseprite_hash"),
        "aseprite_binary": _lazy("aseprite_binary", "export_aseprite_binary"),
        "texturepacker": _lazy("texturepacker", "export_texturepacker"),
        "texturepacker_array": _lazy("texturepacker", "export_texturepacker_array"),
        "spine": _lazy("spine", "export_spine"),
        "unity": _lazy("unity", "export_unity"),
        "unreal": _lazy("unreal", "export_unreal"),
        "cocos": _lazy("cocos", "export_cocos"),
        "gamemaker": _lazy("gamemaker", "export_gamemaker"),
        "rpgmaker": _lazy("rpgmaker", "export_rpgmaker"),
        "tiled": _lazy("tiled", "export_tiled"),
        "love": _lazy("love", "export_love"),
        "gif": _lazy("animated", "export_gif"),
        "apng": _lazy("animated", "export_apng"),
        "webp": _lazy("animated", "export_webp"),
        "webm": _lazy("video", "export_webm"),
        "mp4": _lazy("video", "export_mp4"),
        "mov": _lazy("video", "export_mov"),
        "mov_png": _lazy("video", "export_mov_png"),
        "glb": _lazy("glb", "export_glb"),
        "png_sequence": _lazy("png_sequence", "export_png_sequence"),
        "episode": _lazy("episode", "export_episode"),
    }
)
"""Format name, as the command line takes it, to its exporter."""

LIT_EXPORTERS: Mapping[str, LitExporter] = MappingProxyType(
    {
        "godot": _lazy("godot", "export_godot_lit"),
    }
)
"""The formats that can name a normal map beside the sheet."""


def export(
    clip: Clip,
    format: str,
    *,
    name: str = "sprite",
    options: SheetOptions | None = None,
    normals: Clip | None = None,
) -> Files:
    """The files of the clip in a format, by name; equal input gives equal bytes.

    Files of text and GIFs are the same bytes on every platform. Compressed ones hold the same
    pixels, times and texts everywhere, and are the same bytes where zlib, libwebp and FFmpeg are
    the same.

    ``name`` becomes a safe file name (see ``file_stem``). Files of different formats never
    share a name unless they share their bytes, so one folder can take several formats.
    ``normals`` are normal maps of the clip's frames, +x right and +y up, which 2D lights need.

    Raises:
        BadRequest: no such format, or the clip does not fit it.
    """
    if format not in EXPORTERS:
        raise BadRequest(f"format is {format!r}; choose from {', '.join(EXPORTERS)}.")
    if normals is None:
        return EXPORTERS[format](clip, file_stem(name), options or SheetOptions())
    if format not in LIT_EXPORTERS:
        raise BadRequest(
            f"{format} cannot name a normal map; choose from {', '.join(LIT_EXPORTERS)}."
        )
    return LIT_EXPORTERS[format](clip, normals, file_stem(name), options or SheetOptions())


def normals_for(part: str, format: str, passes: Mapping[str, Clip]) -> Clip | None:
    """The normal maps to export a turntable's pass with: those beside ``rgba``, if any.

    Only where the format can name them.
    """
    return passes.get("normal") if part == "rgba" and format in LIT_EXPORTERS else None
