"""CSV text -> nodes: the first row names the fields, each further row is an asset."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.batch.nodes import Entries, Entry, Items, Node, Place, Scalar, problem

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs such cells as formulas (OWASP, CSV injection)."""
VALUES = "values."
"""Columns of this beginning fill templates: ``values.color``."""


def read_csv(text: str, file: str) -> Node:
    """A mapping whose ``assets`` are the rows; empty cells and empty rows are left out.

    Cells are separated by commas, semicolons or tabs, whichever the header uses first, and may
    stand in double quotes (RFC 4180).

    Raises:
        ManifestError: a formula, an open quote, a nameless or repeated column, too many cells.
    """
    rows = [row for row in _rows(text, file) if any(cell.text for cell in row)]
    start = Place(file=file, line=1, column=1)
    if not rows:
        raise problem(start, "the table is empty; its first row must name the fields.")
    names = _names(rows[0])
    assets = tuple(_asset(names, row) for row in rows[1:])
    listed = Entry(key=start, value=Items(place=start, items=assets))
    return Entries(place=start, entries={"assets": listed})


def _names(header: list[Scalar]) -> list[str]:
    names: list[str] = []
    for cell in header:
        name = cell.text.strip()
        if not name:
            raise problem(cell.place, "a column has no name; name the field it holds.")
        if name in names:
            raise problem(cell.place, f"column {name!r:.60} comes twice; keep one.")
        names.append(name)
    return names


def _asset(names: list[str], row: list[Scalar]) -> Node:
    if len(row) > len(names):
        raise problem(
            row[len(names)].place,
            f"the row has {len(row)} cells for {len(names)} columns; quote cells with commas.",
        )
    fields: dict[str, Entry] = {}
    values: dict[str, Entry] = {}
    for name, cell in zip(names, row, strict=False):
        if cell.text.startswith(FORMULA_STARTS):
            raise problem(cell.place, f"the cell {cell.text!r:.40} is a formula; write its result.")
        if cell.text:
            within = values if name.startswith(VALUES) else fields
            within[name.removeprefix(VALUES)] = Entry(key=cell.place, value=cell)
    place = row[0].place
    if values:
        fields["values"] = Entry(key=place, value=Entries(place=place, entries=values))
    return Entries(place=place, entries=fields)


def _rows(text: str, file: str) -> Iterator[list[Scalar]]:
    """The cells of each row; the csv module does not tell where a cell stands."""
    separator = next((sign for sign in text.partition("\n")[0] if sign in ",;\t"), ",")
    row: list[Scalar] = []
    position, line, line_start = 0, 1, 0
    while position < len(text):
        place = Place(file=file, line=line, column=position - line_start + 1)
        cell, end = _cell(text, position, separator, place)
        row.append(Scalar(place=place, kind="cell", text=cell))
        if "\n" in text[position:end]:
            line += text.count("\n", position, end)
            line_start = text.rfind("\n", position, end) + 1
        if text[end : end + 1] == separator:
            position = end + 1
            if position == len(text):
                row.append(Scalar(place=place, kind="cell", text=""))
            continue
        position = end + (2 if text[end : end + 2] == "\r\n" else 1)
        line, line_start = line + 1, position
        yield row
        row = []
    if row:
        yield row


def _cell(text: str, start: int, separator: str, place: Place) -> tuple[str, int]:
    """The cell that starts there and the position of the separator or line end behind it."""
    if text[start : start + 1] != '"':
        ends = [text.find(sign, start) for sign in (separator, "\r\n", "\n")]
        end = min((found for found in ends if found >= 0), default=len(text))
        return text[start:end], end
    parts: list[str] = []
    position = start + 1
    while (close := text.find('"', position)) >= 0:
        parts.append(text[position:close])
        if text[close + 1 : close + 2] != '"':
            if text[close + 1 : close + 2] not in ("", separator, "\r", "\n"):
                raise problem(place, "something follows the closing quote; write it inside.")
            return '"'.join(parts), close + 1
        position = close + 2
    raise problem(place, "the quote of this cell never closes; end it with a double quote.")
