import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from exporters import EXPORTERS
from tests.server.web.acts import begin, make, shown, still
from tests.server.web.conftest import OpenPage
from tests.server.web.served import Served
from toolkit.packed_clip import unpack_clip
from toolkit.server.exporting import export_zip
from toolkit.server.routes import only_file

pytestmark = pytest.mark.browser
BETWEEN_DOWNLOADS = 150
"""Milliseconds: Chromium drops, without a word, what a page downloads beyond ten in a second."""


def test_every_format_is_a_download_under_the_prompts_name(page: Page, drawing: Served):
    make(page, "a red kettle!", Frames=2)
    record = drawing.jobs("red kettle")[-1]
    assert record.result is not None
    sha256 = record.result.result
    sheet = drawing.ask(lambda service: service.results.read(sha256))
    menu = page.locator("#stage .menu")
    menu.locator("summary").click()
    expect(menu.get_by_role("link")).to_have_count(1 + len(EXPORTERS))
    names: list[str] = []
    for place, format in enumerate(["", *EXPORTERS]):
        page.wait_for_timeout(BETWEEN_DOWNLOADS)
        with page.expect_download() as waiting:
            menu.get_by_role("link").nth(place).click()
        content = Path(waiting.value.path()).read_bytes()
        names.append(waiting.value.suggested_filename)
        packed = export_zip(sheet, format, "a_red_kettle") if format else b""
        if not format:
            assert content == sheet
        elif (only := only_file(packed)) is not None:
            assert (names[-1], content) == only
        else:
            assert content == packed
    assert names[0] == "a_red_kettle.png"
    assert "a_red_kettle_godot.zip" in names
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link")).to_have_count(0)
    expect(menu.locator("summary")).to_be_focused()


def test_the_sheet_holds_everything(page: Page, drawing: Served):
    make(page, "a blue kettle", Frames=2)
    page.locator("#stage .menu summary").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PNG sheet").click()
    clip = unpack_clip(Path(waiting.value.path()).read_bytes())
    assert clip.metadata["prompt"] == "a blue kettle"
    assert clip.frames.shape == (2, 64, 64, 4)


def test_the_command_is_copied(open_page: OpenPage):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    make(page, "a green kettle", Frames=2, Seed=9)
    page.locator("#stage .menu summary").click()
    page.get_by_role("button", name="Copy the command").click()
    expect(page.locator("#notice")).to_have_text("The command was copied.")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == "playreel generate 'a green kettle' --frames 2 --seed 9"


def test_a_chosen_picture_is_the_first_frame_of_the_request(page: Page, drawing: Served):
    picture = io.BytesIO()
    Image.new("RGBA", (300, 300), (200, 30, 60, 255)).save(picture, "BMP")
    content = picture.getvalue()
    assert len(content) > 262144  # more than a chunk
    page.get_by_label("Choose, drop or paste").set_input_files(
        {"name": "knight.bmp", "mimeType": "image/bmp", "buffer": content}
    )
    expect(page.locator("#picture-hint")).to_have_text("The clip begins with this picture.")
    make(page, "a gold kettle", Frames=2)
    sha256 = hashlib.sha256(content).hexdigest()
    assert drawing.jobs("gold kettle")[-1].request["image"] == f"sha256:{sha256}"
    assert drawing.ask(lambda service: service.uploads.read(sha256)) == content
    page.get_by_role("button", name="Remove the picture").click()
    make(page, "a grey kettle", Frames=2)
    assert drawing.jobs("grey kettle")[-1].request["image"] == ""


def test_another_kind_of_file_is_refused_in_words(page: Page):
    page.get_by_label("Choose, drop or paste").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"words"}
    )
    expect(page.locator("#picture-hint")).to_have_text(
        "notes.txt is no PNG, WebP, GIF, JPEG or BMP; choose one of these."
    )


def test_a_frame_of_one_clip_begins_the_next(page: Page, drawing: Served):
    make(page, "a pale kettle", Frames=3)
    still(page, 1)
    frame = shown(page)
    page.get_by_role("button", name="Use frame").click()
    expect(page.locator("#picture-hint")).to_have_text("The clip begins with this picture.")
    begin(page, "a dark kettle", Frames=2)
    expect(page.locator("#stage .facts")).to_contain_text("Done")
    name = str(drawing.jobs("dark kettle")[-1].request["image"]).removeprefix("sha256:")
    content = drawing.ask(lambda service: service.uploads.read(name))
    with Image.open(io.BytesIO(content)) as image:
        assert np.array_equal(np.asarray(image.convert("RGBA")), frame)
