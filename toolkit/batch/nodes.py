"""What stands in a manifest file, with the place of every piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from toolkit.errors import ManifestError

MAX_DEPTH = 32
"""Lists and mappings inside each other; a manifest needs six."""
Kind = Literal["text", "whole", "number", "truth", "nothing", "cell"]
"""What a scalar looks like in its file; a ``cell`` of a table, or a filled template, may be any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands, for editors: ``assets.yaml:3:5``."""

    file: str
    line: int
    """1 for the first."""
    column: int
    """1 for the first character of the line."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single value as it is written."""

    place: Place
    kind: Kind
    text: str
    """The words of the file, without quotes and escapes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value and the place of its key."""

    key: Place
    value: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A mapping, in the order of its file."""

    place: Place
    entries: Mapping[str, Entry]

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        return iter(self.entries.items())


Node = Scalar | Items | Entries


def problem(place: Place, sentence: str) -> ManifestError:
    """The error that says a sentence about a place."""
    return ManifestError(f"{place}: {sentence}")


def shown(node: Node) -> str:
    """The node in a few words, for a message."""
    match node:
        case Scalar():
            return repr(node.text if len(node.text) <= 60 else f"{node.text[:57]}...")
        case Items():
            return f"a list of {len(node.items)}"
        case Entries():
            return f"a mapping of {len(node.entries)}"


def as_entries(node: Node, what: str) -> Entries:
    """The node as a mapping; ``what`` names it in the error."""
    if not isinstance(node, Entries):
        raise problem(node.place, f"{what} is {shown(node)}; must be a mapping of names to values.")
    return node


def as_items(node: Node, what: str) -> tuple[Node, ...]:
    """The entries of a list; ``what`` names it in the error."""
    if not isinstance(node, Items):
        raise problem(node.place, f"{what} is {shown(node)}; must be a list.")
    return node.items


def as_scalar(node: Node, what: str) -> Scalar:
    """The node as a single value that says something."""
    if not isinstance(node, Scalar) or node.kind == "nothing":
        raise problem(node.place, f"{what} is {shown(node)}; must be a single value.")
    return node


def as_text(node: Node, what: str) -> str:
    """The words of a single value; a colour such as 001122 stays as it is written."""
    return as_scalar(node, what).text


def one_of(name: str, allowed: tuple[str, ...] | Mapping[str, object], place: Place) -> None:
    """Return when the name is allowed, or say which ones are."""
    if name not in allowed:
        raise problem(place, f"{name!r:.60} is unknown here; choose from {', '.join(allowed)}.")
