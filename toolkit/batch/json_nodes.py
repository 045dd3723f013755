"""JSON text -> nodes with places, which the json module does not tell."""

from __future__ import annotations

import json
import re
from typing import Any

from toolkit.batch.nodes import MAX_DEPTH, Entries, Entry, Items, Kind, Node, Place, Scalar, problem

SPACE = re.compile(r"[ \t\n\r]*")


def read_json(text: str, file: str) -> Node:
    """The value of a JSON file.

    Raises:
        ManifestError: no JSON, or a repeated key.
    """
    return _Reader(text, file).document()


class _Reader:
    """Walks the brackets itself and leaves single values to the json module."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self._decoder = json.JSONDecoder()
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._line = 0

    def document(self) -> Node:
        node, end = self._value(self._skip(0), 0)
        if end < len(self.text):
            raise problem(self._place(end), "no JSON: something follows the end; take it out.")
        return node

    def _value(self, start: int, depth: int) -> tuple[Node, int]:
        """The value that starts there, and where the next piece begins."""
        if depth > MAX_DEPTH:
            raise problem(self._place(start), f"nested over {MAX_DEPTH} deep; make it flatter.")
        match self.text[start : start + 1]:
            case "{":
                return self._mapping(start, depth)
            case "[":
                return self._list(start, depth)
            case _:
                return self._scalar(start)

    def _mapping(self, start: int, depth: int) -> tuple[Node, int]:
        place, entries = self._place(start), dict[str, Entry]()
        position = self._skip(start + 1)
        while self.text[position : position + 1] != "}":
            if entries:
                position = self._expect(",", position)
            key, after = self._scalar(position)
            if key.kind != "text":
                raise problem(key.place, 'no JSON: a key stands in double quotes, as in "name".')
            if key.text in entries:
                raise problem(key.place, f"key {key.text!r:.60} comes twice; keep one.")
            value, position = self._value(self._expect(":", after), depth + 1)
            entries[key.text] = Entry(key=key.place, value=value)
        return Entries(place=place, entries=entries), self._skip(position + 1)

    def _list(self, start: int, depth: int) -> tuple[Node, int]:
        place, items = self._place(start), list[Node]()
        position = self._skip(start + 1)
        while self.text[position : position + 1] != "]":
            if items:
                position = self._expect(",", position)
            item, position = self._value(position, depth + 1)
            items.append(item)
        return Items(place=place, items=tuple(items)), self._skip(position + 1)

    def _scalar(self, start: int) -> tuple[Scalar, int]:
        place = self._place(start)
        try:
            value, end = self._decoder.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            raise problem(self._place(error.pos), f"no JSON: {error.msg}.") from error
        kind = _kind(value)
        if kind is None:
            raise problem(place, "no JSON: expecting a value here.")
        text = value if kind == "text" else self.text[start:end]
        return Scalar(place=place, kind=kind, text=text), self._skip(end)

    def _expect(self, sign: str, position: int) -> int:
        if self.text[position : position + 1] != sign:
            raise problem(self._place(position), f"no JSON: expecting {sign!r} here.")
        return self._skip(position + 1)

    def _skip(self, position: int) -> int:
        space = SPACE.match(self.text, position)
        return space.end() if space else position

    def _place(self, position: int) -> Place:
        """Places are asked for from front to back, so the line is found from the last one."""
        starts = self._line_starts
        while self._line and starts[self._line] > position:
            self._line -= 1
        while self._line + 1 < len(starts) and starts[self._line + 1] <= position:
            self._line += 1
        return Place(file=self.file, line=self._line + 1, column=position - starts[self._line] + 1)


def _kind(value: Any) -> Kind | None:
    match value:
        case str():
            return "text"
        case bool():
            return "truth"
        case int():
            return "whole"
        case float():
            return "number"
        case None:
            return "nothing"
        case _:
            return None
