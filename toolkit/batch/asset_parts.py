"""The nested fields of an asset: formats with options, the quality bar, the reference."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from exporters import EXPORTERS, SheetOptions
from toolkit.batch.assets import Export, QualityBar, Reference
from toolkit.batch.nodes import Entries, Entry, Node, Scalar, as_entries, as_text, one_of, problem
from toolkit.batch.paths import asset_path
from toolkit.batch.values import read_names, read_number, read_truth, read_whole
from toolkit.errors import BadRequest
from toolkit.postprocess.quality import QualityRecord

MEASURES = tuple(field.name for field in fields(QualityRecord))
OPTIONS = {field.name: str(field.type) for field in fields(SheetOptions)}
MAX_RETRIES = 100


def read_exports(node: Node) -> tuple[Export, ...]:
    """The formats of ``[godot, webp]``, of ``godot,webp``, or of a mapping to their options.

    Raises:
        ManifestError: a format or option is unknown, or none is named.
    """
    if isinstance(node, Entries):
        exports = tuple(_export(format, entry) for format, entry in node)
    else:
        names = dict.fromkeys(read_names(node, "export"))
        for name in names:
            one_of(name, EXPORTERS, node.place)
        exports = tuple(Export(format=name) for name in names)
    if not exports:
        raise problem(node.place, f"no format is named; choose from {', '.join(EXPORTERS)}.")
    return exports


def _export(format: str, entry: Entry) -> Export:
    one_of(format, EXPORTERS, entry.key)
    if isinstance(entry.value, Scalar) and entry.value.kind == "nothing":
        return Export(format=format)
    said: dict[str, Any] = {}
    for option, setting in as_entries(entry.value, f"options of {format}"):
        one_of(option, OPTIONS, setting.key)
        read = read_truth if OPTIONS[option] == "bool" else read_whole
        said[option] = read(setting.value, option)
    try:
        return Export(format=format, options=SheetOptions(**said))
    except BadRequest as error:
        raise problem(entry.value.place, str(error)) from error


def read_bar(node: Node) -> QualityBar:
    """The limits, retries and what happens after the last of them.

    Raises:
        ManifestError: a measure is unknown, or a limit is no number (or no false).
    """
    limits: dict[str, float] = {}
    others: dict[str, Any] = {}
    for name, entry in as_entries(node, "quality"):
        one_of(name, (*MEASURES, "retries", "otherwise"), entry.key)
        match name:
            case "retries":
                others[name] = _retries(entry.value)
            case "otherwise":
                others[name] = as_text(entry.value, name)
                one_of(others[name], ("fail", "keep"), entry.value.place)
            case "clipped_at_edge":
                if not read_truth(entry.value, name):
                    limits[name] = 0
            case _:
                limits[name] = read_number(entry.value, name)
    return QualityBar(limits=limits, **others)


def _retries(node: Node) -> int:
    count = read_whole(node, "retries")
    if count > MAX_RETRIES:
        raise problem(node.place, f"retries is {count}; must be 0 to {MAX_RETRIES}.")
    return count


def read_reference(node: Node) -> Reference:
    """The frame of ``hero``, or of ``{asset: hero, tag: walk_right, frame: 0}``.

    Raises:
        ManifestError: a key is unknown or the asset is not named.
    """
    if isinstance(node, Scalar):
        return Reference(asset=_named(node))
    entries = as_entries(node, "reference")
    for key, entry in entries:
        one_of(key, ("asset", "tag", "frame"), entry.key)
    said = {key: entry.value for key, entry in entries}
    if "asset" not in said:
        raise problem(node.place, "reference names no asset; write {asset: hero}.")
    return Reference(
        asset=_named(said["asset"]),
        tag=as_text(said["tag"], "tag") if "tag" in said else "",
        frame=read_whole(said["frame"], "frame") if "frame" in said else 0,
    )


def _named(node: Node) -> str:
    """The name of an asset as ``asset_path`` spells it."""
    return asset_path(as_text(node, "reference"), node.place)
