import numpy as np

from tests.rendering.meshes import cube, draw, sphere, unit_frame
from toolkit.rendering.passes import object_colors, pass_pixels
from toolkit.rendering.view import View
from toolkit.turntable_request import PASSES

FRONT = View(azimuth=0)


def test_all_passes_share_one_alpha_and_are_empty_outside():
    frame, framing = draw(sphere(4), unit_frame(32), samples=2), unit_frame(32)
    for name in PASSES:
        pixels = pass_pixels(frame, name, FRONT, framing)
        assert pixels.dtype == np.uint8
        np.testing.assert_array_equal(pixels[..., 3], frame.rgba[..., 3])
        assert not pixels[pixels[..., 3] == 0].any()


def test_a_face_to_the_viewer_is_128_128_255():
    frame = draw(cube(), unit_frame(32), azimuth=90)
    assert pass_pixels(frame, "normal", View(azimuth=90), unit_frame(32))[16, 16].tolist() == [
        128, 128, 255, 255,
    ]  # fmt: skip


def test_world_normals_stay_with_the_mesh():
    for azimuth, expected in ((0, [128, 128, 255]), (90, [255, 128, 128]), (180, [128, 128, 0])):
        view = View(azimuth=azimuth)
        frame = draw(cube(), unit_frame(32), azimuth=azimuth)
        pixels = pass_pixels(frame, "world_normal", view, unit_frame(32))
        assert pixels[16, 16, :3].tolist() == expected


def test_depth_is_white_in_front():
    """The framing's ball has the radius 2, the cube's front stands 0.5 before its middle."""
    frame = draw(cube(), unit_frame(32))
    assert pass_pixels(frame, "depth", FRONT, unit_frame(32))[16, 16].tolist() == [
        159, 159, 159, 255,
    ]  # fmt: skip


def test_objects_have_colours_that_differ():
    colors = object_colors(200)
    assert len(np.unique(colors, axis=0)) == 200
    apart = np.abs(colors[1:].astype(int) - colors[:-1]).max(1)
    assert apart.min() > 60
