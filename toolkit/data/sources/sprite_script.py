"""Reads the sprite scripts of the Surge Engine: which parts of a picture make which animation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

TOKEN = re.compile(r'//[^\n]*|"[^"\n]*"|[{}\n]|[^\s{}"]+')
DEFAULT_FPS = 8.0


@dataclass(kw_only=True, slots=True)
class Statement:
    """A word, what follows it on its line, and the block behind that."""

    key: str
    values: list[str]
    comment: str
    """The comment on its line, or on the line right above, without the slashes."""
    block: list[Statement] = field(default_factory=list["Statement"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Animation:
    """Some cells of a sprite, one after the other."""

    number: int
    label: str
    """What the script's author wrote beside or above it; empty where there is no comment."""
    cells: tuple[int, ...]
    """Row by row from the upper left."""
    fps: float
    loop: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Sprite:
    """A picture, or part of one, cut into cells of one size."""

    name: str
    image: str
    rect: tuple[int, int, int, int] | None
    """Left, top, width and height of the part; None for all of the picture."""
    cell: tuple[int, int]
    """Width and height."""
    animations: tuple[Animation, ...]


def read_sprites(text: str) -> Iterator[Sprite]:
    """The sprites of one script that name a picture and the size of their cells."""
    for statement in parse(text):
        image = _find(statement.block, "source_file")
        cell = _find(statement.block, "frame_size")
        if statement.key == "sprite" and image and len(cell) == 2:
            rect = _find(statement.block, "source_rect")
            yield Sprite(
                name=" ".join(statement.values).strip(),
                image=" ".join(image),
                rect=(int(rect[0]), int(rect[1]), int(rect[2]), int(rect[3])) if rect else None,
                cell=(int(cell[0]), int(cell[1])),
                animations=tuple(_animations(statement.block)),
            )


def parse(text: str) -> list[Statement]:
    """Statements and their blocks; a line that starts with a number goes on with the last one."""
    stack: list[list[Statement]] = [[]]
    comment, fresh = "", True
    for match in TOKEN.finditer(text):
        token = match[0]
        if token == "\n":
            fresh = True
        elif token.startswith("//"):
            comment = _remark(token, comment, stack[-1][-1] if stack[-1] and not fresh else None)
        elif token == "{":
            stack.append(stack[-1][-1].block if stack[-1] else [])
            fresh = True
        elif token == "}":
            stack, comment, fresh = stack[: max(1, len(stack) - 1)], "", True
        elif fresh and not (token.isdigit() and stack[-1]):
            stack[-1].append(Statement(key=token, values=[], comment=comment))
            comment, fresh = "", False
        else:
            stack[-1][-1].values.append(token.strip('"'))
            fresh = False
    return stack[0]


def _remark(token: str, comment: str, statement: Statement | None) -> str:
    """The comment for the next statement; behind a statement it belongs to that one."""
    text = token.removeprefix("//").strip()
    if statement is None:
        return text
    statement.comment = statement.comment or text
    return comment


def _find(block: Sequence[Statement], key: str) -> list[str]:
    """The values of the first statement of that key; none where there is none."""
    found = [statement.values for statement in block if statement.key == key]
    return found[0] if found else []


def _animations(block: Sequence[Statement]) -> Iterator[Animation]:
    for statement in block:
        cells = _find(statement.block, "data")
        if statement.key == "animation" and statement.values and cells:
            fps, repeat = _find(statement.block, "fps"), _find(statement.block, "repeat")
            yield Animation(
                number=int(statement.values[0]),
                label=statement.comment,
                cells=tuple(int(cell) for cell in cells),
                fps=float(fps[0]) if fps else DEFAULT_FPS,
                loop=bool(repeat) and repeat[0].upper() == "TRUE",
            )
