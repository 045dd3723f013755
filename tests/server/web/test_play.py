import re
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.server.web.acts import canvas
from tests.server.web.conftest import OpenPage
from tests.server.web.drawing_engine import GardenWorld
from tests.server.web.served import Served, served
from toolkit.server.engine import Frames

pytestmark = pytest.mark.browser
SEED = 3


def start(page: Page, pace: str) -> None:
    page.locator(".views").get_by_role("button", name="Play").click()
    page.locator("#play").get_by_label("Seed", exact=True).fill(str(SEED))
    page.get_by_label("Pace").select_option(label=pace)
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".game-canvas")).to_be_focused()
    expect(page.locator(".game-numbers")).to_contain_text("tick")


def after(*actions: str) -> Frames:
    """What the garden looks like after these actions."""
    world = GardenWorld(SEED)
    for action in actions:
        world.step(world.actions.index(action))
    return world.look()


def seen(page: Page) -> Frames:
    return canvas(page.locator(".game-canvas"))[..., :3]


def wait_for_tick(page: Page, number: int) -> None:
    expect(page.locator(".game-numbers")).to_contain_text(f"tick {number} ·")


def test_keys_step_through_a_game_exactly(page: Page):
    start(page, "Step by step")
    keys = {"ArrowLeft": "left", "w": "up", "Space": "do", "ArrowDown": "down", "1": "sleep"}
    for number, key in enumerate(keys, 1):
        page.keyboard.press(key)
        wait_for_tick(page, number)
    assert np.array_equal(seen(page), after(*keys.values()))
    expect(page.locator(".game-numbers")).to_contain_text("88 % of the cells look like the world")


def test_fingers_on_the_pad_step_too(open_page: OpenPage):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    start(page, "Step by step")
    for number, name in enumerate(("right", "right", "do"), 1):
        page.get_by_role("button", name=re.compile(rf"^{name}\b")).tap()
        wait_for_tick(page, number)
    assert np.array_equal(seen(page), after("right", "right", "do"))


def test_a_held_key_goes_on_until_it_is_let_go(page: Page):
    start(page, "Real time")
    page.keyboard.down("ArrowRight")
    expect(page.locator(".pad-button.down")).to_contain_text("right")
    expect(page.locator(".game-numbers")).to_contain_text("ms from key to frame")
    page.keyboard.up("ArrowRight")
    expect(page.locator(".pad-button.down")).to_contain_text("noop")
    moved = seen(page)
    assert (moved == (170, 140, 96)).all(-1).any()  # a path was trodden


def test_a_moment_is_kept_and_put_back_and_a_branch_goes_its_own_way(page: Page):
    start(page, "Step by step")
    page.keyboard.press("ArrowLeft")
    wait_for_tick(page, 1)
    page.get_by_role("button", name="Keep this moment").click()
    moment = page.get_by_role("button", name="moment 1, tick 1")
    expect(moment).to_be_visible()
    page.locator(".game-canvas").press("ArrowLeft")
    wait_for_tick(page, 2)
    moment.click()
    wait_for_tick(page, 1)
    assert np.array_equal(seen(page), after("left"))
    page.get_by_role("button", name="Branch from here").click()
    expect(page.locator(".game-canvas")).to_be_focused()
    page.keyboard.press("ArrowUp")
    wait_for_tick(page, 2)
    assert np.array_equal(seen(page), after("left", "up"))


def test_leaving_the_pane_ends_the_game(page: Page, drawing: Served):
    start(page, "Real time")
    page.locator(".views").get_by_role("button", name="Create").click()
    page.locator(".views").get_by_role("button", name="Play").click()
    expect(page.locator(".game-message")).to_have_text("The game has ended.")
    drawing.until(lambda service: not service.sessions)


@pytest.fixture
def bare(tmp_path: Path, tiny: Path) -> Generator[Served]:
    with served(tmp_path / "state", tiny, worlds={}) as up:
        yield up


def test_without_a_world_the_pane_says_so(bare: Served, open_page: OpenPage):
    page = open_page(bare)
    page.locator(".views").get_by_role("button", name="Play").click()
    expect(page.locator("#play .empty-words")).to_contain_text("no world to play")
    expect(page.get_by_role("button", name="Start")).to_be_hidden()
