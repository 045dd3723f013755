"""A matrix: one asset for every combination of its values, but for those excluded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from toolkit.batch.nodes import Entries, Entry, as_entries, as_items, as_text, one_of, problem
from toolkit.batch.templates import Values

Matrix = dict[str, tuple[str, ...]]
"""The values of each variable, in the order of the manifest; the last one changes fastest."""


def read_matrix(entry: Entry | None) -> Matrix:
    """The variables and their values; no matrix has none.

    Raises:
        ManifestError: no mapping of lists, or a variable without values or with one twice.
    """
    if entry is None:
        return {}
    return {name: _values(name, variable) for name, variable in as_entries(entry.value, "matrix")}


def _values(name: str, variable: Entry) -> tuple[str, ...]:
    nodes = as_items(variable.value, f"matrix {name!r:.60}")
    if not nodes:
        raise problem(variable.key, f"matrix {name!r:.60} is empty; list at least one value.")
    texts: dict[str, None] = {}
    for node in nodes:
        text = as_text(node, f"a value of {name!r:.60}")
        if text in texts:
            raise problem(node.place, f"{text!r:.60} comes twice in {name!r:.60}; keep one.")
        texts[text] = None
    return tuple(texts)


def combinations_in(matrix: Matrix) -> int:
    """How many combinations there are before any is excluded, without making them."""
    return prod(len(texts) for texts in matrix.values())


def read_exclude(entry: Entry | None, matrix: Matrix) -> tuple[Values, ...]:
    """The combinations to leave out; each names some variables and fits all of their values.

    Raises:
        ManifestError: it names no variable of the matrix, or a value that never comes.
    """
    if entry is None:
        return ()
    parts = as_items(entry.value, "exclude")
    return tuple(_excluded(as_entries(part, "an entry of exclude"), matrix) for part in parts)


def _excluded(part: Entries, matrix: Matrix) -> Values:
    if not part.entries:
        raise problem(part.place, "an entry of exclude is empty and would exclude every asset.")
    texts: dict[str, str] = {}
    for name, variable in part:
        one_of(name, matrix, variable.key)
        texts[name] = as_text(variable.value, name)
        one_of(texts[name], matrix[name], variable.value.place)
    return texts


def combinations(matrix: Matrix, exclude: tuple[Values, ...]) -> Iterator[Values]:
    """Every combination that is not excluded; without variables the empty one."""
    for texts in product(*matrix.values()):
        values = dict(zip(matrix, texts, strict=True))
        if not any(part.items() <= values.items() for part in exclude):
            yield values
