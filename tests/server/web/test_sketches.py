import pytest
from playwright.sync_api import Locator, Page, expect

from tests.server.web.acts import begin, canvas, checkbox, prompt
from tests.server.web.served import Served

pytestmark = pytest.mark.browser


def sketch_of(page: Page, text: str) -> Locator:
    return page.locator(f'.sketch[title="{text}"]')


def test_typing_sketches_beside_a_real_job_and_never_behind_it(page: Page, drawing: Served):
    begin(page, "an endless red rock")
    expect(page.locator("#stage .progress-words")).to_contain_text("Step")
    prompt(page).fill("a gold pebble")
    expect(sketch_of(page, "a gold pebble")).to_have_attribute("data-state", "done")
    assert drawing.jobs("endless rock")[-1].state == "running"
    sketch = drawing.jobs("gold pebble", sketches=True)[-1]
    assert (sketch.priority, sketch.request["num_frames"]) == ("interactive", 4)
    size = canvas(page.locator(".sketch canvas")).shape
    assert size == (64, 64, 4)
    page.locator("#stage").get_by_role("button", name="Cancel").click()
    expect(page.locator("#stage .facts")).to_contain_text("Cancelled")


def test_a_newer_text_cancels_the_older_sketch(page: Page, drawing: Served):
    checkbox(page, "Sketch while I type").check()
    prompt(page).fill("an endless blue pond")
    expect(page.locator(".sketch")).to_be_visible()
    prompt(page).fill("a slow green pond")
    expect(sketch_of(page, "a slow green pond")).to_have_attribute("data-state", "done")
    older = drawing.jobs("endless blue pond", sketches=True)
    newer = drawing.jobs("slow green pond", sketches=True)
    assert [record.state for record in newer] == ["done"]
    assert [record.state for record in older] == ["cancelled"]
    expect(page.locator(".card", has_text="pond")).to_have_count(0)


def test_sketching_can_be_switched_off_and_stays_off(page: Page, drawing: Served):
    checkbox(page, "Sketch while I type").uncheck()
    page.reload()
    expect(checkbox(page, "Sketch while I type")).not_to_be_checked()
    prompt(page).fill("a green thicket")
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.locator("#stage .facts")).to_contain_text("Done")
    assert len(drawing.jobs("thicket")) == 1
    assert drawing.jobs("thicket", sketches=True) == []


def test_a_sketch_that_fails_says_why(page: Page):
    prompt(page).fill("a fail")
    expect(page.locator(".sketch-words")).to_have_text(
        "the graph is not what was promised; reinstall it."
    )
