import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.rendering.camera import (
    Orthographic,
    Perspective,
    Projection,
    frame_subject,
    project,
    toward_viewer,
)
from toolkit.rendering.view import View, rotation

angles = st.floats(-720, 720)


@given(angles, st.floats(-90, 90))
def test_the_axes_of_a_view_are_a_right_handed_frame(azimuth: float, elevation: float):
    turn = rotation(View(azimuth=azimuth, elevation=elevation))
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(np.cross(turn[0], turn[1]), turn[2], atol=1e-12)


@pytest.mark.parametrize(
    ("azimuth", "front"), [(0, (0, 0)), (90, (-1, 0)), (180, (0, 0)), (270, (1, 0))]
)
def test_azimuth_90_shows_the_front_on_the_left(azimuth: float, front: tuple[float, float]):
    seen = rotation(View(azimuth=azimuth)) @ np.array([0.0, 0.0, 1.0])
    np.testing.assert_allclose(seen[:2], front, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**31),
    st.sampled_from([Orthographic(), Perspective(field_of_view=20), Perspective(field_of_view=90)]),
    st.lists(st.floats(-90, 90), min_size=1, max_size=3),
)
def test_every_view_holds_the_subject_and_keeps_its_ground_point(
    seed: int, projection: Projection, elevations: list[float]
):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(50, 3)) * rng.uniform(0.1, 10, 3) + rng.normal(size=3) * 5
    low, high = points.min(0), points.max(0)
    anchor = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    framing = frame_subject(
        points, anchor=anchor, elevations=elevations, projection=projection, width=200, height=150,
        border=3,
    )  # fmt: skip
    for azimuth in np.linspace(0, 360, 25):
        for elevation in elevations:
            view = View(azimuth=float(azimuth), elevation=elevation)
            x, y, _ = project(points, view, framing).T
            assert x.min() > 2.8
            assert x.max() < 197.2
            assert y.min() > 2.8
            assert y.max() < 147.2
            ground = project(anchor, view, framing)
            np.testing.assert_allclose(ground[:2], framing.anchor_pixel, atol=1e-6)


def test_the_subject_fills_the_room_it_has():
    rod = np.array([[-2.0, 0, 0], [2, 0, 0], [0, 1, 0]])
    framing = frame_subject(
        rod, anchor=np.zeros(3), elevations=(0.0,), projection=Orthographic(), width=100,
        height=100, border=10,
    )  # fmt: skip
    assert framing.scale == pytest.approx(20.0)
    assert framing.anchor_pixel == pytest.approx((50.0, 60.0))
    assert framing.pivot == pytest.approx((0.5, 0.6))


def test_a_given_scale_is_taken():
    points = np.random.default_rng(0).normal(size=(20, 3))
    framing = frame_subject(
        points, anchor=np.zeros(3), elevations=(20.0,), projection=Orthographic(), width=64,
        height=64, scale=7.5,
    )  # fmt: skip
    assert framing.scale == 7.5
    step = project(np.array([[1.0, 0, 0], [0, 0, 0]]), View(azimuth=0), framing)
    np.testing.assert_allclose(step[0, :2] - step[1, :2], [7.5, 0])


@pytest.mark.parametrize("projection", [Orthographic(), Perspective(field_of_view=40)])
def test_nearness_turns_back_into_units(projection: Projection):
    points = np.random.default_rng(1).normal(size=(30, 3))
    framing = frame_subject(
        points, anchor=np.zeros(3), elevations=(0.0,), projection=projection, width=64, height=64
    )
    near = project(points, View(azimuth=0), framing)[:, 2]
    np.testing.assert_allclose(toward_viewer(near, framing), points[:, 2] - framing.center[2])


def test_nearer_things_are_larger_in_perspective():
    points = np.array([[-1.0, -1, 1], [1, 1, 1], [-1, -1, -1], [1, 1, -1]])
    framing = frame_subject(
        points, anchor=np.zeros(3), elevations=(0.0,), projection=Perspective(), width=64, height=64
    )
    x = project(points, View(azimuth=0), framing)[:, 0]
    eye = framing.distance
    assert (x[1] - x[0]) / (x[3] - x[2]) == pytest.approx((eye + 1) / (eye - 1))
