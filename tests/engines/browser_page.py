"""Exported files on a page of Chromium, with the library that is to draw them."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from tests.engines.javascript import SCRIPTS
from tests.server.web.browser import watched

ORIGIN = "http://engine.localhost"
_MEDIA = {".js": "text/javascript", ".json": "application/json", ".png": "image/png",
          ".webm": "video/webm"}  # fmt: skip


@contextmanager
def page_with(
    browser: Browser, scripts: tuple[Path, ...], files: Mapping[str, bytes]
) -> Generator[Page]:
    """An empty page that has run the scripts, can load the files, and must not err.

    A script without a folder is one of ``tests/engines/javascript``.
    """
    contents = {f"{number}.js": (SCRIPTS / path).read_bytes()
                for number, path in enumerate(scripts)}  # fmt: skip
    tags = "".join(f"<script src='{name}'></script>" for name in contents)
    page = f"<!doctype html><meta charset=utf-8><link rel=icon href=data:,>{tags}".encode()
    contents = {"": page, **contents, **files}

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(f"{ORIGIN}/")
        media = _MEDIA.get(Path(name).suffix, "text/html")
        route.fulfill(body=contents[name], content_type=media)

    with watched(browser, origin=ORIGIN) as found:
        found.page.route(f"{ORIGIN}/**", answer)
        found.page.goto(f"{ORIGIN}/")
        yield found.page
