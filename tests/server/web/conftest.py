from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.server.web.browser import PATIENCE, chromium, watched
from tests.server.web.served import Served, served
from tests.tiny_bundle import write_tiny_bundle
from toolkit.server.routes import MEDIA, page_files, security_headers

ORIGIN = "http://localhost:8787"
UNITS = Path(__file__).parent / "units"
VECTORS = Path(__file__).parents[2] / "vectors"
expect.set_options(timeout=PATIENCE)
OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Generator[Browser]:
    """One Chromium for all tests of this folder; it ends with them, and so does its loop."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="package")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """One server with the drawing engine; tests share it and use prompts of their own."""
    bundle = write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")
    with served(tmp_path_factory.mktemp("state"), bundle) as up:
        yield up


@pytest.fixture
def open_page(browser: Browser, drawing: Served) -> Generator[OpenPage]:
    """``open_page(**options)``: the page of the shared server in a browser of its own."""
    with ExitStack() as stack:

        def open_one(up: Served = drawing, **options: Any) -> Page:
            options = {"viewport": {"width": 1440, "height": 900}, **options}
            found = stack.enter_context(watched(browser, origin=up.origin, **options))
            found.page.goto(up.link())
            expect(found.page.locator(".standing")).to_have_text("Connected")
            return found.page

        yield open_one


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The page of the shared server on a wide, light screen."""
    return open_page(color_scheme="light")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A tiny whole bundle, for a server of the test's own."""
    return write_tiny_bundle(tmp_path / "tiny")


@pytest.fixture(scope="package")
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
