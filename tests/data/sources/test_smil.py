"""Animated SVG at given moments."""

import xml.etree.ElementTree as ET

import pytest

from toolkit.data.sources.smil import AnimatedSvg, clock_seconds

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def circle(animation, moment, attribute="cx"):
    """The circle's attribute at a moment."""
    text = SVG.format(f'<circle id="c" cx="7">{animation}</circle>')
    frozen = ET.fromstring(AnimatedSvg(text=text).at(moment))
    assert len(list(frozen.iter())) == 2, "no animation is left"
    return frozen[0].get(attribute)


FOREVER = '<animate attributeName="cx" values="0;10;0" dur="2s" repeatCount="indefinite"/>'


@pytest.mark.parametrize(("moment", "value"), [(0.0, 0), (0.5, 5), (1.5, 5), (3.0, 10)])
def test_values_are_reached_in_equal_steps_and_repeat(moment, value):
    assert float(circle(FOREVER, moment)) == value


def test_key_times_and_discrete_values():
    timed = FOREVER.replace("dur", 'keyTimes="0;0.25;1" dur')
    assert float(circle(timed, 0.25)) == 5
    assert circle(timed.replace("dur", 'calcMode="discrete" dur'), 0.6) == "10"


def test_a_spline_bends_time_but_not_its_ends():
    spline = FOREVER.replace("dur", 'keySplines="0.42 0 1 1;0 0 1 1" dur')
    assert float(circle(spline, 0.0)) == pytest.approx(0, abs=1e-3)
    assert float(circle(spline, 0.5)) == pytest.approx(3.15, abs=0.01)
    assert float(circle(spline, 1.5)) == pytest.approx(5, abs=1e-3)


def test_before_after_and_frozen():
    once = '<animate attributeName="cx" from="0" to="10" begin="1s" dur="500ms"/>'
    assert [circle(once, moment) for moment in (0.5, 1.25, 2.0)] == ["7", "5.0000", "7"]
    assert circle(once.replace("dur", 'fill="freeze" dur'), 2.0) == "10"


def test_begin_after_another_ends():
    chain = (
        '<animate id="a" attributeName="cx" from="0" to="4" dur="1s" repeatCount="2"/>'
        '<set attributeName="r" to="9" begin="a.end+500ms"/>'
    )
    assert circle(chain, 2.4, "r") is None
    assert circle(chain, 2.6, "r") == "9"


def test_colours_jump_and_transforms_add():
    colour = '<animate attributeName="fill" values="#111111;#222222" dur="1s"/>'
    assert circle(colour, 0.9, "fill") == "#111111"
    turns = "".join(
        f'<animateTransform attributeName="transform" type="{kind}" values="{values}" dur="1s" '
        'additive="sum"/>'
        for kind, values in (("rotate", "0 8 8;90 8 8"), ("scale", "1;3"))
    )
    assert circle(turns, 0.5, "transform") == "rotate(45.0000 8.0000 8.0000) scale(2.0000)"


def test_links_name_the_target():
    linked = SVG.format(
        '<circle id="c" cx="7"/><animate xlink:href="#c" attributeName="cx" values="0;1" dur="1s"/>'
    )
    frozen = ET.fromstring(AnimatedSvg(text=linked).at(0.5))
    assert [element.get("cx") for element in frozen] == ["0.5000"]


def test_length_and_clock_values():
    text = SVG.format(f'{FOREVER}<set attributeName="r" to="1" begin="1.5s" dur="1s"/>')
    assert AnimatedSvg(text=text).seconds == 2.5
    assert [clock_seconds(text) for text in ("2min", "250ms", "1.5", "click", None)] == [
        120, 0.25, 1.5, 0, 0,
    ]  # fmt: skip
