"""A tree felled on the page, in the shipped world, stays felled, to the pixel."""

import re
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.felled_tree import Walk, felled_tree
from tests.server.web.acts import canvas
from tests.server.web.conftest import OpenPage
from tests.server.web.served import Served, served
from toolkit.runtime.world_bundle import SHIPPED_WORLDS, load_world
from toolkit.server.worker import ENGINE

pytestmark = pytest.mark.browser
KEYS = {
    "move_left": "ArrowLeft", "move_right": "ArrowRight", "move_up": "ArrowUp",
    "move_down": "ArrowDown", "do": "Space",
}  # fmt: skip


@pytest.fixture
def shipped(tmp_path: Path, tiny: Path) -> Generator[Served]:
    with served(tmp_path / "state", tiny, engine=ENGINE, worlds=SHIPPED_WORLDS) as up:
        yield up


def start(page: Page, world: str, seed: int, pace: str) -> None:
    page.locator(".views").get_by_role("button", name="Play").click()
    page.get_by_label("World", exact=True).select_option(world)
    page.locator("#play").get_by_label("Seed", exact=True).fill(str(seed))
    page.get_by_label("Pace").select_option(label=pace)
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".game-numbers")).to_contain_text("tick")


def act(page: Page, name: str) -> None:
    if name in KEYS:
        page.locator(".game-canvas").press(KEYS[name])
    else:
        page.get_by_role("button", name=re.compile(rf"^{name}\b")).click()


def test_a_felled_tree_is_still_gone_on_return(shipped: Served, open_page: OpenPage):
    walk: Walk = felled_tree(load_world())
    page = open_page(shipped)
    start(page, "crafter", walk.seed, "Step by step")
    for number, name in enumerate(walk.names, 1):
        act(page, name)
        expect(page.locator(".game-numbers")).to_contain_text(f"tick {number} ·")
        seen = canvas(page.locator(".game-canvas"))[..., :3]
        assert np.array_equal(seen, walk.frames[number]), f"after {name}, step {number}"


@pytest.mark.parametrize("world", SHIPPED_WORLDS)
def test_every_shipped_world_runs_in_real_time(shipped: Served, open_page: OpenPage, world: str):
    page = open_page(shipped)
    start(page, world, 1, "Real time")
    page.keyboard.down("ArrowUp")
    expect(page.locator(".game-numbers")).to_contain_text("ms from key to frame")
    page.keyboard.up("ArrowUp")
    expect(page.locator(".game-numbers")).to_contain_text("frames a second")
