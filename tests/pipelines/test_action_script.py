import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import BadRequest
from toolkit.pipelines.action_script import MOST_ACTS, parse_script, read_json_lines

NAMES = ("noop", "move_left", "move_right", "move_up", "do", "make_wood_sword", "make_iron_sword")
words = st.recursive(
    st.sampled_from(NAMES).map(lambda name: (name, [NAMES.index(name)])),
    lambda inner: st.tuples(st.lists(inner, min_size=1, max_size=4), st.integers(1, 5)).map(
        lambda drawn: (
            f"({' '.join(text for text, _ in drawn[0])})*{drawn[1]}",
            [act for _, acts in drawn[0] for act in acts] * drawn[1],
        )
    ),
    max_leaves=8,
)


def actions(text: str) -> list[int]:
    return [act.action for act in parse_script(text, NAMES)]


@given(words)
@settings(max_examples=60, deadline=None)
def test_a_script_does_what_it_says(drawn: tuple[str, list[int]]):
    text, wanted = drawn
    assert actions(text) == wanted


def test_short_names_comments_and_lines():
    assert actions("right*2 do # fell it\n ( up left )*2 noop") == [2, 2, 4, 3, 1, 3, 1, 0]
    assert actions("right * 3") == [2, 2, 2]


@pytest.mark.parametrize(
    ("text", "words", "row", "column"),
    [
        ("right*8 jmp up", "'jmp' is no action of this world; it has noop, move_left", 1, 9),
        ("rihgt", "did you mean 'right'", 1, 1),
        ("do sword", "could be make_wood_sword and make_iron_sword; write the whole", 1, 4),
        ("do*", r"after \* comes a number from 1 to 100000", 1, 3),
        ("do*0", r"after \* comes a number", 1, 3),
        ("do*2*3", "nothing to repeat before this", 1, 5),
        ("*3", "nothing to repeat", 1, 1),
        ("do (up", "never closed", 1, 4),
        ("do) up", "closes nothing", 1, 3),
        ("do ()", "nothing between these", 1, 4),
        ("do, up", "',' has no meaning here", 1, 3),
        ("do*99999999999", "these are 999999999 actions; at most 100000", 1, 3),
        ("((do*1000)*1000)*2", "these are 1000000 actions", 1, 11),
        ("do\nup\n  left*x", r"after \* comes", 3, 7),
        ("(" * 60 + "do" + ")" * 60, "more than 50 parentheses", 1, 51),
    ],
)
def test_a_mistake_is_shown_with_a_caret_below_it(text: str, words: str, row: int, column: int):
    with pytest.raises(BadRequest, match=words) as caught:
        parse_script(text, NAMES)
    said, shown, caret = str(caught.value).split("\n")
    assert f"character {column} of the script" in said
    assert ("\n" in text) == (f"line {row}, " in said)
    assert shown[caret.index("^")] == text.splitlines()[row - 1][column - 1]


def test_a_long_line_is_quoted_where_it_goes_wrong():
    text = "do " * 200 + "? " + "up " * 200
    with pytest.raises(BadRequest) as caught:
        parse_script(text, NAMES)
    _, shown, caret = str(caught.value).split("\n")
    assert shown[caret.index("^")] == "?"
    assert len(shown) <= 72


@pytest.mark.parametrize("text", ["", "  \n", "# nothing"])
def test_a_script_that_does_nothing_is_refused(text: str):
    with pytest.raises(BadRequest, match="does nothing"):
        parse_script(text, NAMES)


@given(st.text(alphabet="do up()*#9\n,x", max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_script_or_a_clear_refusal(text: str):
    with suppress(BadRequest):
        assert 1 <= len(parse_script(text, NAMES)) <= MOST_ACTS


def test_json_lines_say_names_numbers_times_and_cells():
    grid = [[1, 2], [3, 0]]
    lines = ['{"action": "right", "times": 2}', "", '"do"', "3",
             json.dumps({"action": 0, "cells": grid, "times": 2})]  # fmt: skip
    acts = read_json_lines("\n".join(lines), NAMES)
    assert [act.action for act in acts] == [2, 2, 4, 3, 0, 0]
    assert [act.cells is not None for act in acts] == [False] * 4 + [True, False]
    assert np.array_equal(acts[4].cells, grid)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"do"\n{"action": }', "no JSON .* at line 2, character 12"),
        ('{"action": "fly"}', "line 1 of the script: 'fly' is no action"),
        ('{"act": 1}', "it has act; use action, times, cells"),
        ('{"action": 7}', "use a name or 0 to 6"),
        ('{"action": true}', "use a name or 0 to 6"),
        ('{"action": 1, "times": 0}', "times is 0; must be 1 to"),
        ('{"action": 1, "times": 60000}\n{"action": 1, "times": 60000}', "line 2 .* 120000"),
        ('{"action": 1, "cells": [[1], [2, 3]]}', "rows of unequal length"),
        ('{"action": 1, "cells": [1.5]}', "no rows of whole numbers"),
        ("\n\n", "does nothing"),
    ],
)
def test_json_lines_that_do_not_fit_are_refused(text: str, words: str):
    with pytest.raises(BadRequest, match=words):
        read_json_lines(text, NAMES)
