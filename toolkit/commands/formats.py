"""Export formats as people list them, and the files of several formats in one folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from exporters import EXPORTERS, SheetOptions, export, normals_for
from exporters.write import write_files
from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.input_files import split_names

DEFAULT_FORMATS = "godot,webp"


def read_formats(text: str) -> tuple[str, ...]:
    """The formats of ``godot,gif``, each once.

    Raises:
        BadRequest: none is named, or one is unknown.
    """
    names = split_names(text)
    if not names:
        raise BadRequest(f"no format is named; choose from {', '.join(EXPORTERS)}.")
    for name in names:
        if name not in EXPORTERS:
            raise BadRequest(f"format is {name!r}; choose from {', '.join(EXPORTERS)}.")
    return names


def export_all(
    clip: Clip, formats: Iterable[str], *, name: str, options: SheetOptions | None = None
) -> dict[str, bytes]:
    """The files of all formats by name; what formats share, such as the sheet, comes once."""
    files: dict[str, bytes] = {}
    for format in formats:
        files |= export(clip, format, name=name, options=options)
    return files


def export_passes(
    passes: Mapping[str, Clip], formats: Iterable[str], *, name: str
) -> dict[str, bytes]:
    """The files of every pass: the first under the name, further ones as in ``hero_normal``.

    The sheets of all passes are laid out alike, so that an engine can use one as the normal map
    of another; a format that names normal maps itself gets those of ``rgba``.
    """
    formats, files = tuple(formats), dict[str, bytes]()
    options = SheetOptions(merge_equal=len(passes) == 1)
    for number, (part, clip) in enumerate(passes.items()):
        stem = f"{name}_{part}" if number else name
        for format in formats:
            normals = normals_for(part, format, passes)
            files |= export(clip, format, name=stem, options=options, normals=normals)
    return files


def write_all(files: dict[str, bytes], folder: Path) -> list[str]:
    """The paths of the files, all written or none, as text.

    Raises:
        OutputError: the system refuses; the message says why.
    """
    return [str(path) for path in write_files(files, folder)]
