"""Furniture and other models, turning (CC-BY, CC0), from Debian's ``sweethome3d-furniture``."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from toolkit.data.packs import TRADEMARKS
from toolkit.data.sources.archives import read_archive
from toolkit.data.sources.furniture_catalog import CATALOG, Furniture, read_catalog
from toolkit.data.sources.items import Item, Origin
from toolkit.data.sources.turntable import shows_enough, turntable
from toolkit.rendering.mesh import Mesh
from toolkit.rendering.mesh_files import read_mesh

ROOT = "usr/share/sweethome3d/furniture/"
SOURCE = "sweethome3d-furniture"
ELEVATION = 20.0
LIBRARIES = {
    "KatorLegaz": ("CC-BY-3.0", "Andrew Kator & Jennifer Legaz"),
    "BlendSwap-CC-0": ("CC0-1.0", ""),
    "BlendSwap-CC-BY": ("CC-BY-3.0", ""),
    "Reallusion": ("CC-BY-3.0", "Reallusion"),
    "Scopia": ("CC-BY-3.0", "Scopia"),
}
"""Licence and author of each library; without an author, the catalogue names the model's."""
SPELLING = {"hashtray": "ashtray", "trunck": "trunk", "teck": "teak", "gaz": "gas", "puff": "pouf"}
WRONG = re.compile(rf"\b({'|'.join(SPELLING)})\b")
MATERIALS = re.compile(r"^mtllib[ \t]+(.*?)[ \t\r]*$", re.MULTILINE)
SMALLEST = 1e-9


def sweethome3d(archives: Sequence[Path]) -> Iterator[Item]:
    """Turntables of the models without makers' names; the archive is sweethome3d-furniture."""
    files = read_archive(archives[0], lambda name: name.endswith(".sh3f"))
    for library in LIBRARIES:
        content = io.BytesIO(files[f"{ROOT}{library}.sh3f"])
        with zipfile.ZipFile(content) as archive, tempfile.TemporaryDirectory() as folder:
            for furniture in read_catalog(archive.read(CATALOG)):
                if TRADEMARKS.search(furniture.name) is None:
                    yield from _item(library, furniture, archive, Path(folder))


def stand(mesh: Mesh, furniture: Furniture) -> Mesh:
    """The mesh turned upright and scaled to the sides that the catalogue gives, one unit long."""
    turned = mesh.positions @ furniture.rotation.T
    sides = np.ptp(turned[np.unique(mesh.faces)], axis=0) + SMALLEST
    scale = furniture.size / sides
    scale /= scale.max()
    normals = mesh.normals @ furniture.rotation.T / scale
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    unit = (normals / np.maximum(length, SMALLEST)).astype(np.float32)
    return replace(mesh, positions=turned * scale, normals=unit)


def furniture_caption(name: str) -> str:
    """What the model shows, in lower case, spelled as in a dictionary."""
    words = WRONG.sub(lambda match: SPELLING[match[1]], name.lower())
    return f"{words} rotating, 3d turntable"


def _item(
    library: str, furniture: Furniture, archive: zipfile.ZipFile, folder: Path
) -> Iterator[Item]:
    """One item, or none where the model is nearly invisible."""
    mesh = stand(_read(furniture, archive, folder), furniture)
    frames = turntable(mesh, ELEVATION)
    if not shows_enough(frames):
        return
    licence, author = LIBRARIES[library]
    yield Item(
        id=f"{library}_{furniture.number}",
        frames=frames,
        subject=furniture.name.lower(),
        caption=furniture_caption(furniture.name),
        action="rotating",
        direction="turntable",
        origin=Origin(
            source=f"{SOURCE}: {library}",
            licence=licence,
            author=author or furniture.creator or "Blend Swap",
        ),
        extras={"category": furniture.category, "tris": mesh.num_faces},
    )


def _read(furniture: Furniture, archive: zipfile.ZipFile, folder: Path) -> Mesh:
    """The mesh; what its OBJ refers to lies beside it in the library."""
    beside = furniture.model.rpartition("/")[0] + "/"
    for name in archive.namelist():
        if name.startswith(beside) and not name.endswith("/"):
            archive.extract(name, folder)
    for path in (folder / beside).glob("*.mtl"):
        lines = path.read_text("latin-1").splitlines()
        path.write_text("\n".join(kept_lines(lines, path.parent)), "latin-1")
    _put_materials(folder / furniture.model)
    return read_mesh(folder / furniture.model)


def _put_materials(model: Path) -> None:
    """Give the materials beside an OBJ the name by which it asks for them."""
    named = MATERIALS.search(model.read_text("latin-1"))
    beside = sorted(model.parent.glob("*.mtl"))
    if named is not None and beside and not (model.parent / named[1]).exists():
        shutil.copyfile(beside[0], model.parent / Path(named[1]).name)


def kept_lines(material: Sequence[str], folder: Path) -> list[str]:
    """The lines of an MTL file without those that name a picture of its author's own disk."""
    return [line for line in material if not _names_lost_picture(line, folder)]


def _names_lost_picture(line: str, folder: Path) -> bool:
    words = line.split(maxsplit=1)
    is_map = len(words) == 2 and words[0].lower().startswith(("map_", "bump", "disp", "refl"))
    return is_map and not (folder / words[1].strip()).is_file()
