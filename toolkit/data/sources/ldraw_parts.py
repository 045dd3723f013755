"""Reads LDraw parts: triangles of a file and of all the files that it puts together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.rendering.mesh import Material, Mesh
from toolkit.rendering.surface import to_linear
from toolkit.rendering.untextured import untextured_mesh

INHERITED, EDGE = 16, 24
"""Codes of the colour that whoever places a part chooses, and of its outline."""
DIRECT = 0x2000000
"""Codes from here on hold red, green and blue themselves."""
UNKNOWN = (0x99, 0x99, 0x99, 255)
COLOUR = re.compile(r"0 !COLOUR \S+\s+CODE\s+(\d+)\s+VALUE\s+#([0-9A-Fa-f]{6})(.*)")
ALPHA = re.compile(r"ALPHA\s+(\d+)")
Rgba = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Triangles:
    """Triangles in the file's own frame: y down, 20 units to a stud."""

    codes: NDArray[np.int64]
    """int64 ``[N]``, colour codes."""
    corners: NDArray[np.float64]
    """f64 ``[N, 3, 3]``."""


EMPTY = Triangles(codes=np.zeros(0, np.int64), corners=np.zeros((0, 3, 3)))


def read_colours(configuration: str) -> dict[int, Rgba]:
    """Red, green, blue and opacity of each code of ``LDConfig.ldr``."""
    colours: dict[int, Rgba] = {}
    for line in configuration.splitlines():
        match = COLOUR.match(line)
        if match is not None:
            alpha = ALPHA.search(match[3])
            red, green, blue = bytes.fromhex(match[2])
            colours[int(match[1])] = (red, green, blue, int(alpha[1]) if alpha else 255)
    return colours


class PartLibrary:
    """The files of a parts library; each is read once and its triangles kept."""

    def __init__(self, files: Mapping[str, bytes], colours: Mapping[int, Rgba]) -> None:
        """``files`` by their paths below ``parts`` and ``p``, with slashes and in lower case."""
        self.files = files
        self.colours = colours
        self._read: dict[str, Triangles] = {}

    def triangles(self, name: str) -> Triangles:
        """The triangles of a file and of its parts; none where the library lacks it.

        The format is that of ldraw.org, file format 1.0.2.
        """
        key = name.replace("\\", "/").lower()
        if key not in self._read:
            self._read[key] = EMPTY  # a file that contains itself ends here
            text = self.files.get(key, b"").decode("utf-8", "replace")
            pieces = [piece for line in text.splitlines() for piece in self._pieces(line.split())]
            if pieces:
                self._read[key] = Triangles(
                    codes=np.concatenate([piece.codes for piece in pieces]),
                    corners=np.concatenate([piece.corners for piece in pieces]),
                )
        return self._read[key]

    def mesh(self, name: str, main: Rgba) -> Mesh | None:
        """The part in one colour of one's own choice, y up; None where it has no triangles."""
        part = self.triangles(name)
        if not len(part.codes):
            return None
        positions = part.corners.reshape(-1, 3) * (1.0, -1.0, -1.0)
        faces = np.arange(len(positions), dtype=np.int32).reshape(-1, 3)
        codes, numbers = np.unique(part.codes, return_inverse=True)
        return untextured_mesh(
            positions,
            faces,
            numbers.astype(np.int32),
            (_material(self._colour(int(code), main)) for code in codes),
        )

    def _colour(self, code: int, main: Rgba) -> Rgba:
        if code in (INHERITED, EDGE):
            return main
        if code >= DIRECT:
            return (code >> 16 & 255, code >> 8 & 255, code & 255, 255)
        return self.colours.get(code, UNKNOWN)

    def _pieces(self, words: list[str]) -> Iterator[Triangles]:
        """What one line adds: another file, a triangle, or a quadrilateral as two of them."""
        match words:
            case ["1", code, *numbers] if len(numbers) > 12:
                yield from self._placed(code, numbers)
            case ["3", code, *numbers] if len(numbers) >= 9:
                yield _faces(code, np.array(numbers[:9], np.float64).reshape(1, 3, 3))
            case ["4", code, *numbers] if len(numbers) >= 12:
                corners = np.array(numbers[:12], np.float64).reshape(4, 3)
                yield _faces(code, corners[[[0, 1, 2], [0, 2, 3]]])
            case _:
                pass

    def _placed(self, code: str, words: list[str]) -> Iterator[Triangles]:
        """The triangles of another file, where this one puts it."""
        part = self.triangles(" ".join(words[12:]))
        if len(part.codes):
            numbers = np.array(words[:12], np.float64)
            yield Triangles(
                codes=np.where(part.codes == INHERITED, int(code, 0), part.codes),
                corners=part.corners @ numbers[3:].reshape(3, 3).T + numbers[:3],
            )


def _faces(code: str, corners: NDArray[np.float64]) -> Triangles:
    return Triangles(codes=np.full(len(corners), int(code, 0)), corners=corners)


def _material(colour: Rgba) -> Material:
    red, green, blue, alpha = (value / 255 for value in colour)
    linear = to_linear(np.array([red, green, blue]))
    return Material(
        base=(float(linear[0]), float(linear[1]), float(linear[2]), alpha),
        alpha_mode="blend" if alpha < 1 else "opaque",
    )
