"""WebM in Chromium: the frames of the video, drawn on a canvas, with their alpha."""

import base64
from collections.abc import Generator
from dataclasses import replace
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser

from exporters import export
from exporters.animated import timeline
from tests.engines.browser_page import page_with
from tests.engines.javascript import SCRIPTS
from tests.exporters.clips import busy_clip, plain_clip
from tests.exporters.test_video import blocks
from tests.server.web.browser import chromium
from toolkit.clip import Clip

pytestmark = pytest.mark.engine
CLIPS = {
    "busy": replace(busy_clip(), durations=()),
    "one": plain_clip(1),
    "odd": plain_clip(3, 15, 11),
    "blocks": blocks(),
}


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with chromium() as found:
        yield found


def asked(browser: Browser, clip: Clip, call: str, *arguments: Any) -> dict[str, Any]:
    files = export(clip, "webm", name="hero")
    with page_with(browser, (SCRIPTS / "show_film.js",), files) as page:
        return page.evaluate(f"arguments => {call}('hero.webm', ...arguments)", list(arguments))


def pixels(seen: dict[str, Any]) -> NDArray[np.int64]:
    """Straight RGBA ``[N, H, W, 4]``."""
    size = seen["height"], seen["width"], 4
    pictures = [base64.b64decode(picture) for picture in seen["pictures"]]
    return np.stack([np.frombuffer(one, np.uint8).reshape(size) for one in pictures]).astype(int)


def at_every_frame(browser: Browser, clip: Clip) -> dict[str, Any]:
    _, seconds = timeline(clip)
    times = [end - second / 2 for end, second in zip(accumulate(seconds), seconds, strict=True)]
    return asked(browser, clip, "shownAt", times)


@pytest.mark.parametrize("name", CLIPS)
def test_alpha_is_off_by_one_at_most(browser: Browser, name: str) -> None:
    seen = at_every_frame(browser, CLIPS[name])
    frames, seconds = timeline(CLIPS[name])
    height, width = frames.shape[1:3]
    alpha = pixels(seen)[..., 3]
    assert np.abs(alpha[:, :height, :width] - frames[..., 3]).max() <= 1
    assert alpha[:, height:].size == 0 or alpha[:, height:].max() == 0
    assert alpha[:, :, width:].size == 0 or alpha[:, :, width:].max() == 0
    assert seen["duration"] == pytest.approx(sum(seconds), abs=0.001)


def test_colour_stays_where_half_its_resolution_can_hold_it(browser: Browser) -> None:
    clip = blocks()
    seen = pixels(at_every_frame(browser, clip))
    inner = np.zeros(clip.frames.shape[1:3], bool)
    inner[7::16, 7::16] = inner[8::16, 8::16] = True
    straight, wanted = seen[:, inner], clip.frames[:, inner].astype(int)
    laid = [colours[..., :3] * colours[..., 3:] / 255 for colours in (straight, wanted)]
    assert np.abs(laid[0] - laid[1]).max() <= 3


def test_frames_of_many_lengths_play_at_their_times(browser: Browser) -> None:
    clip = busy_clip()
    frames, seconds = timeline(clip)
    seen = asked(browser, clip, "played")
    starts = [0, *(round(1000 * end) for end in accumulate(seconds))]
    told = [starts.index(round(1000 * start)) for start in seen["starts"]]
    assert told == sorted(set(told))
    assert told[-1] == len(frames) - 1
    assert np.abs(pixels(seen)[..., 3] - frames[told][..., 3]).max() <= 1
