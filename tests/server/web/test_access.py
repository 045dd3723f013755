"""The page by keyboard alone, to a screen reader, in light and dark, on small screens."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import toolkit.server
from tests.server.web.acts import begin, card, make, prompt
from tests.server.web.conftest import OpenPage

pytestmark = pytest.mark.browser
THEME = Path(toolkit.server.__file__).parent / "web" / "styles" / "theme.css"
SCREENS = ({"width": 1440, "height": 900}, {"width": 1024, "height": 768},
           {"width": 390, "height": 844})  # fmt: skip


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{entry['id']}: {[node['target'] for node in entry['nodes']]}" for entry in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_in_any_view(open_page: OpenPage, scheme: str):
    page = open_page(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    assert violations(page) == []
    make(page, f"a {scheme} red bell", Frames=2)
    make(page, f"a {scheme} blue bell", Frames=2)
    page.get_by_text("Fine tuning").click()
    page.locator("#stage .menu summary").click()
    expect(page.get_by_role("link", name="Godot")).to_be_visible()
    assert violations(page) == []
    card(page, "red bell").get_by_role("button", name="Compare").click()
    expect(page.locator(".differences tbody tr")).not_to_have_count(0)
    assert violations(page) == []
    page.locator(".views").get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".game-pad")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Help and keys").click()
    assert violations(page) == []


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: str(screen["width"]))
def test_nothing_is_cut_off_sideways(open_page: OpenPage, screen: dict[str, int]):
    page = open_page(viewport=screen)
    make(page, "a bell with a very long name " + "x" * 60, Frames=2)
    for view in ("Create", "Compare", "Play"):
        page.locator(".views").get_by_role("button", name=view).click()
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= screen["width"]


def test_a_clip_is_made_played_and_marked_without_a_mouse(page: Page):
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the prompt")).to_be_focused()
    page.keyboard.press("Enter")
    expect(prompt(page)).to_be_focused()
    page.keyboard.type("a green bell")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#stage .facts")).to_contain_text("Done")
    expect(page.locator("#notice")).to_have_text("Done: a green bell")
    reach(page, "Favourite")
    page.keyboard.press("Enter")
    star = page.locator("#stage .star")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    reach(page, "Pause")
    page.keyboard.press("Space")
    expect(page.locator("#stage .play-button")).to_have_attribute("aria-label", "Play")


def reach(page: Page, name: str) -> None:
    """Press Tab until something of that name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        words = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
        if words == name:
            return
    pytest.fail(f"{name} cannot be reached with Tab")


def test_what_is_wrong_is_said_beside_the_field(page: Page):
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("Say what to draw")
    expect(prompt(page)).to_be_focused()
    expect(prompt(page)).to_have_attribute("aria-invalid", "true")
    prompt(page).fill("a bell")
    page.get_by_role("spinbutton", name="Frames").fill("65")
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.get_by_role("alert").first).to_have_text(
        "frames must be a whole number from 1 to 64."
    )
    expect(page.get_by_role("spinbutton", name="Frames")).to_be_focused()


def test_a_cancel_keeps_the_focus_where_it_was(page: Page):
    begin(page, "an endless green bell")
    cancel = page.locator("#stage").get_by_role("button", name="Cancel")
    expect(cancel).to_be_enabled()
    cancel.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#stage .facts")).to_contain_text("Cancelled")
    inside = page.evaluate(
        "() => document.activeElement.closest('.actions') !== null && "
        "document.activeElement.isConnected"
    )
    assert inside


def test_colours_follow_the_system_until_one_is_chosen(open_page: OpenPage):
    page = open_page(color_scheme="dark")
    ground = "() => getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(ground)
    assert light != dark
    page.get_by_role("button", name="Colours: as the system").click()
    page.get_by_role("button", name="Colours: light").click()
    assert page.evaluate(ground) == dark
    page.reload()
    assert page.evaluate(ground) == dark
    page.get_by_role("button", name="Colours: dark").click()
    assert page.evaluate(ground) == light


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
              for part in parts]  # fmt: skip
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """WCAG 2.2's ratio, 1 to 21."""
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    (ink, ground)
    for ink in ("ink", "soft")
    for ground in ("paper", "panel", "raised", "sunk", "stage", "accent-wash")
] + [("accent-ink", "accent"), ("bad", "panel"), ("bad", "paper"), ("paper", "bad"),
     ("paper", "ink")]  # fmt: skip
SHAPES = [("edge", "panel"), ("accent", "panel"), ("focus", "panel"), ("focus", "paper"),
          ("star", "panel"), ("live", "panel"), ("good", "panel")]  # fmt: skip


@pytest.mark.parametrize("place", [0, 1, 2], ids=["light", "chosen dark", "system dark"])
def test_every_pair_of_colours_can_be_read(place: int):
    block = THEME.read_text("utf-8").split(":root")[1:][place]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for ink, ground in TEXT:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for shape, ground in SHAPES:
        assert contrast(colours[shape], colours[ground]) >= 3, (shape, ground)
