"""Action scripts: ``right*8 (do up)*3``, or one JSON object a line, to what is done each tick."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Never, cast

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest

MOST_ACTS = 100_000
DEEPEST = 50
"""Parentheses that may be open at once."""
TOKEN = re.compile(r"\s*(?:#[^\n]*|(?P<name>\w[\w-]*)|(?P<sign>[()*])|(?P<odd>\S))")
LINE_WIDTH = 70
"""Characters of a line that a message quotes."""
FIELDS = ("action", "times", "cells")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is done in one tick."""

    action: int
    """Number of the action."""
    cells: NDArray[np.int64] | None = None
    """int64 ``[rows, columns]``: what each cell is to show from now on; None changes nothing."""


@dataclass(slots=True)
class _Group:
    """What was read since a parenthesis was opened."""

    start: int
    """Where the parenthesis is."""
    acts: list[int] = field(default_factory=list[int])
    last: list[int] = field(default_factory=list[int])
    """The last name or group, which ``*`` repeats."""


def parse_script(text: str, names: Sequence[str]) -> list[Act]:
    """The acts of a script of the words ``names``; ``right`` may stand for ``move_right``.

    Names follow each other with spaces or lines between them; ``*N`` repeats the name or the
    group in parentheses before it, and ``#`` begins a comment.

    Raises:
        BadRequest: the script is empty, too long or wrong; the message shows where.
    """
    groups = [_Group(0)]
    at = 0
    while (match := TOKEN.match(text, at)) is not None:
        start, at = match.start(match.lastgroup or 0), match.end()
        if match.lastgroup == "odd":
            _refuse(text, start, f"{match['odd']!r} has no meaning here; write names, *N and ( )")
        elif match.lastgroup == "name":
            _push(groups[-1], [_action(text, start, match["name"], names)])
        elif match["sign"] == "*":
            at = _repeat(text, start, at, groups[-1])
        elif match["sign"] == "(":
            if len(groups) > DEEPEST:
                _refuse(text, start, f"more than {DEEPEST} parentheses are open")
            groups.append(_Group(start))
        elif match["sign"] == ")":
            if len(groups) == 1:
                _refuse(text, start, "this parenthesis closes nothing")
            closed = groups.pop()
            if not closed.acts + closed.last:
                _refuse(text, closed.start, "there is nothing between these parentheses")
            _push(groups[-1], closed.acts + closed.last)
        _require_few(text, start, sum(len(group.acts) + len(group.last) for group in groups))
    if len(groups) > 1:
        _refuse(text, groups[-1].start, "this parenthesis is never closed")
    actions = groups[0].acts + groups[0].last
    if not actions:
        raise BadRequest(f"the script does nothing; write actions, as in {names[-1]}*8.")
    return [Act(action=action) for action in actions]


def read_json_lines(text: str, names: Sequence[str]) -> list[Act]:
    """The acts of a JSONL script: ``{"action": "right", "times": 8}`` a line.

    ``action`` is a name or a number; ``times`` is 1 when left out; ``cells``, rows of numbers,
    tells what each cell is to show from then on. A line may also be the action alone.

    Raises:
        BadRequest: a line is no such object; the message has its number.
    """
    acts: list[Act] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            acts += _line_acts(line, names)
        except json.JSONDecodeError as error:
            _refuse(text, _offset(text, number) + error.pos, f"this is no JSON ({error.msg})")
        except BadRequest as error:
            raise BadRequest(f"line {number} of the script: {error}") from error
        if len(acts) > MOST_ACTS:
            raise BadRequest(f"line {number} of the script: {_too_many(len(acts))}.")
    if not acts:
        raise BadRequest('the script does nothing; write lines as {"action": "noop", "times": 8}.')
    return acts


def _line_acts(line: str, names: Sequence[str]) -> list[Act]:
    said: Any = json.loads(line)
    body = cast(dict[str, Any], said) if isinstance(said, dict) else {"action": said}
    unknown = [name for name in body if name not in FIELDS]
    if unknown or "action" not in body:
        raise BadRequest(f"it has {', '.join(body) or 'nothing'}; use {', '.join(FIELDS)}.")
    action, times = body["action"], body.get("times", 1)
    if isinstance(action, str):
        action = _action(action, 0, action, names)
    if type(action) is not int or not 0 <= action < len(names):
        raise BadRequest(f"action is {action!r:.40}; use a name or 0 to {len(names) - 1}.")
    if type(times) is not int or not 1 <= times <= MOST_ACTS:
        raise BadRequest(f"times is {times!r:.40}; must be 1 to {MOST_ACTS}.")
    first = Act(action=action, cells=_cells(body.get("cells")))
    return [first, *[Act(action=action)] * (times - 1)]


def _cells(rows: object) -> NDArray[np.int64] | None:
    if rows is None:
        return None
    try:
        cells = np.array(rows)
    except ValueError as error:
        raise BadRequest("cells have rows of unequal length; make them equal.") from error
    if cells.ndim != 2 or cells.dtype != np.int64:
        raise BadRequest("cells are no rows of whole numbers; write [[1, 2], [3, 4]].")
    return cells


def _push(group: _Group, acts: list[int]) -> None:
    group.acts += group.last
    group.last = acts


def _repeat(text: str, start: int, at: int, group: _Group) -> int:
    """Repeat the last name or group; returns where the count ends."""
    count = re.compile(r"\s*(\d+)(?!\w)").match(text, at)
    if not group.last:
        _refuse(text, start, "there is nothing to repeat before this")
    if count is None or int(count[1][:9]) == 0:
        _refuse(text, start, f"after * comes a number from 1 to {MOST_ACTS}")
    times = int(count[1][:9])
    _require_few(text, start, len(group.last) * times)
    group.acts += group.last * times
    group.last = []
    return count.end()


def _action(text: str, start: int, word: str, names: Sequence[str]) -> int:
    """The number of an action by its name, or by the end of it when only one ends so."""
    if word in names:
        return names.index(word)
    ends = [index for index, name in enumerate(names) if name.endswith(f"_{word}")]
    if len(ends) == 1:
        return ends[0]
    if ends:
        choice = " and ".join(names[index] for index in ends)
        _refuse(text, start, f"{word!r} could be {choice}; write the whole name")
    short = [name.partition("_")[2] for name in names]
    near = get_close_matches(word, [*names, *filter(None, short)], n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(names)}"
    _refuse(text, start, f"{word!r} is no action of this world; {hint}")


def _require_few(text: str, start: int, count: int) -> None:
    if count > MOST_ACTS:
        _refuse(text, start, _too_many(count))


def _too_many(count: int) -> str:
    return f"these are {count} actions; at most {MOST_ACTS} are played"


def _offset(text: str, line: int) -> int:
    """Where a line, counted from 1, begins."""
    return sum(len(before) for before in text.splitlines(keepends=True)[: line - 1])


def _refuse(text: str, at: int, why: str) -> Never:
    """Say what is wrong, and show it: the line, and a caret below the place."""
    begin = text.rfind("\n", 0, at) + 1
    row, column = text.count("\n", 0, at) + 1, at - begin
    line = text[begin:].partition("\n")[0]
    cut = max(0, min(column - LINE_WIDTH // 2, len(line) - LINE_WIDTH))
    shown = line[cut : cut + LINE_WIDTH].replace("\t", " ")
    where = f"line {row}, character {column + 1}" if "\n" in text else f"character {column + 1}"
    caret = " " * (column - cut) + "^"
    raise BadRequest(f"{why.rstrip('.')}, at {where} of the script.\n  {shown}\n  {caret}")
