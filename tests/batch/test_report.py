"""The report: what it says, and that a real browser shows it."""

import base64
import io
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.batch.test_run import DEFAULTS, Desk
from tests.tiny_bundle import write_tiny_bundle

HOSTILE = "</p><script>document.title='x'</script><img src=x onerror=alert(1)>"
MANIFEST = (
    DEFAULTS
    + f"""assets:
- {{name: hero, prompt: "a red knight {HOSTILE}"}}
- {{name: foes/slime, prompt: a slime, export: png_sequence}}
- {{name: bad, prompt: a coin, quality: {{colors: 1, retries: 1}}}}
- {{name: unmade, prompt: a coin, reference: {{asset: hero, tag: fly}}}}
"""
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A batch of two assets that were made and two that failed."""
    folder = tmp_path_factory.mktemp("report")
    desk = Desk(folder, write_tiny_bundle(folder / "tiny"), MANIFEST)
    assert desk.run() == 1
    return desk


def test_every_picture_is_inside_and_moves(desk: Desk):
    page = (desk.out / "report.html").read_text("utf-8")
    pictures = re.findall(r'src="data:image/webp;base64,([^"]+)"', page)
    assert len(pictures) == 3  # also of the one that failed its quality bar
    for picture in pictures:
        with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
            assert (image.size, getattr(image, "n_frames", 1)) == ((16, 32), 2)
    assert page.count("<img") == len(pictures)
    assert all(b"XMP" not in base64.b64decode(picture) for picture in pictures)


def test_what_people_wrote_stays_text(desk: Desk):
    page = (desk.out / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_nothing_new_leaves_the_report_alone(tmp_path: Path, desk: Desk):
    folder = tmp_path / "copy"
    shutil.copytree(desk.folder, folder)
    same = Desk(folder, folder / "tiny", DEFAULTS + "assets: [{name: hero, prompt: a knight}]")
    assert same.run() == 0
    (same.out / "report.html").write_text("mine")
    assert same.run() == 0
    assert (same.out / "report.html").read_text() == "mine"


@pytest.mark.browser
def test_a_browser_shows_it(desk: Desk):
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "there is no Chromium; install Debian's package chromium"
    address = (desk.out / "report.html").as_uri()
    faults: list[str] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        shown = page.evaluate(
            "Promise.all([...document.images].map(i => i.decode().then(() => [i.naturalWidth,"
            " i.naturalHeight, i.getBoundingClientRect().width > 0])))"
        )
        counts = page.inner_text("#count-made"), page.inner_text("#count-failed")
        failures = page.inner_text("#failures")
        prompt = page.inner_text('[id="asset-hero"]')
        title = page.title()
        narrow = browser.new_page(viewport={"width": 360, "height": 640})
        narrow.goto(address)
        overflow = narrow.evaluate("document.documentElement.scrollWidth <= innerWidth")
        browser.close()
    assert faults == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert shown == [[16, 32, True]] * 3
    assert counts == ("2 made", "2 failed")
    assert "none of 2 seeds passed" in failures
    assert "reference has the tag 'fly'" in failures
    assert HOSTILE in prompt
    assert title == "assets: 4 assets"
    assert overflow
