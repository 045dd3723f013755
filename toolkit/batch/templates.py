"""Templates without code: ``{color} knight`` takes a value by its name, and that is all."""

from __future__ import annotations

import re
from collections.abc import Mapping

from toolkit.batch.nodes import Entries, Entry, Items, Node, Place, Scalar, problem

Values = Mapping[str, str]
"""What each name stands for."""
PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def fill(text: str, values: Values, place: Place) -> str:
    """The text with each ``{name}`` replaced; ``{{`` and ``}}`` stand for braces.

    Raises:
        ManifestError: a name without a value, or a brace that stands alone.
    """

    def piece(match: re.Match[str]) -> str:
        whole = match[0]
        if whole in ("{{", "}}"):
            return whole[0]
        if match[1] is None:
            raise problem(place, f"a single {whole!r} stands in {text!r:.60}; write it twice.")
        if match[1] not in values:
            named = ", ".join(sorted(values)) or "none; add a matrix or values"
            raise problem(place, f"{whole!r:.60} has no value; values here: {named}.")
        return values[match[1]]

    return PIECE.sub(piece, text)


def fill_node(node: Node, values: Values) -> Node:
    """The node with every text in it filled; a filled one may become a number or truth."""
    match node:
        case Scalar():
            if node.kind not in ("text", "cell") or not ("{" in node.text or "}" in node.text):
                return node
            text = fill(node.text, values, node.place)
            return Scalar(place=node.place, kind="cell", text=text)
        case Items():
            return Items(
                place=node.place, items=tuple(fill_node(item, values) for item in node.items)
            )
        case Entries():
            return Entries(
                place=node.place,
                entries={
                    name: Entry(key=entry.key, value=fill_node(entry.value, values))
                    for name, entry in node
                },
            )
