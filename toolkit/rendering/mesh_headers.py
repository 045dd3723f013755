"""How many triangles a mesh file holds, from its first bytes, before anything is loaded."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import Path

from toolkit.errors import BadRequest
from toolkit.rendering.mesh import MAX_FACES, check_faces
from toolkit.turntable_request import MESH_FORMATS

MAX_BYTES = 2**30
MAX_UNPACKED = 2**31
HEAD = 65536


def check_header(path: Path, content: bytes | None = None) -> None:
    """Refuse a file by its name, its size and what its header promises.

    ``content`` is what it holds where there is no such file here. glTF is checked by
    ``gltf.read_gltf``.

    Raises:
        BadRequest: unknown format, missing, empty, above 1 GiB, or too many triangles.
    """
    if path.suffix.lower() not in MESH_FORMATS:
        raise BadRequest(
            f"mesh is {path.name!r}; give {', '.join(MESH_FORMATS)}"
            "; .fbx and .blend need --backend bpy."
        )
    size, head = _head(path) if content is None else (len(content), content[:HEAD])
    if size == 0:
        raise BadRequest(f"{path} is empty; give a mesh with a surface.")
    if size > MAX_BYTES:
        raise BadRequest(
            f"{path} has {size} bytes; at most 1 GiB and {MAX_FACES} triangles: decimate it first."
        )
    match path.suffix.lower():
        case ".stl":
            _check_stl(head, size, path.name)
        case ".ply":
            _check_counted(rb"element\s+face\s+([0-9]+)", head, path.name)
        case ".off":
            _check_counted(rb"OFF\s+(?:#[^\n]*\s+)*[0-9]+\s+([0-9]+)", head, path.name)
        case ".3mf":
            _check_archive(path if content is None else io.BytesIO(content), str(path))
        case _:
            pass


def _head(path: Path) -> tuple[int, bytes]:
    """Size and first bytes of a file."""
    try:
        with path.open("rb") as file:
            return path.stat().st_size, file.read(HEAD)
    except OSError as error:
        raise BadRequest(f"cannot read {path}: {error.strerror or error}.") from error


def _check_stl(head: bytes, size: int, name: str) -> None:
    """A binary STL says its count; text is recognised by not having that size."""
    if len(head) < 84:
        return
    count = struct.unpack_from("<I", head, 80)[0]
    if size == 84 + 50 * count:
        check_faces(count, name)


def _check_counted(pattern: bytes, head: bytes, name: str) -> None:
    count = re.search(pattern, head)
    if count is not None:
        check_faces(int(count[1]), name)


def _check_archive(file: Path | io.BytesIO, name: str) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (RuntimeError, zipfile.BadZipFile, OSError) as error:
        raise BadRequest(f"{name} is damaged: {error}; export it again.") from error
    if unpacked > MAX_UNPACKED:
        raise BadRequest(f"{name} unpacks to {unpacked} bytes; at most {MAX_UNPACKED}.")
