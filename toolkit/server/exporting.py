"""A result in an engine's format: the same files as ``playreel export`` writes, as one zip."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from exporters import export, file_stem
from toolkit.packed_clip import unpack_clip
from toolkit.saved_clip import with_layout

NAME = "name"
"""Metadata key of the files' name, as ``playreel generate`` writes it."""
OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip can say: equal clips give equal bytes."""


def export_zip(png: bytes, format_name: str, name: str) -> bytes:
    """The files of a result in a format, in a zip; without a name the prompt gives it.

    Raises:
        BadRequest: no such format, or the clip does not fit it.
    """
    clip = unpack_clip(png)
    stem = file_stem(name or clip.metadata.get("prompt", "sprite"))
    whole = with_layout(replace(clip, metadata={**clip.metadata, NAME: stem}))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for file, content in export(whole, format_name, name=stem).items():
            archive.writestr(zipfile.ZipInfo(file, OLDEST), content)
    return buffer.getvalue()
