import numpy as np
import pytest

from toolkit.rendering.orbit import along, direction_azimuths, orbit
from toolkit.rendering.view import View, rotation


def test_a_turn_goes_round_once_in_equal_steps():
    views = orbit(8, azimuth=10, elevation=20)
    assert [view.azimuth for view in views] == [10, 55, 100, 145, 190, 235, 280, 325]
    assert {view.elevation for view in views} == {20}
    back = orbit(4, clockwise=False)
    assert [view.azimuth for view in back] == [0, 270, 180, 90]


def test_a_path_passes_its_stops_at_even_steps():
    views = along([(0, 0), (90, 30), (180, -10)], 5)
    assert views == (
        View(azimuth=0, elevation=0), View(azimuth=45, elevation=15),
        View(azimuth=90, elevation=30), View(azimuth=135, elevation=10),
        View(azimuth=180, elevation=-10),
    )  # fmt: skip
    assert [view.azimuth for view in along([(0, 0), (720, 0)], 5)] == [0, 180, 0, 180, 0]


def test_directions_say_where_the_front_points_on_the_screen():
    """Seen from above: right on the screen is right, and what comes to the viewer goes down."""
    for name, azimuth in direction_azimuths(8).items():
        x, _, toward = rotation(View(azimuth=azimuth)) @ np.array([0.0, 0.0, 1.0])
        words = set(name.split("_"))
        assert (x > 0.5) == ("right" in words)
        assert (x < -0.5) == ("left" in words)
        assert (toward > 0.5) == ("down" in words)
        assert (toward < -0.5) == ("up" in words)


def test_the_order_of_sheets():
    assert list(direction_azimuths(1)) == ["right"]
    assert list(direction_azimuths(4)) == ["down", "left", "right", "up"]
    assert list(direction_azimuths(8))[:3] == ["down", "down_right", "right"]


@pytest.mark.parametrize("count", [16, 32])
def test_many_directions_have_names_of_their_own_and_hold_the_eight(count: int):
    named = direction_azimuths(count)
    assert len(named) == count
    assert sorted(named.values()) == [360 / count * index for index in range(count)]
    for name, azimuth in direction_azimuths(8).items():
        assert named[name] == azimuth


def test_points_are_named_as_on_a_compass():
    named = direction_azimuths(32)
    assert named["down_toward_left"] == 11.25
    assert named["down_down_left"] == 22.5
    assert named["down_left_toward_down"] == 33.75
    assert named["down_left_toward_left"] == 56.25
    assert named["left_down_left"] == 67.5
    assert named["left_toward_down"] == 78.75
