"""Palette files as artists have them: ``.hex``, GIMP ``.gpl``, JASC ``.pal``, one-row ``.png``."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

import numpy as np
from PIL import Image

from toolkit.errors import BadRequest

MAX_COLOURS = 256
SUFFIXES = (".hex", ".gpl", ".pal", ".png")


def read_palette(name: str, data: bytes) -> tuple[str, ...]:
    """The colours ``rrggbb`` of a palette file, in its order, each once.

    ``name`` is the file name, whose suffix decides the format.

    Raises:
        BadRequest: unknown suffix, a broken line (with its number), no or over 256 colours.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise BadRequest(f"palette file is {name!r}; must end in {', '.join(SUFFIXES)}.")
    found = _from_png(name, data) if suffix == ".png" else _from_text(name, suffix, data)
    colours = tuple(dict.fromkeys(found))
    if not 1 <= len(colours) <= MAX_COLOURS:
        raise BadRequest(f"{name} has {len(colours)} colours; must have 1 to {MAX_COLOURS}.")
    return colours


def _from_text(name: str, suffix: str, data: bytes) -> Iterable[str]:
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadRequest(f"{name}, line {line}: not UTF-8 text; save it again as text.") from error
    match suffix:
        case ".hex":
            return _from_hex(name, lines)
        case ".gpl":
            return _from_gpl(name, lines)
        case _:
            return _from_jasc(name, lines)


def _from_hex(name: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith(";"):
            continue
        if not re.fullmatch(r"#?[0-9a-fA-F]{6}", text):
            raise _bad_line(name, number, line, "six hex digits, as in ff8800")
        yield text[-6:].lower()


def _from_gpl(name: str, lines: list[str]) -> Iterator[str]:
    if not lines or lines[0].strip() != "GIMP Palette":
        raise _bad_line(name, 1, lines[0] if lines else "", "the header GIMP Palette")
    for number, line in enumerate(lines[1:], 2):
        text = line.strip()
        if text and not re.match(r"#|Name:|Columns:", text):
            yield _decimal(name, number, line, text.split()[:3])


def _from_jasc(name: str, lines: list[str]) -> Iterator[str]:
    for number, expected in enumerate(("JASC-PAL", "0100"), 1):
        line = lines[number - 1] if number <= len(lines) else ""
        if line.strip() != expected:
            raise _bad_line(name, number, line, f"the header {expected}")
    count = lines[2].strip() if len(lines) > 2 else ""
    rows = [(number, line) for number, line in enumerate(lines[3:], 4) if line.strip()]
    if not count.isdecimal() or int(count) != len(rows):
        raise _bad_line(name, 3, count, f"the number of colours that follow, {len(rows)}")
    for number, line in rows:
        yield _decimal(name, number, line, line.split())


def _decimal(name: str, number: int, line: str, parts: list[str]) -> str:
    valid = len(parts) >= 3 and all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts[:3])
    if not valid or max(int(part) for part in parts[:3]) > 255:
        raise _bad_line(name, number, line, "three numbers from 0 to 255, as in 255 136 0")
    return "".join(f"{int(part):02x}" for part in parts[:3])


def _bad_line(name: str, number: int, line: str, wanted: str) -> BadRequest:
    return BadRequest(f"{name}, line {number}: {line.strip()[:40]!r} is not {wanted}.")


def _from_png(name: str, data: bytes) -> Iterator[str]:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            width, height = image.size
            if height != 1 or width > MAX_COLOURS:
                raise BadRequest(
                    f"{name} is {width}x{height} pixels; "
                    f"a palette picture is one row of 1 to {MAX_COLOURS} colours."
                )
            row = np.asarray(image.convert("RGBA"))[0]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadRequest(f"{name} is not a readable PNG: {error}; save it again.") from error
    for red, green, blue, alpha in row:
        if alpha:
            yield f"{red:02x}{green:02x}{blue:02x}"
