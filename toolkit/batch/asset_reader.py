"""One filled entry of a manifest -> Asset: every field checked, every refusal with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from toolkit.batch.asset_parts import read_bar, read_exports, read_reference
from toolkit.batch.assets import Asset, Export, QualityBar
from toolkit.batch.mesh_source import NO_MESH, MeshSource, read_mesh_source
from toolkit.batch.nodes import (
    Entries,
    Entry,
    Items,
    Node,
    Place,
    as_text,
    problem,
)
from toolkit.batch.paths import asset_path, asset_seed
from toolkit.batch.turntable_reader import (
    ONLY_DRAWN,
    SHARED,
    TURNTABLE_FIELDS,
    is_turntable,
    read_turntable,
    require_turntable_keys,
)
from toolkit.batch.values import beside, read_names, read_number, read_truth, read_whole
from toolkit.errors import BadRequest, ManifestError
from toolkit.input_files import read_file, read_image, read_size
from toolkit.messages import INTEGERS, NUMBERS, TEXTS, Request, SpriteRequest, TurntableRequest
from toolkit.postprocess.palette_files import read_palette

REQUEST_FIELDS = tuple(field.name for field in fields(SpriteRequest))
SHARED_KEYS = (*REQUEST_FIELDS, "size", "path", "export", "quality", "turntable")
"""What styles may say."""
DEFAULT_KEYS = (*SHARED_KEYS, "style", "values")
ASSET_KEYS = ("name", *DEFAULT_KEYS, "reference", "matrix", "exclude")
Content = TypeVar("Content")
USUAL_EXPORTS = (Export(format="godot"), Export(format="webp"))
SUBJECTS = {"action": "actions"}
"""First word of a request's complaint to the field it is about, where they differ."""


class AssetReader:
    """Reads assets; a picture or palette that many of them name is opened once."""

    def __init__(self) -> None:
        self._images: dict[Path, bytes] = {}
        self._palettes: dict[Path, tuple[str, ...]] = {}
        self._meshes: dict[Path, MeshSource] = {}

    def read(
        self, name: str, place: Place, said: Mapping[str, Entry], own: frozenset[str]
    ) -> Asset:
        """The asset of that name; ``said`` holds its filled fields, those of its style included.

        ``own`` are the fields that the asset says itself.

        Raises:
            ManifestError: a field cannot be read or is not allowed.
        """
        if "reference" in said and "image" in said:
            raise problem(said["image"].key, "image and reference both set the first frame.")
        request, mesh = self._request(name, place, said, own)
        return Asset(
            name=name,
            place=place,
            path=_path(name, place, said),
            request=request,
            mesh=mesh,
            exports=read_exports(said["export"].value) if "export" in said else USUAL_EXPORTS,
            bar=read_bar(said["quality"].value) if "quality" in said else QualityBar(limits={}),
            reference=read_reference(said["reference"].value) if "reference" in said else None,
        )

    def _request(
        self, name: str, place: Place, said: Mapping[str, Entry], own: frozenset[str]
    ) -> tuple[Request, MeshSource]:
        if is_turntable(said):
            return self._turntable(name, place, said, own)
        given = {"prompt": "", "seed": asset_seed(name), **self._fields(said, REQUEST_FIELDS)}
        return _checked(SpriteRequest, given, place, said), NO_MESH

    def _turntable(
        self, name: str, place: Place, said: Mapping[str, Entry], own: frozenset[str]
    ) -> tuple[Request, MeshSource]:
        require_turntable_keys(said, own)
        given, path = read_turntable(said["turntable"].value)
        fields_ = self._fields(said, SHARED)
        if path is None:
            given = {"prompt": "", "seed": asset_seed(name), **fields_, **given}
            return _checked(TurntableRequest, given, place, said), NO_MESH
        if "reference" in said:
            raise problem(said["reference"].key, "a mesh refers to no other asset; leave it out.")
        mesh = self._mesh(said["turntable"].value, path)
        kept = {key: value for key, value in fields_.items() if key in own or key not in ONLY_DRAWN}
        given = {"mesh": path.name, **kept, **given}
        return _checked(TurntableRequest, given, place, said), mesh

    def _fields(self, said: Mapping[str, Entry], wanted: tuple[str, ...]) -> dict[str, Any]:
        """Values of the request's fields that are said and wanted."""
        given: dict[str, Any] = {}
        if "size" in said:
            given["width"], given["height"] = _size(said["size"].value)
        for field, entry in said.items():
            if field in wanted:
                given[field] = self._field(field, entry.value)
        return given

    def _mesh(self, node: Node, path: Path) -> MeshSource:
        if path not in self._meshes:
            self._meshes[path] = _opened(node, read_mesh_source, path)
        return self._meshes[path]

    def _field(self, field: str, node: Node) -> Any:
        if field in INTEGERS:
            return read_whole(node, field)
        if field in NUMBERS:
            return read_number(node, field)
        if field in TEXTS:
            return as_text(node, field)
        match field:
            case "loop":
                return read_truth(node, field)
            case "image":
                return self._image(node)
            case "palette":
                return self._palette(node)
            case _:
                return read_names(node, field)

    def _image(self, node: Node) -> bytes:
        path = beside(node, "image")
        if path not in self._images:
            self._images[path] = _opened(node, read_image, path)
        return self._images[path]

    def _palette(self, node: Node) -> tuple[str, ...]:
        """The colours of a list, or of a palette file."""
        if isinstance(node, Items):
            return read_names(node, "palette")
        path = beside(node, "palette")
        if path not in self._palettes:
            self._palettes[path] = _opened(node, _palette_file, path)
        return self._palettes[path]


def _checked(
    kind: type[SpriteRequest] | type[TurntableRequest],
    given: Mapping[str, Any],
    place: Place,
    said: Mapping[str, Entry],
) -> Request:
    """The request, or its complaint with the place of the field that it is about."""
    try:
        return kind(**given)
    except BadRequest as error:
        raise problem(_subject(str(error), place, said), str(error)) from error


def _palette_file(path: Path) -> tuple[str, ...]:
    return read_palette(path.name, read_file(path))


def _opened(node: Node, read: Callable[[Path], Content], path: Path) -> Content:
    """What a file holds, or the error with the place that names the file."""
    try:
        return read(path)
    except BadRequest as error:
        raise problem(node.place, str(error)) from error


def _path(name: str, place: Place, said: Mapping[str, Entry]) -> str:
    if "path" not in said:
        return asset_path(name, place)
    return asset_path(as_text(said["path"].value, "path"), said["path"].value.place)


def _size(node: Node) -> tuple[int, int]:
    try:
        return read_size(as_text(node, "size"))
    except ManifestError:
        raise
    except BadRequest as error:
        raise problem(node.place, str(error)) from error


def _subject(message: str, place: Place, said: Mapping[str, Entry]) -> Place:
    """The place of the field that a request complains about, else of its asset."""
    word = message.partition(" ")[0]
    field = SUBJECTS.get(word, word)
    if field in ("width", "height") and field not in said:
        field = "size"
    if field in said:
        return said[field].value.place
    inside = said["turntable"].value if is_turntable(said) else None
    if isinstance(inside, Entries) and field in inside.entries:
        return inside.entries[field].value.place
    return said["turntable"].value.place if inside and field in TURNTABLE_FIELDS else place
