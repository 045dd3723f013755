"""What a person does on the page, and what they see there."""

from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect

from toolkit.server.engine import Frames


def prompt(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Describe a sprite")


def checkbox(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=name, exact=True)


def begin(page: Page, text: str, **fields: int) -> None:
    """Ask for a clip; ``fields`` are labels of number fields."""
    prompt(page).fill(text)
    page.locator("details.more").evaluate("(more) => { more.open = true; }")
    for label, value in fields.items():
        page.get_by_role("spinbutton", name=label).fill(str(value))
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.locator(".stage-title")).to_have_text(text)


def make(page: Page, text: str, **fields: int) -> None:
    """Ask for a clip and wait until it is there."""
    begin(page, text, **fields)
    expect(page.locator("#stage .facts")).to_contain_text("Done")
    expect(page.locator("#stage .player[data-shows$=' result']")).to_be_visible()


def card(page: Page, text: str) -> Locator:
    """The newest job of a prompt in the history."""
    return page.locator(".card", has_text=text).first


def still(page: Page, place: int) -> None:
    """Stop the player on a frame."""
    hold(page.locator("#stage"), place)


def hold(pane: Locator, place: int) -> None:
    """Stop what plays in a pane on a frame; the first key stops it."""
    expect(pane.locator(".count")).to_contain_text("/")
    for key in ("Home", *["ArrowRight"] * place):
        pane.locator(".scrub").press(key)
    expect(pane.locator(".count")).to_contain_text(f"{place + 1}/")


def canvas(locator: Locator) -> Frames:
    """What stands on a canvas, uint8 ``[H, W, 4]``."""
    read = """(canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      return { width, height, data: Array.from(data) };
    }"""
    found: dict[str, Any] = locator.evaluate(read)
    return np.array(found["data"], np.uint8).reshape(found["height"], found["width"], 4)


def shown(page: Page) -> Frames:
    """What stands on the stage."""
    return canvas(page.locator("#stage .screen canvas"))
