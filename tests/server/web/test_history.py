import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.server.web.acts import canvas, card, checkbox, hold, make, prompt
from tests.server.web.served import Served
from toolkit.server.admission import Submission
from toolkit.server.service import Service

pytestmark = pytest.mark.browser
MANY = 260


def test_a_search_finds_words_in_any_order_and_favourites_alone(page: Page, drawing: Served):
    make(page, "a tiny red lantern", Frames=2)
    make(page, "a tiny blue lantern", Frames=2)
    star = card(page, "red lantern").get_by_role("button", name="Favourite")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    assert drawing.jobs("red lantern")[-1].favourite
    search = page.get_by_role("searchbox")
    search.fill("LANTERN tiny")
    expect(page.locator(".card")).to_have_count(2)
    checkbox(page, "Favourites").check(force=True)
    expect(page.locator(".card .card-prompt")).to_have_text(["a tiny red lantern"])
    search.fill("nothing at all like it")
    expect(page.locator(".empty-words").first).to_have_text("Nothing found.")


def test_regenerate_makes_the_same_again_and_vary_another_seed(page: Page, drawing: Served):
    make(page, "a red candle", Frames=2)
    card(page, "red candle").get_by_role("button", name="Regenerate").click()
    expect(page.locator(".card", has_text="red candle")).to_have_count(2)
    expect(page.locator("#stage .facts")).to_contain_text("Done")
    page.locator("#stage").get_by_role("button", name="Vary").click()
    expect(page.locator(".card", has_text="red candle")).to_have_count(3)
    expect(card(page, "red candle")).to_have_attribute("data-state", "done")
    first, same, other = drawing.jobs("red candle")
    assert same.retry_of == first.job
    assert same.request == first.request
    assert same.result == first.result
    assert other.request == {**first.request, "seed": other.request["seed"]}
    assert other.request["seed"] != first.request["seed"]


def test_edit_puts_the_request_into_the_form(page: Page):
    page.get_by_role("radio", name="32", exact=True).check(force=True)
    checkbox(page, "run").check(force=True)
    make(page, "a gold candle", Frames=3, FPS=9, Seed=77)
    prompt(page).fill("something else")
    page.get_by_role("radio", name="64", exact=True).check(force=True)
    page.get_by_role("spinbutton", name="Frames").fill("9")
    page.locator("#stage").get_by_role("button", name="Edit").click()
    expect(prompt(page)).to_have_value("a gold candle")
    expect(prompt(page)).to_be_focused()
    expect(page.get_by_role("radio", name="32", exact=True)).to_be_checked()
    expect(checkbox(page, "run")).to_be_checked()
    for label, value in (("Frames", "3"), ("FPS", "9"), ("Seed", "77")):
        expect(page.get_by_role("spinbutton", name=label)).to_have_value(value)


def test_two_clips_are_compared_at_the_same_frame(page: Page, drawing: Served):
    make(page, "a green vase", Frames=4, Seed=1)
    make(page, "a blue vase", Frames=4, Seed=2)
    page.locator(".card", has_text="green vase").get_by_role("button", name="Compare").click()
    sides = page.locator("#comparison .screen canvas")
    expect(page.locator(".side-prompt")).to_have_text(["a blue vase", "a green vase"])
    expect(page.locator(".differences tbody tr")).to_have_text(
        ["prompta blue vasea green vase", "seed21"]
    )
    hold(page.locator("#comparison"), 1)
    for side, words in enumerate(("blue vase", "green vase")):
        frame = drawing.pixels(drawing.jobs(words)[-1])[1]
        assert np.array_equal(canvas(sides.nth(side)), np.where(frame[..., 3:] > 0, frame, 0))
    page.reload()
    expect(page.locator(".side-prompt")).to_have_text(["a blue vase", "a green vase"])
    page.go_back()
    expect(page.locator("#stage .stage-title")).to_have_text("a blue vase")


def queue_many(service: Service) -> None:
    """More ended jobs than a snapshot holds."""
    request = {"type": "sprites", "num_frames": 1, "width": 16, "height": 16, "seed": 1}
    for number in range(MANY):
        job = f"many-{number}"
        body = {**request, "prompt": f"ancient pot {number:03}"}
        submission = Submission(job=job, client="t", priority="normal", model="0" * 64,
                                request=body, canonical=job)  # fmt: skip
        service.jobs.submit(submission)
        service.jobs.cancel(job)


def test_older_jobs_are_fetched_when_they_are_asked_for(page: Page, drawing: Served):
    drawing.ask(queue_many)
    expect(card(page, f"ancient pot {MANY - 1:03}")).to_be_visible()
    page.reload()
    expect(card(page, f"ancient pot {MANY - 1:03}")).to_be_visible()
    expect(page.locator(".card")).to_have_count(60)
    page.get_by_role("searchbox").fill("ancient 000")
    expect(page.locator(".card .card-prompt")).to_have_text(["ancient pot 000"])
    page.get_by_role("searchbox").fill("ancient")
    expect(page.locator(".card")).to_have_count(60)
    older = page.get_by_role("button", name="Show older")
    for count in (120, 180, 240, MANY):
        older.click()
        expect(page.locator(".card")).to_have_count(count)
    prompts = page.locator(".card .card-prompt").all_text_contents()
    assert prompts == [f"ancient pot {number:03}" for number in reversed(range(MANY))]
    expect(older).to_be_hidden()
