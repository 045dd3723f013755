"""The whole of it: page, server, worker and a real, tiny bundle."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.rendering.mesh_folder import tower
from tests.server.web.acts import begin, card, prompt, shown, still
from tests.server.web.conftest import OpenPage
from tests.server.web.served import Served, served
from toolkit.client import Client
from toolkit.messages import TurntableRequest
from toolkit.server.worker import ENGINE
from toolkit.server_address import Address

pytestmark = pytest.mark.browser


@pytest.fixture
def real(tmp_path: Path, tiny: Path) -> Generator[Served]:
    with served(tmp_path / "state", tiny, engine=ENGINE, worlds={}) as up:
        yield up


def test_type_see_a_preview_cancel_one_finish_another_reload_and_find_both(
    real: Served, open_page: OpenPage
):
    page = open_page(real)
    prompt(page).press_sequentially("a red knight")
    expect(page.locator(".sketch")).to_have_attribute("data-state", "done")

    page.get_by_text("Fine tuning").click()
    page.get_by_label("Width").select_option("256")
    page.get_by_label("Height").select_option("256")
    begin(page, "a blue knight", Steps=100, Frames=64)
    expect(page.locator("#stage .progress-words")).to_contain_text("Step")
    page.locator("#stage").get_by_role("button", name="Cancel").click()
    expect(page.locator("#stage .facts")).to_contain_text("Cancelled")

    page.get_by_label("Width").select_option("16")
    page.get_by_label("Height").select_option("16")
    begin(page, "a red slime", Steps=2, Frames=2)
    expect(page.locator("#stage .facts")).to_contain_text("Done")

    page.reload()
    expect(card(page, "a blue knight")).to_have_attribute("data-state", "cancelled")
    expect(card(page, "a red slime")).to_have_attribute("data-state", "done")
    expect(page.locator(".card")).to_have_count(2)
    expect(page.locator("#stage .stage-title")).to_have_text("a red slime")
    expect(page.locator("#stage .count")).to_contain_text("/2")
    assert [record.state for record in real.jobs("a")] == ["cancelled", "done"]


def test_a_long_job_shows_previews_while_it_is_made(real: Served, open_page: OpenPage):
    page = open_page(real)
    page.get_by_text("Fine tuning").click()
    page.get_by_label("Width").select_option("128")  # so that it is not done before it is seen
    page.get_by_label("Height").select_option("128")
    begin(page, "a red knight walking", Steps=100, Frames=64)
    expect(page.locator("#stage .filmstrip .film-frame")).to_have_count(64)
    assert page.locator("#stage .facts").inner_text().startswith("Drawing")
    page.locator("#stage").get_by_role("button", name="Cancel").click()
    expect(page.locator("#stage .message")).to_have_text("Cancelled. Nothing was kept.")


def test_a_mesh_that_a_program_sends_is_shown_compared_and_made_again(
    real: Served, open_page: OpenPage, tmp_path: Path
):
    tower().export(tmp_path / "old tower.glb")
    request = TurntableRequest(mesh=str(tmp_path / "old tower.glb"), views=4, width=64, height=64)
    page = open_page(real)
    with Client(Address(url=f"ws://{real.up.file.address}/", token=real.up.token)) as client:
        clip = client.generate(request)
    found = card(page, "old tower.glb")
    expect(found).to_have_attribute("data-state", "done")
    found.locator(".card-open").click()
    stage = page.locator("#stage")
    expect(stage.locator(".stage-title")).to_have_text("old tower.glb")
    expect(stage.locator(".facts")).to_have_text("Done · 64×64 · 4 views")
    expect(stage.locator(".player[data-shows$=' result']")).to_be_visible()
    still(page, 2)
    np.testing.assert_array_equal(shown(page)[..., 3] > 0, clip.frames[2, ..., 3] > 0)
    expect(stage.get_by_role("button", name="Edit")).to_have_count(0)
    expect(stage.get_by_role("button", name="Vary")).to_have_count(0)
    stage.get_by_role("button", name="Regenerate").click()
    expect(page.locator(".card", has_text="old tower.glb")).to_have_count(2)
    page.get_by_role("searchbox").fill("tower OLD")
    expect(page.locator(".card[data-state=done]")).to_have_count(2)
    first, again = real.jobs("tower")
    assert (again.retry_of, again.result) == (first.job, first.result)
