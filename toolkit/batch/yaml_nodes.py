"""YAML text -> nodes: places kept, aliases counted, nothing executed.

Built from PyYAML's events, because its composer recurses as deep as the text does and crashes.
"""

# PyYAML ships no annotations
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.resolver import Resolver

from toolkit.batch.nodes import MAX_DEPTH, Entries, Entry, Items, Kind, Node, Place, Scalar, problem

MAX_REPEATED = 100_000
"""Nodes that aliases may repeat in one file: a bomb unfolds to billions."""
KINDS: dict[str, Kind] = {
    "tag:yaml.org,2002:int": "whole",
    "tag:yaml.org,2002:float": "number",
    "tag:yaml.org,2002:bool": "truth",
    "tag:yaml.org,2002:null": "nothing",
}


def read_yaml(text: str, file: str) -> Node:
    """The one document of a YAML file; an empty file is an empty mapping.

    Raises:
        ManifestError: no YAML, a repeated key, a tag that would make an object, or aliases that
            refer to themselves or unfold to more than 100,000 nodes.
    """
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Building(yaml.parse(text, Loader=loader), file).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise problem(_place(file, mark), f"no YAML: {error.problem}.") from error
    except yaml.YAMLError as error:
        line, column = _offset(text, getattr(error, "position", 0))
        place = Place(file=file, line=line, column=column)
        raise problem(place, f"no YAML: {str(error).splitlines()[0]}.") from error


def _place(file: str, mark: Any) -> Place:
    return Place(file=file, line=mark.line + 1, column=mark.column + 1)


def _offset(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


class _Building:
    """Nodes from events; parts that aliases repeat are shared, so they take no more memory."""

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self.events = events
        self.file = file
        self._resolver = Resolver()
        self._anchored: dict[str, tuple[Node, int]] = {}
        """Each finished anchor with how many nodes it holds."""
        self._open: list[str] = []
        self._made = 0
        self._repeated = 0

    def document(self) -> Node:
        start = Place(file=self.file, line=1, column=1)
        root: Node = Entries(place=start, entries={})
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    place = _place(self.file, event.start_mark)
                    raise problem(place, "a second document starts here; keep one a file.")
                root = self._node(next(self.events), 0)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        place = _place(self.file, event.start_mark)
        if depth > MAX_DEPTH:
            raise problem(place, f"nested over {MAX_DEPTH} deep; make it flatter.")
        if isinstance(event, yaml.AliasEvent):
            return self._repeat(str(event.anchor), place)
        before = self._made
        self._made += 1
        if event.anchor is None:
            return self._fresh(event, place, depth)
        self._open.append(event.anchor)
        node = self._fresh(event, place, depth)
        self._open.pop()
        self._anchored[event.anchor] = node, self._made - before
        return node

    def _repeat(self, anchor: str, place: Place) -> Node:
        if anchor in self._open:
            raise problem(place, "an alias refers to what it stands in; write the part out.")
        if anchor not in self._anchored:
            raise problem(place, f"alias {anchor!r:.60} has no anchor before it.")
        node, size = self._anchored[anchor]
        self._made += size
        self._repeated += size
        if self._repeated > MAX_REPEATED:
            raise problem(
                place, f"aliases repeat more than {MAX_REPEATED} nodes; use defaults or a matrix."
            )
        return node

    def _fresh(self, event: Any, place: Place, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(place=place, kind=self._kind(event, place), text=event.value)
        if event.tag is not None:
            raise problem(place, f"tag {event.tag!r:.60} is not allowed; write a plain value.")
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(place=place, items=tuple(self._items(depth)))
        return Entries(place=place, entries=self._entries(depth))

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            place = _place(self.file, event.start_mark)
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise problem(place, "a key is a list or mapping; write a plain name.")
            if key.text in entries:
                raise problem(place, f"key {key.text!r:.60} comes twice; keep one.")
            entries[key.text] = Entry(key=place, value=self._node(next(self.events), depth + 1))
        return entries

    def _kind(self, event: Any, place: Place) -> Kind:
        if event.tag is not None:
            raise problem(place, f"tag {event.tag!r:.60} is not allowed; write a plain value.")
        tag = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
        return KINDS.get(tag, "text")
