import numpy as np

from tests.rendering.meshes import draw, from_arrays, quads, sphere, unit_frame
from toolkit.rendering.mesh import Material
from toolkit.rendering.outline import Outline, outlined

BLUE = Outline(width=2, color=(0, 0, 255))
WHITE = Material(base=(1.0, 1.0, 1.0, 1.0))


def test_the_line_grows_outwards_and_the_figure_keeps_its_pixels():
    positions, faces = quads((-0.5, -0.5, 0.5, 0.5, 0.0))
    frame = draw(from_arrays(positions, faces, material=WHITE), unit_frame(32))
    lined = outlined(frame, BLUE, radius=1.0)
    inside = frame.rgba[..., 3] == 255
    np.testing.assert_array_equal(lined.rgba[inside], frame.rgba[inside])
    added = (lined.rgba[..., 3] > 0) & ~inside
    assert (lined.rgba[added] == (0, 0, 255, 255)).all()
    assert added.sum() == 4 * 2 * 16 + 4 * 3  # the corners of the square are rounded


def test_passes_under_the_line_belong_to_the_shape():
    positions, faces = quads((-0.5, -0.5, 0.5, 0.5, 0.25))
    lined = outlined(
        draw(from_arrays(positions, faces, material=WHITE), unit_frame(32)), BLUE, radius=1.0
    )
    np.testing.assert_array_equal(lined.objects >= 0, lined.rgba[..., 3] > 0)
    np.testing.assert_allclose(lined.depth[lined.objects >= 0], 0.25)
    np.testing.assert_allclose(lined.normal[lined.objects >= 0][:, 2], 1.0)


def test_a_part_far_before_another_gets_a_line_on_it():
    positions, faces = quads((-0.25, -0.25, 0.25, 0.25, 0.5), (-1, -1, 1, 1, -0.5))
    frame = draw(from_arrays(positions, faces, material=WHITE), unit_frame(32))
    lined = outlined(frame, BLUE, radius=1.0)
    assert (lined.rgba[12:20, 10:12] == (0, 0, 255, 255)).all()
    assert (lined.rgba[12:20, 12] == (255, 255, 255, 255)).all()
    near = outlined(frame, BLUE, radius=100.0)
    assert (near.rgba[..., :3] == 255).all()


def test_a_smooth_edge_stays_smooth_outside():
    frame = draw(sphere(4), unit_frame(48), samples=4)
    lined = outlined(frame, Outline(width=1), radius=1.0)
    assert lined.rgba[..., 3].sum() > frame.rgba[..., 3].sum()
    soft = (lined.rgba[..., 3] > 0) & (lined.rgba[..., 3] < 255)
    assert soft.any()
