"""A mesh that an asset shows: its file and those it refers to, read once, drawn anywhere."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from toolkit.errors import BadRequest
from toolkit.input_files import read_file
from toolkit.messages import TurntableRequest
from toolkit.turntable_request import MESH_FORMATS

MOST_BESIDE = 10_000
"""Files in and below the folder of a mesh that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshSource:
    """The files by their path from the mesh's folder, the mesh first; without files it is none."""

    files: Mapping[str, bytes]
    digest: str = ""
    """Of names and contents; empty without files."""

    @contextmanager
    def placed(self, request: TurntableRequest) -> Generator[TurntableRequest]:
        """The request with its mesh in a folder of its own, which goes again."""
        with tempfile.TemporaryDirectory() as folder:
            for name, content in self.files.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            yield replace(request, mesh=str(Path(folder) / next(iter(self.files))))


NO_MESH = MeshSource(files={})


def read_mesh_source(path: Path) -> MeshSource:
    """The mesh file and every file beside or below it that it, or one of those, names.

    Raises:
        BadRequest: no mesh by its suffix, or a file cannot be read.
    """
    if path.suffix.lower() not in MESH_FORMATS:
        raise BadRequest(f"mesh is {path.name!r:.60}; must end in {', '.join(MESH_FORMATS)}.")
    files = {path.name: read_file(path)}
    beside = _beside(path)
    looked: set[str] = set()
    while fresh := [name for name in files if name not in looked]:
        looked.update(fresh)
        for name in [name for name in beside if name not in files]:
            if any(_names(files[each], name) for each in fresh):
                files[name] = read_file(path.parent / name)
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    return MeshSource(files=files, digest=sha256(json.dumps(hashes).encode()).hexdigest())


def _beside(path: Path) -> list[str]:
    """Paths of the other files in and below the mesh's folder."""
    found: list[str] = []
    for each in path.parent.rglob("*"):
        if len(found) == MOST_BESIDE:
            raise BadRequest(
                f"the folder of {path} holds over {MOST_BESIDE} files; "
                "put the mesh and its textures in one of their own."
            )
        if each.is_file() and each != path:
            found.append(each.relative_to(path.parent).as_posix())
    return sorted(found)


def _names(content: bytes, name: str) -> bool:
    """Whether a file refers to another by its path, in any of the ways such files do."""
    ways = {name, quote(name), name.replace("/", "\\")}
    return any(way.encode() in content for way in ways)
