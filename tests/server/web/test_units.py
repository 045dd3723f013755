"""Runs the tests in ``units``: each exported function of each file, in Chromium.

They import the page's own modules; the page's content policy is in force.
"""

import json
import re
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.server.web.browser import watched
from toolkit.server.routes import MEDIA, page_files, security_headers

ORIGIN = "http://localhost:8787"
UNITS = Path(__file__).parent / "units"
VECTORS = Path(__file__).parents[2] / "vectors"
TEST = re.compile(r"^export (?:async )?function (test_\w+)", re.MULTILINE)
FOUND = [
    (file.name, name)
    for file in sorted(UNITS.glob("*.test.js"))
    for name in TEST.findall(file.read_text("utf-8"))
]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bench(browser: Browser) -> Generator[Page]:
    """An empty page from which all modules and vectors can be had."""
    pages = page_files()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        folder, _, name = path.removeprefix("/").partition("/")
        headers = security_headers("localhost:8787")
        if path == "/":
            route.fulfill(body="<!doctype html><title>units</title>", content_type="text/html",
                          headers=headers)  # fmt: skip
        elif folder in ("units", "vectors"):
            file = {"units": UNITS, "vectors": VECTORS}[folder] / name
            media = MEDIA[file.suffix]
            route.fulfill(body=file.read_bytes(), headers={**headers, "content-type": media})
        elif path in pages:
            media = pages[path].media
            route.fulfill(body=pages[path].body, headers={**headers, "content-type": media})
        else:
            route.fulfill(status=404)

    with watched(browser, origin=ORIGIN) as found:
        found.page.route(f"{ORIGIN}/**", answer)
        found.page.goto(f"{ORIGIN}/")
        yield found.page


def test_there_are_units():
    assert len(FOUND) >= 40


@pytest.mark.parametrize(("file", "name"), FOUND)
def test_unit(bench: Page, file: str, name: str):
    call = f"import({json.dumps('/units/' + file)}).then((unit) => unit[{json.dumps(name)}]())"
    bench.evaluate(f"() => {call}")
