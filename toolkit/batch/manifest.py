"""Manifest file -> assets: files read, matrices unfolded, templates filled, all of it checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from toolkit.batch.asset_reader import ASSET_KEYS, DEFAULT_KEYS, SHARED_KEYS, AssetReader
from toolkit.batch.assets import Asset, Manifest
from toolkit.batch.documents import Scope, Wanted, gathered, read_documents, read_values
from toolkit.batch.matrix import (
    combinations,
    combinations_in,
    read_exclude,
    read_matrix,
)
from toolkit.batch.nodes import (
    Entries,
    Entry,
    Scalar,
    as_entries,
    as_text,
    one_of,
    problem,
)
from toolkit.batch.paths import asset_path
from toolkit.batch.references import in_order
from toolkit.batch.templates import Values, fill, fill_node
from toolkit.errors import ManifestError, ResourceLimit

LARGE = 10_000
"""More assets than this have to be asked for: a matrix multiplies fast."""
NOT_FILLED = ("name", "values", "matrix", "exclude", "style")
"""Fields of an asset that are read before its templates are filled."""


def read_manifest(path: Path, *, allow_large: bool = False) -> Manifest:
    """Every asset that a manifest asks for, those that others refer to before them.

    Raises:
        ManifestError: what is wrong, a line per asset: ``assets.yaml:3:5: sentence``.
        ResourceLimit: more than 10,000 assets without ``allow_large``.
    """
    wanted = read_documents(path)
    if not allow_large:
        _require_moderate(wanted)
    assets: list[Asset] = []
    problems: list[ManifestError] = []
    reader = AssetReader()
    for each in wanted:
        try:
            assets += unfold(each, reader)
        except ManifestError as error:
            problems.append(error)
    if problems:
        raise gathered(problems)
    _require_unique(assets)
    return Manifest(path=str(path), assets=in_order(assets))


def _require_moderate(wanted: tuple[Wanted, ...]) -> None:
    total = sum(combinations_in(read_matrix(each.asset.entries.get("matrix"))) for each in wanted)
    if total > LARGE:
        raise ResourceLimit(
            f"the manifest asks for {total} assets; more than {LARGE} need --yes, "
            "or take values out of a matrix."
        )


def unfold(wanted: Wanted, reader: AssetReader) -> Iterator[Asset]:
    """An asset for every combination of the entry's matrix.

    Raises:
        ManifestError: the first thing that is wrong with the entry.
    """
    said = wanted.asset.entries
    for key, entry in wanted.asset:
        one_of(key, ASSET_KEYS, entry.key)
    for key, entry in wanted.scope.defaults.items():
        one_of(key, DEFAULT_KEYS, entry.key)
    matrix = read_matrix(said.get("matrix"))
    excluded = read_exclude(said.get("exclude"), matrix)
    fixed = {**wanted.scope.values, **_values(wanted.scope.defaults), **_values(said)}
    for combination in combinations(matrix, excluded):
        yield _asset(wanted, {**fixed, **combination}, reader)


def _values(said: Mapping[str, Entry]) -> Values:
    if "values" not in said:
        return {}
    return read_values(as_entries(said["values"].value, "values").entries)


def _asset(wanted: Wanted, values: Values, reader: AssetReader) -> Asset:
    name = _name(wanted.asset, values)
    named = {**values, "name": name}
    defaults = {**wanted.scope.defaults}
    own = {**wanted.asset.entries}
    style = _style(own.get("style", defaults.get("style")), named, wanted.scope)
    said = {
        key: Entry(key=entry.key, value=fill_node(entry.value, named))
        for key, entry in (_over(_over(defaults, style), own)).items()
        if key not in NOT_FILLED
    }
    return reader.read(name, wanted.asset.place, said, frozenset(own))


def _over(under: Mapping[str, Entry], over: Mapping[str, Entry]) -> dict[str, Entry]:
    """Both together, ``over`` on top: its ``size`` also replaces a width and height below it."""
    below = dict(under)
    if "size" in over:
        below.pop("width", None)
        below.pop("height", None)
    if "image" in over or "reference" in over:
        below.pop("image", None)
    return {**below, **over}


def _name(asset: Entries, values: Values) -> str:
    if "name" not in asset.entries:
        raise problem(asset.place, "the asset has no name; write name: hero.")
    node = asset.entries["name"].value
    name = fill(as_text(node, "name"), values, node.place)
    return asset_path(name, node.place)


def _style(entry: Entry | None, values: Values, scope: Scope) -> Mapping[str, Entry]:
    """What the style says that an asset names; no style says nothing."""
    if entry is None or (isinstance(entry.value, Scalar) and entry.value.kind == "nothing"):
        return {}
    name = fill(as_text(entry.value, "style"), values, entry.value.place)
    one_of(name, scope.styles, entry.value.place)
    for key, said in scope.styles[name]:
        one_of(key, SHARED_KEYS, said.key)
    return scope.styles[name].entries


def _require_unique(assets: list[Asset]) -> None:
    """Refuse two assets of one name, or whose files would have one name on any system."""
    names: dict[str, Asset] = {}
    paths: dict[str, Asset] = {}
    for asset in assets:
        if (other := names.setdefault(asset.name, asset)) is not asset:
            raise problem(asset.place, f"asset {asset.name!r:.60} is also at {other.place}.")
        if (other := paths.setdefault(asset.path.lower(), asset)) is not asset:
            raise problem(
                asset.place,
                f"the files of {asset.name} and of {other.name} ({other.place}) "
                f"are both called {asset.path!r:.60}; give one another path.",
            )
