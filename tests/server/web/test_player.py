import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.server.web.acts import canvas, card, checkbox, make, shown, still
from tests.server.web.conftest import OpenPage
from tests.server.web.served import Served
from toolkit.server.engine import Frames

pytestmark = pytest.mark.browser


def visible(frame: Frames) -> Frames:
    """The frame as a canvas keeps it: nothing under clear pixels."""
    return np.where(frame[..., 3:] > 0, frame, 0).astype(np.uint8)


def test_every_frame_stands_on_the_stage_pixel_for_pixel(page: Page, drawing: Served):
    make(page, "a red boulder", Frames=3)
    frames = drawing.pixels(drawing.jobs("red boulder")[-1])
    for place in range(3):
        still(page, place)
        assert np.array_equal(shown(page), visible(frames[place]))
    film = page.locator("#stage .film-frame canvas")
    assert np.array_equal(canvas(film.nth(2)), visible(frames[2]))


def test_zoom_is_in_whole_pixels_and_fits_by_itself(page: Page):
    make(page, "a green boulder", Frames=2)
    stand = page.locator("#stage .screen canvas")
    words = page.locator("#stage .zoom-words")

    def zoom() -> int:
        box = stand.bounding_box()
        assert box is not None
        assert box["width"] == box["height"]
        times, rest = divmod(box["width"], 64)
        assert rest == 0
        expect(words).to_have_text(f"{int(times)}×")
        return int(times)

    fitted = zoom()
    assert fitted >= 4
    page.get_by_role("button", name="Zoom in").click()
    assert zoom() == fitted + 1
    page.get_by_role("button", name="Zoom out").click(click_count=1)
    page.get_by_role("button", name="Zoom out").click()
    assert zoom() == fitted - 1
    page.get_by_role("button", name="Fit").click()
    assert zoom() == fitted


def test_a_pixel_is_whole_dots_on_a_fine_screen(open_page: OpenPage):
    page = open_page(device_scale_factor=1.5)
    make(page, "a fine boulder", Frames=2)
    box = page.locator("#stage .screen canvas").bounding_box()
    assert box is not None
    assert (box["width"] * 1.5 / 64) == pytest.approx(round(box["width"] * 1.5 / 64), abs=1e-3)


def test_the_onion_skin_shows_both_neighbours_and_is_remembered(page: Page, drawing: Served):
    make(page, "a gold boulder", Frames=4)
    still(page, 1)
    plain = shown(page)
    checkbox(page, "Onion skin").check()
    ghosts = shown(page)
    frames = drawing.pixels(drawing.jobs("gold boulder")[-1])
    solid = frames[1][..., 3] > 0
    neighbours = (frames[0][..., 3] > 0) | (frames[2][..., 3] > 0)
    assert np.array_equal(ghosts[solid], plain[solid])
    assert ((ghosts[..., 3] > 0) == (solid | neighbours)).all()
    page.reload()
    expect(checkbox(page, "Onion skin")).to_be_checked()


def test_the_ground_is_chosen_with_a_key_or_the_list(page: Page):
    make(page, "a blue boulder", Frames=2)
    screen = page.locator("#stage .screen")
    expect(screen).to_have_class("screen ground-checker")
    page.get_by_label("Ground").select_option("green")
    expect(screen).to_have_class("screen ground-green")
    page.get_by_role("group", name="Player").press("b")
    expect(screen).to_have_class("screen ground-checker")


@pytest.mark.parametrize(
    ("text", "words"),
    [("a blue hill", "no seam to see"), ("a blue hill jump", "equals the first")],
)
def test_the_seam_is_shown_and_said(page: Page, text: str, words: str):
    make(page, text, Frames=8)
    checkbox(page, "Loop seam").check()
    expect(page.locator("#stage .seam-words")).to_contain_text(words)
    expect(page.locator("#stage .seam-view")).to_have_count(3)
    assert canvas(page.locator("#stage .seam-view canvas").first).shape == (64, 64, 4)


def test_actions_and_directions_play_at_once_or_one_by_one(page: Page, drawing: Served):
    checkbox(page, "walk").check(force=True)
    checkbox(page, "attack").check(force=True)
    page.get_by_role("radio", name="2", exact=True).check(force=True)
    make(page, "a green hill", Frames=2)
    assert shown(page).shape == (128, 128, 4)
    page.get_by_label("Which clip").select_option(label="attack_left")
    still(page, 1)
    frames = drawing.pixels(drawing.jobs("green hill")[-1])
    assert np.array_equal(shown(page), visible(frames[7]))


def test_frames_last_as_long_as_the_result_says(page: Page, open_page: OpenPage):
    make(page, "a slate hill", Frames=3, FPS=4)
    expect(page.locator("#stage .film-frame span").first).to_have_text("250 ms")

    slow = open_page()
    slow.route_web_socket("**/", lambda socket: lengthen(socket))
    slow.reload()
    card(slow, "a slate hill").get_by_role("button").first.click()
    times = slow.locator("#stage .film-frame span")
    expect(times).to_have_text(["100 ms", "200 ms", "1500 ms"])
    expect(slow.locator("#stage .scrub")).to_have_attribute(
        "aria-valuetext", "Frame 1 of 3, 100 ms"
    )


def lengthen(socket: Any) -> None:
    """Pass everything on, but give the clips of three frames other durations."""
    server = socket.connect_to_server()

    def change(message: str | bytes) -> None:
        if isinstance(message, str) and '"snapshot"' in message[:40]:
            body: Mapping[str, Any] = json.loads(message)
            for record in body["jobs"]:
                if record["result"] and record["result"]["num_frames"] == 3:
                    record["result"]["durations"] = [0.1, 0.2, 1.5]
            message = json.dumps(body)
        socket.send(message)

    server.on_message(change)


def test_play_and_pause_with_the_keyboard(page: Page):
    make(page, "a grey hill", Frames=4)
    player = page.get_by_role("group", name="Player")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    player.press(" ")
    expect(page.get_by_role("button", name="Play", exact=True).last).to_be_visible()
    player.press("Home")
    expect(page.locator("#stage .count")).to_have_text("1/4")
    player.press("ArrowLeft")
    expect(page.locator("#stage .count")).to_have_text("4/4")
    player.press("ArrowRight")
    expect(page.locator("#stage .count")).to_have_text("1/4")
    player.press("+")
    player.press("o")
    expect(checkbox(page, "Onion skin")).to_be_checked()
    player.press("l")
    expect(checkbox(page, "Loop seam")).to_be_checked()


def test_nothing_moves_by_itself_where_motion_is_unwanted(open_page: OpenPage):
    page = open_page(reduced_motion="reduce")
    make(page, "a calm hill", Frames=4)
    expect(page.locator("#stage").get_by_role("button", name="Play")).to_be_visible()
    expect(page.locator("#stage .count")).to_have_text("1/4")
