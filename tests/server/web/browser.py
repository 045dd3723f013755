"""Chromium for the tests: found or asked for, and pages that must behave."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 240_000
"""Milliseconds after which a test gives up; a machine that is busy with training is slow."""


@contextmanager
def chromium() -> Generator[Browser]:
    """A headless Chromium; without one the test fails, it is never left out in silence."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("there is no Chromium; install Debian's package chromium (see .ci/run).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page and everything it did wrong."""

    page: Page
    faults: list[str] = field(default_factory=list[str])


@contextmanager
def watched(browser: Browser, *, origin: str, **options: Any) -> Generator[Watched]:
    """A page of a context of its own.

    At the end it must have had no error, broken no content policy and asked no other origin.
    """
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    found = Watched(page=context.new_page())
    listen(found, context, origin)
    try:
        yield found
    finally:
        context.close()
    assert found.faults == []


def listen(found: Watched, context: BrowserContext, origin: str) -> None:
    faults = found.faults
    own = (f"{origin}/", origin.replace("http", "ws") + "/", "blob:", "data:")
    found.page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    context.on("request", lambda request: request.url.startswith(own)
               or faults.append(f"asks {request.url}"))  # fmt: skip
    found.page.on("console", lambda message: message.type == "error"
                  and faults.append(f"console: {message.text}"))  # fmt: skip
