"""Runs the tests in ``units``: each exported function of each file, in Chromium.

They import the page's own modules; the page's content policy is in force.
"""

import json
import re

import pytest
from playwright.sync_api import Page

from tests.server.web.conftest import UNITS

TEST = re.compile(r"^export (?:async )?function (test_\w+)", re.MULTILINE)
FOUND = [
    (file.name, name)
    for file in sorted(UNITS.glob("*.test.js"))
    for name in TEST.findall(file.read_text("utf-8"))
]
pytestmark = pytest.mark.browser


def test_there_are_units():
    assert len(FOUND) >= 40


@pytest.mark.parametrize(("file", "name"), FOUND)
def test_unit(bench: Page, file: str, name: str):
    call = f"import({json.dumps('/units/' + file)}).then((unit) => unit[{json.dumps(name)}]())"
    bench.evaluate(f"() => {call}")
