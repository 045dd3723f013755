"""Reads the catalogue of a Sweet Home 3D furniture library: what each model is and how large."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CATALOG = "PluginFurnitureCatalog.properties"
ENTRY = re.compile(r"(\w+)#(\d+)=(.*)")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Furniture:
    """One model of the library."""

    number: int
    name: str
    category: str
    creator: str
    """Empty where the catalogue names nobody."""
    model: str
    """Path of its OBJ file inside the library."""
    size: NDArray[np.float64]
    """f64 ``[3]``: width, height and depth in centimetres."""
    rotation: NDArray[np.float64]
    """f64 ``[3, 3]``: turns the file's axes to x right, y up, z to the front."""


def read_catalog(properties: bytes) -> Iterator[Furniture]:
    """The models in the order of their numbers.

    The format is that of Java's properties: Latin-1, further characters as ``\\uXXXX``.
    """
    entries: dict[int, dict[str, str]] = {}
    for line in properties.decode("latin-1").splitlines():
        match = ENTRY.match(line.strip())
        if match is not None:
            entries.setdefault(int(match[2]), {})[match[1]] = _unescaped(match[3])
    for number, entry in sorted(entries.items()):
        if "model" in entry:
            yield _furniture(number, entry)


def _furniture(number: int, entry: Mapping[str, str]) -> Furniture:
    turn = [float(value) for value in entry.get("modelRotation", "").split()]
    sides = [float(entry[side]) for side in ("width", "height", "depth")]
    return Furniture(
        number=number,
        name=entry["name"].strip(),
        category=entry.get("category", ""),
        creator=entry.get("creator", "").strip(),
        model=entry["model"].lstrip("/").partition("!")[0],
        size=np.array(sides),
        rotation=np.array(turn).reshape(3, 3) if turn else np.eye(3),
    )


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
