"""What the page lets in and out, and what it does when the server goes away."""

import re
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

import toolkit.server
from tests.server.web.acts import begin, card, make, prompt
from tests.server.web.browser import watched
from tests.server.web.conftest import OpenPage
from tests.server.web.served import Served, served

pytestmark = pytest.mark.browser
WEB = Path(toolkit.server.__file__).parent / "web"
EVIL = "<img src=x onerror=alert(1)> <script>alert(2)</script> ${7*7} 'a\" --x"


def test_markup_in_a_prompt_is_only_text(page: Page):
    make(page, EVIL, Frames=2)
    expect(page.locator("#stage .stage-title")).to_have_text(EVIL)
    expect(card(page, "onerror").locator(".card-prompt")).to_have_text(EVIL)
    assert page.locator("#stage img, .card img, main script").count() == 0
    card(page, "onerror").get_by_role("button", name="Compare").click()
    expect(page.locator(".side-prompt").first).to_contain_text("onerror")


def test_inline_script_and_style_are_forbidden_and_not_used(browser: Browser, drawing: Served):
    with watched(browser, origin=drawing.origin) as found:
        found.page.goto(drawing.link())
        with found.page.expect_console_message(lambda said: "Security Policy" in said.text):
            assert tried_inline_script(found.page) == [False, "script-src-elem"]
        (fault,) = found.faults
        assert "violates" in fault
        found.faults.clear()


def tried_inline_script(page: Page) -> Any:
    """Whether a script that was put into the page ran, and which rule it broke."""
    return page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      const violated = new Promise((done) => {
        document.addEventListener("securitypolicyviolation", (event) => {
          done(event.effectiveDirective);
        });
      });
      document.body.append(script);
      return violated.then((directive) => [window.ran ?? false, directive]);
    }""")


def test_the_files_hold_no_inline_code_and_no_foreign_address():
    html = (WEB / "index.html").read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    for file in WEB.rglob("*"):
        if file.suffix not in (".html", ".js", ".css", ".svg"):
            continue
        text = file.read_text("utf-8")
        text = text.replace("http://www.w3.org/2000/svg", "").replace("ws://${location.host}/", "")
        assert not re.search(
            r"(https?:|wss?:)?//[a-z0-9$]", re.sub(r"^\s*//.*$", "", text, flags=re.M)
        ), file
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text
        )


@pytest.fixture
def fault_free(browser: Browser) -> Generator[Any]:
    """Opens a page of a server that will go away; its complaints about that are no fault."""
    with ExitStack() as stack:

        def open_one(up: Served) -> Page:
            found = stack.enter_context(watched(browser, origin=up.origin))
            found.page.goto(up.link())
            expect(found.page.locator(".standing")).to_have_text("Connected")
            stack.callback(lambda: found.faults.clear())
            stack.callback(lambda: found.page.goto("about:blank"))
            return found.page

        yield open_one


class Gate:
    """Stands between a page and its server: what is said passes until it is shut."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._line: WebSocketRoute | None = None
        self._open = True
        page.route_web_socket("**/", self._pass_on)
        page.reload()
        expect(page.locator(".standing")).to_have_text("Connected")

    def shut(self) -> None:
        """Cut the line, and every other that is tried."""
        assert self._line is not None
        self._open = False
        self._line.close()
        expect(self._page.locator(".standing")).not_to_have_text("Connected")

    def open(self) -> None:
        """Let the next line that is tried through."""
        self._open = True

    def _pass_on(self, socket: WebSocketRoute) -> None:
        if self._open:
            self._line = socket
            socket.connect_to_server()
        else:
            socket.close()


def test_a_lost_connection_is_taken_up_again_with_what_was_missed(
    open_page: OpenPage, drawing: Served
):
    page = open_page()
    gate = Gate(page)
    begin(page, "an endless red anchor")
    expect(page.locator("#stage .progress-words")).to_contain_text("Step")
    gate.shut()
    (record,) = drawing.jobs("red anchor")
    drawing.ask(lambda service: service.jobs.cancel(record.job))
    drawing.until(lambda service: service.jobs.state(record.job) == "cancelled")
    expect(page.locator("#stage .facts")).to_contain_text("Drawing")
    gate.open()
    expect(page.locator(".standing")).to_have_text("Connected")
    expect(page.locator("#stage .facts")).to_contain_text("Cancelled")
    expect(page.locator(".card", has_text="red anchor")).to_have_count(1)


def test_what_is_asked_for_without_a_connection_is_made_when_there_is_one(
    open_page: OpenPage, drawing: Served
):
    page = open_page()
    gate = Gate(page)
    gate.shut()
    prompt(page).fill("a blue anchor")
    page.get_by_role("button", name="Generate", exact=True).click()
    gate.open()
    expect(page.locator("#stage .facts")).to_contain_text("Done")
    assert [record.state for record in drawing.jobs("blue anchor")] == ["done"]


def test_a_restarted_server_asks_for_a_new_link(
    tmp_path: Path, tiny: Path, fault_free: Any, browser: Browser
):
    with served(tmp_path / "state", tiny) as first:
        page = fault_free(first)
        make(page, "a gold anchor", Frames=2)
        port = first.up.file.port
    with served(tmp_path / "state", tiny, port=port) as second:
        expect(page.get_by_role("alert", name="").last).to_contain_text("playreel serve --open")
        page.goto(second.link())
        expect(page.locator(".standing")).to_have_text("Connected")
        expect(card(page, "a gold anchor")).to_have_attribute("data-state", "done")
        expect(page.get_by_text("playreel serve --open")).to_be_hidden()


def test_a_refused_job_says_why_and_is_not_shown(page: Page):
    page.route_web_socket("**/", spoil)
    page.reload()
    expect(page.locator(".standing")).to_have_text("Connected")
    prompt(page).fill("a wrong anchor")
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.locator("#notice")).to_contain_text("width is 60")
    expect(page.locator("#notice")).to_have_attribute("data-tone", "bad")
    expect(page.locator(".card", has_text="wrong anchor")).to_have_count(0)


def spoil(socket: WebSocketRoute) -> None:
    """Ask for a size that the server refuses."""
    server = socket.connect_to_server()

    def change(message: str | bytes) -> None:
        if isinstance(message, str):
            message = message.replace('"width":64', '"width":60')
        server.send(message)

    socket.on_message(change)


def test_the_page_is_quick_to_read_its_files(open_page: OpenPage):
    page = open_page()
    sizes = page.evaluate("""() => performance.getEntriesByType("resource")
      .map(({ decodedBodySize }) => decodedBodySize)""")
    assert sum(sizes) < 200_000
