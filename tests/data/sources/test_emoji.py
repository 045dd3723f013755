"""Emoji and icon sets from npm packages written here."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from tests.data.sources.archive_files import png, solid, write_npm
from toolkit.data.sources.emoji_drawings import noto, twemoji
from toolkit.data.sources.emoji_names import code_key
from toolkit.data.sources.fluent import animation_ms, fluent3d, fluent_anim, is_published, sampled
from toolkit.data.sources.meteocons import icon_caption, meteocons
from toolkit.data.sources.svg_renderer import draw_svg, icon_svg, load_resvg
from toolkit.errors import BadRequest

WAVING = {
    "hexcode": "1F44B", "label": "waving hand", "tags": ["hello"], "group": 1,
    "skins": [
        {"hexcode": "1F44B-1F3FB", "label": "waving hand: light skin tone"},
        {"hexcode": "1F44B-1F3FF", "label": "waving hand: dark skin tone"},
    ],
}  # fmt: skip
SUN = {"hexcode": "2600-FE0F", "label": "sun"}


@pytest.fixture
def names(tmp_path):
    return write_npm(tmp_path / "names.tgz", {"en/data.json": json.dumps([WAVING, SUN]).encode()})


def webp(count, side=128, duration=40):
    """Frames whose red grows with each."""
    frames = [Image.fromarray(solid(side, side, (8 * i, 9, 9, 255))) for i in range(count)]
    data = io.BytesIO()
    frames[0].save(
        data, "WEBP", save_all=True, append_images=frames[1:], lossless=True, duration=duration
    )
    return data.getvalue()


def test_fluent_stills_have_names_and_come_once(tmp_path, names):
    assets = {
        "assets/2600.webp": png(solid(128, 128)),
        "assets/2600-fe0f.webp": png(solid(128, 128, (1, 2, 3, 255))),
        "assets/1f44b-1f3ff.webp": png(solid(128, 128)),
        "assets/ffff.webp": png(solid(128, 128)),
    }
    dark, sun = fluent3d([write_npm(tmp_path / "f.tgz", assets), names])
    assert (sun.id, sun.caption, sun.extras) == ("2600", "sun", {"keywords": [], "group": None})
    assert np.array_equal(sun.frames[0], solid(64, 64))
    assert dark.caption == "waving hand: dark skin tone"
    assert dark.extras == {"keywords": ["hello"], "group": "people"}


def test_fluent_animations(tmp_path, names):
    parts = [
        {"assets/1f44b-1f3fb.webp": webp(20), "assets/1f44b-1f3ff.webp": webp(20)},
        {"assets/2600-fe0f.webp": webp(7)},
    ]
    archives = [write_npm(tmp_path / f"{i}.tgz", files) for i, files in enumerate(parts)]
    (hand,) = fluent_anim([*archives, names])
    assert (hand.id, hand.subject) == ("1f44b-1f3fb", "waving hand")
    assert hand.caption == "waving hand, light skin tone, animated"
    assert hand.frames[:, 5, 5, 0].tolist() == [8 * (20 * i // 16) for i in range(16)]
    assert hand.extras == {
        "keywords": ["hello"], "group": "people", "tone": ["light skin tone"], "delay_ms": 50,
    }  # fmt: skip


def test_sampling_and_duration():
    assert sampled(10) == list(range(10))
    assert len(sampled(47)) == 16
    assert sampled(72) == list(range(0, 72, 3))
    assert animation_ms(webp(5, duration=30)) == 150


def test_keys_and_what_is_published():
    assert code_key("1F44B FE0F 200D") == "1f44b-200d"
    assert is_published("1f44b-1f3fb")
    assert not is_published("1f44b-1f3ff")
    assert not is_published("1f46b-1f3fb")


def icon_set(tmp_path, *icons):
    bodies = {name: {"body": body} for name, body in icons}
    data = {"width": 32, "height": 32, "icons": bodies}
    return write_npm(tmp_path / "icons.tgz", {"icons.json": json.dumps(data).encode()})


SQUARE = '<path fill="#f00" d="M0 0h16v32H0z"/>'


class Painter:
    """Stands for the renderer: notes the SVG and paints a picture that is not square."""

    svg = ""

    def svg_to_bytes(self, *, svg_string, width, height):
        self.svg = svg_string
        return png(solid(height // 2, width))


def test_drawings_that_are_not_square_leave_a_clear_rest():
    painter = Painter()
    frame = draw_svg(painter, icon_svg({"body": SQUARE, "left": 3}, {"height": 24}))
    assert np.array_equal(frame[:32], solid(32, 64))
    assert frame[32:].max() == 0
    assert 'viewBox="3 0 16 24"' in painter.svg
    assert SQUARE in painter.svg


def test_a_missing_renderer_is_said():
    with pytest.raises(BadRequest, match=r"'no_such_renderer' is not installed.*playreel\[train\]"):
        load_resvg("no_such_renderer")


def test_drawn_emoji(tmp_path):
    icons = icon_set(tmp_path, ("red-box", SQUARE), ("flag-peru", SQUARE), ("hi-skin-tone", SQUARE))
    assert [item.caption for item in noto([icons])] == ["red box", "flag peru", "hi skin tone"]
    (box,) = twemoji([icons])
    expected = np.zeros((64, 64, 4), np.uint8)
    expected[:, :32] = (255, 0, 0, 255)
    assert np.array_equal(box.frames[0], expected)


def test_meteocons(tmp_path):
    body = (
        '<rect width="2" height="32" fill="currentColor"><animate attributeName="x" '
        'values="0;32" dur="3200ms" repeatCount="indefinite"/></rect>'
    )
    (rain,) = meteocons([icon_set(tmp_path, ("rain-fill", body), ("still", SQUARE))])
    assert rain.caption == icon_caption("rain-fill") == "rain weather icon filled"
    assert rain.extras == {"delay_ms": 200}
    left = [int(np.flatnonzero(frame[30, :, 3] > 200)[0]) for frame in rain.frames]
    assert left == pytest.approx(list(range(0, 64, 4)), abs=1)
