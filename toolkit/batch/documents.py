"""Manifest files with everything they include: what each asset says, and what holds for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from toolkit.batch.csv_nodes import read_csv
from toolkit.batch.json_nodes import read_json
from toolkit.batch.nodes import (
    Entries,
    Entry,
    Node,
    Place,
    Scalar,
    as_entries,
    as_items,
    as_text,
    one_of,
    problem,
)
from toolkit.batch.templates import Values
from toolkit.batch.values import beside
from toolkit.batch.yaml_nodes import read_yaml
from toolkit.errors import BadRequest, ManifestError
from toolkit.input_files import read_file

READERS = {".yaml": read_yaml, ".yml": read_yaml, ".json": read_json, ".csv": read_csv}
KEYS = ("$schema", "version", "include", "values", "styles", "defaults", "assets")
VERSION = "1"
MAX_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What holds for every asset of a file."""

    defaults: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    styles: Mapping[str, Entries] = field(default_factory=dict[str, Entries])
    values: Values = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One entry of ``assets`` as it is written, before its matrix unfolds."""

    asset: Entries
    scope: Scope


def read_documents(path: Path) -> tuple[Wanted, ...]:
    """The assets of a manifest and of all it includes, included ones first.

    An included file starts from the defaults, styles and values of the file that includes it and
    may change them for itself; its styles and values can be used where it is included.

    Raises:
        ManifestError: a file is missing, damaged or includes itself.
        BadRequest: the manifest itself cannot be read.
    """
    start = Place(file=str(path), line=1, column=1)
    wanted, _ = _read(path, start, Scope(), ())
    if not wanted:
        raise problem(start, "the manifest has no assets; list at least one under assets.")
    return tuple(wanted)


def _read(
    path: Path, asked: Place, scope: Scope, above: tuple[Path, ...]
) -> tuple[list[Wanted], Scope]:
    real = path.resolve()
    if real in above:
        chain = " > ".join(str(each.name) for each in (*above[above.index(real) :], real))
        raise problem(asked, f"{path} includes itself ({chain}); take one include out.")
    document = as_entries(_parse(path, asked), "a manifest")
    for key, entry in document:
        one_of(key, KEYS, entry.key)
    _require_version(document)
    wanted: list[Wanted] = []
    for node in _list(document, "include"):
        path_of = beside(node, "include")
        found, inner = _read(path_of, node.place, _own_scope(document, scope), (*above, real))
        wanted += found
        scope = replace(
            scope,
            styles={**inner.styles, **scope.styles},
            values={**inner.values, **scope.values},
        )
    own = _own_scope(document, scope)
    wanted += [Wanted(asset=asset, scope=own) for asset in _assets(document)]
    return wanted, own


def _parse(path: Path, asked: Place) -> Node:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise problem(asked, f"manifest is {path.name!r}; must end in {', '.join(READERS)}.")
    try:
        content = read_file(path)
    except BadRequest as error:
        raise problem(asked, str(error)) from error
    if len(content) > MAX_BYTES:
        raise problem(asked, f"{path} has {len(content)} bytes; at most {MAX_BYTES}: use a matrix.")
    try:
        return reader(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        place = Place(file=str(path), line=line, column=1)
        raise problem(place, "no UTF-8 text; save the file as UTF-8.") from error


def _list(document: Entries, key: str) -> tuple[Node, ...]:
    """The entries of a key that may be absent; one name alone is a list of it."""
    if key not in document.entries:
        return ()
    node = document.entries[key].value
    return (node,) if isinstance(node, Scalar) else as_items(node, key)


def _assets(document: Entries) -> Iterator[Entries]:
    for node in _list(document, "assets"):
        yield as_entries(node, "an asset")


def _require_version(document: Entries) -> None:
    if "version" in document.entries:
        node = document.entries["version"].value
        if (text := as_text(node, "version")) != VERSION:
            raise problem(node.place, f"version is {text!r:.60}; this playreel reads {VERSION}.")


def _own_scope(document: Entries, scope: Scope) -> Scope:
    """The scope with what the document itself says on top."""
    defaults = _mapping(document, "defaults")
    styles = {
        name: as_entries(entry.value, f"style {name!r:.60}")
        for name, entry in _mapping(document, "styles").items()
    }
    return Scope(
        defaults={**scope.defaults, **defaults},
        styles={**scope.styles, **styles},
        values={**scope.values, **read_values(_mapping(document, "values"))},
    )


def _mapping(document: Entries, key: str) -> Mapping[str, Entry]:
    if key not in document.entries:
        return {}
    return as_entries(document.entries[key].value, key).entries


def read_values(entries: Mapping[str, Entry]) -> Values:
    """What the names of ``values`` stand for.

    Raises:
        ManifestError: a name has braces or none at all, or a value is no single one.
    """
    values: dict[str, str] = {}
    for name, entry in entries.items():
        if not name.isidentifier():
            raise problem(entry.key, f"value {name!r:.60} is no name; use letters, digits and _.")
        values[name] = as_text(entry.value, name)
    return values


def gathered(problems: list[ManifestError], most: int = 20) -> ManifestError:
    """One error that lists the problems, a line each."""
    lines = [str(each) for each in problems[:most]]
    if len(problems) > most:
        lines.append(f"and {len(problems) - most} more.")
    return ManifestError("\n".join(lines))
