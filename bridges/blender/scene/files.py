"""Frames on disk: beside the scene once it is saved, else in the extension's own folder."""

from __future__ import annotations

from pathlib import Path

import bpy

from toolkit.errors import OutputError

from ..sheets.png import encode_png
from ..sheets.sheet import Sheet
from ..ui.addon import package_name

FOLDER = "playreel"


def frames_folder(result: str) -> Path:
    """Where the frames of a result belong."""
    if bpy.data.filepath:
        return Path(bpy.data.filepath).parent / FOLDER / result[:16]
    own = bpy.utils.extension_path_user(package_name(), path="frames", create=True)
    return Path(own) / result[:16]


def write_frames(sheet: Sheet, folder: Path, stem: str) -> list[Path]:
    """Every frame as a PNG with a number, from 1, that Blender takes for a sequence.

    Raises:
        OutputError: the system refuses.
    """
    paths = [folder / f"{stem}_{number:04d}.png" for number in range(1, sheet.num_frames + 1)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, frame in zip(paths, sheet.frames, strict=True):
            path.write_bytes(encode_png(frame))
    except OSError as error:
        raise OutputError(
            f"cannot write {folder}: {error.strerror or error}; save the scene somewhere else."
        ) from error
    return paths


def scene_path(path: Path) -> str:
    """The path as it is kept in the scene: relative to a saved file, so that both can move."""
    return bpy.path.relpath(str(path)) if bpy.data.filepath else str(path)
