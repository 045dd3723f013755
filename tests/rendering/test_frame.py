"""Frames against what geometry says they must show."""

import numpy as np
import pytest
import trimesh

from tests.rendering.meshes import (
    as_mesh,
    cube,
    draw,
    from_arrays,
    quads,
    sphere,
    square_frame,
    unit_frame,
)
from toolkit.rendering.camera import Orthographic, Perspective, Projection, project
from toolkit.rendering.lights import UNLIT, Light, Lighting
from toolkit.rendering.mesh import Material
from toolkit.rendering.surface import to_linear
from toolkit.rendering.view import View, rotation

SIDE = 96


def pixel_middles(side: int) -> tuple[np.ndarray, np.ndarray]:
    """x right and y up of each pixel of ``unit_frame``."""
    y, x = np.mgrid[0:side, 0:side] + 0.5
    return x / side * 2 - 1, 1 - y / side * 2


def test_a_sphere_covers_the_area_of_its_disc():
    ball = sphere(6)
    framing = square_frame(ball, SIDE, border=2)
    frame = draw(ball, framing, samples=4)
    assert framing.scale == pytest.approx((SIDE - 4) / 2, rel=1e-3)
    area = frame.rgba[..., 3].sum() / 255
    assert area == pytest.approx(np.pi * framing.scale**2, rel=5e-4)


def test_a_sphere_has_its_own_points_as_normals_and_depth():
    frame = draw(sphere(6), unit_frame(SIDE))
    x, y = pixel_middles(SIDE)
    inside = np.hypot(x, y) < 0.97
    z = np.sqrt(np.maximum(1 - x * x - y * y, 0))
    np.testing.assert_allclose(frame.normal[inside], np.stack([x, y, z], -1)[inside], atol=0.02)
    np.testing.assert_allclose(frame.depth[inside], z[inside], atol=2e-3)


@pytest.mark.parametrize(
    ("azimuth", "elevation"), [(0, 0), (90, 0), (180, 0), (270, 0), (0, 90), (0, -90)]
)
def test_a_cube_seen_straight_shows_one_flat_face(azimuth: float, elevation: float):
    frame = draw(cube(), unit_frame(40), azimuth=azimuth, elevation=elevation)
    np.testing.assert_array_equal(frame.rgba[10:30, 10:30, 3], 255)
    assert frame.rgba[..., 3].sum() == 255 * 20 * 20
    np.testing.assert_allclose(frame.normal[10:30, 10:30], [[[0, 0, 1.0]] * 20] * 20, atol=1e-6)
    np.testing.assert_allclose(frame.depth[10:30, 10:30], 0.5, atol=1e-6)


def test_a_cube_seen_on_edge_shows_two_faces_at_45_degrees():
    frame = draw(cube(), unit_frame(40), azimuth=45)
    root = np.sqrt(0.5)
    np.testing.assert_allclose(frame.normal[20, 10], [-root, 0, root], atol=1e-6)
    np.testing.assert_allclose(frame.normal[20, 29], [root, 0, root], atol=1e-6)


def hits(shape: trimesh.Trimesh, starts: np.ndarray, ways: np.ndarray) -> np.ndarray:
    """Distance to the first triangle on each ray, inf without one (Moeller and Trumbore, 1997)."""
    corners = np.asarray(shape.triangles)
    edges = corners[:, 1:] - corners[:, :1]
    nearest = np.full(len(starts), np.inf)
    for number, (start, way) in enumerate(zip(starts, ways, strict=True)):
        p = np.cross(way, edges[:, 1])
        scale = np.einsum("ij,ij->i", edges[:, 0], p)
        with np.errstate(divide="ignore", invalid="ignore"):
            offset = start - corners[:, 0]
            u = np.einsum("ij,ij->i", offset, p) / scale
            q = np.cross(offset, edges[:, 0])
            v = q @ way / scale
            t = np.einsum("ij,ij->i", edges[:, 1], q) / scale
            inside = (u >= 0) & (v >= 0) & (u + v <= 1)
        nearest[number] = t[inside].min(initial=np.inf)
    return nearest


@pytest.mark.parametrize("projection", [Orthographic(), Perspective(field_of_view=50)])
def test_silhouette_and_depth_are_those_of_ray_casting(projection: Projection):
    shape = trimesh.creation.torus(0.7, 0.25, major_sections=18, minor_sections=9)
    shape.apply_transform(trimesh.transformations.rotation_matrix(0.7, (1, 0.4, 0.2)))
    mesh = as_mesh(shape)
    framing = square_frame(mesh, 48, projection=projection)
    frame = draw(mesh, framing, azimuth=30, elevation=20)
    right, up, toward = rotation(View(azimuth=30, elevation=20))
    y, x = np.mgrid[0:48, 0:48] + 0.5
    across = (x.ravel() - framing.anchor_pixel[0]) / framing.scale
    above = (framing.anchor_pixel[1] - y.ravel()) / framing.scale
    plane = across[:, None] * right + above[:, None] * up
    eye = toward * (framing.distance or 10.0)
    starts = np.broadcast_to(eye, plane.shape) if framing.distance else plane + eye
    ways = plane - eye if framing.distance else np.broadcast_to(-eye, plane.shape)
    distance = hits(shape, starts, ways).reshape(48, 48)
    np.testing.assert_array_equal(frame.objects >= 0, np.isfinite(distance))
    seen = np.isfinite(distance)
    depth = np.linalg.norm(eye) * (1 - distance[seen])
    np.testing.assert_allclose(frame.depth[seen], depth, atol=1e-4)


def test_a_sphere_in_perspective_is_as_large_as_its_cone():
    ball = sphere(6)
    framing = square_frame(ball, SIDE, projection=Perspective(field_of_view=60))
    frame = draw(ball, framing, samples=3)
    assert framing.distance == pytest.approx(2.0)
    radius = framing.scale * framing.distance * np.tan(np.arcsin(1 / framing.distance))
    assert radius == pytest.approx(SIDE / 2, rel=2e-3)
    assert frame.rgba[..., 3].sum() / 255 == pytest.approx(np.pi * radius**2, rel=1e-3)


def test_supersampled_alpha_is_the_mean_of_a_larger_picture():
    shape = as_mesh(trimesh.creation.cone(radius=0.6, height=1.2))
    large = draw(shape, unit_frame(96), azimuth=20, elevation=10).rgba[..., 3] / 255
    small = draw(shape, unit_frame(32), azimuth=20, elevation=10, samples=3).rgba[..., 3]
    np.testing.assert_array_equal(small, np.rint(large.reshape(32, 3, 32, 3).mean((1, 3)) * 255))


def test_plain_colours_come_out_exactly():
    for level in range(256):
        value = float(to_linear(np.array(level / 255.0)))
        material = Material(base=(value, value, 1.0, 1.0))
        frame = draw(cube(material), unit_frame(16), samples=2)
        assert frame.rgba[8, 8].tolist() == [level, level, 255, 255]


def test_light_follows_lambert_and_the_holder():
    sun = Light(direction=(0.0, 0.0, 1.0), strength=0.5)
    material = Material(base=(1.0, 1.0, 1.0, 1.0))
    held = Lighting(lights=(sun,), ambient=0.1, holder="camera")
    lit = draw(cube(material), unit_frame(16), azimuth=90, lighting=held)
    turned = draw(
        cube(material), unit_frame(16), azimuth=90,
        lighting=Lighting(lights=(sun,), ambient=0.1, holder="subject"),
    )  # fmt: skip
    assert to_linear(lit.rgba[8, 8, :1] / 255)[0] == pytest.approx(0.6, abs=0.005)
    assert to_linear(turned.rgba[8, 8, :1] / 255)[0] == pytest.approx(0.1, abs=0.005)
    tilted = draw(cube(material), unit_frame(40), azimuth=45, lighting=held)
    expected = 0.1 + 0.5 * np.sqrt(0.5)
    assert to_linear(tilted.rgba[20, 10, :1] / 255)[0] == pytest.approx(expected, abs=0.005)


def test_toon_shading_has_so_many_tones():
    sun = Light(direction=(0.3, 0.5, 0.8), strength=1.0)
    frame = draw(sphere(5), unit_frame(64), lighting=Lighting(lights=(sun,), bands=3))
    tones = np.unique(frame.rgba[frame.rgba[..., 3] > 0][:, 0])
    assert len(tones) == 3


def red_before_blue(mode: str, alpha: float) -> np.ndarray:
    """The middle pixel of a red square before a blue one."""
    positions, faces = quads((-1, -1, 1, 1, 0.5), (-1, -1, 1, 1, -0.5))
    materials = (
        Material(base=(1.0, 0.0, 0.0, alpha), alpha_mode=mode),  # type: ignore[arg-type]
        Material(base=(0.0, 0.0, 1.0, 1.0)),
    )
    owners = np.array([0, 0, 1, 1], np.int32)
    mesh = from_arrays(positions, faces, materials=materials, face_materials=owners)
    return draw(mesh, unit_frame(16), samples=2).rgba[8, 8]


def test_what_is_see_through_lets_the_light_behind_it_through():
    half = int(np.rint(255 * (1.055 * 0.5 ** (1 / 2.4) - 0.055)))
    assert red_before_blue("blend", 0.5).tolist() == [half, 0, half, 255]
    assert red_before_blue("opaque", 0.5).tolist() == [255, 0, 0, 255]
    assert red_before_blue("mask", 0.4).tolist() == [0, 0, 255, 255]
    assert red_before_blue("mask", 0.6).tolist() == [255, 0, 0, 255]


def test_glass_alone_keeps_its_colour_and_opacity():
    positions, faces = quads((-1, -1, 1, 1, 0.0))
    material = Material(base=(1.0, 0.0, 0.0, 0.4), alpha_mode="blend")
    frame = draw(from_arrays(positions, faces, material=material), unit_frame(16))
    assert frame.rgba[8, 8].tolist() == [255, 0, 0, 102]
    assert frame.objects[8, 8] == 0
    np.testing.assert_allclose(frame.normal[8, 8], [0, 0, 1], atol=1e-6)


def test_glow_needs_no_light():
    dark = Lighting(lights=(), ambient=0.0)
    material = Material(base=(0.0, 0.0, 0.0, 1.0), emission=(0.0, 1.0, 0.0))
    assert draw(cube(material), unit_frame(16), lighting=dark).rgba[8, 8].tolist() == [
        0, 255, 0, 255,
    ]  # fmt: skip
    plain = Material(base=(1.0, 0.0, 0.0, 1.0), unlit=True)
    assert draw(cube(plain), unit_frame(16), lighting=dark).rgba[8, 8, 0] == 255


def test_vertex_colours_run_from_corner_to_corner():
    positions, faces = quads((-1, -1, 1, 1, 0.0))
    colors = np.array([[0, 0, 0, 1], [1, 0, 0, 1], [1, 0, 0, 1], [0, 0, 0, 1]], np.float32)
    white = Material(base=(1.0, 1.0, 1.0, 1.0))
    frame = draw(from_arrays(positions, faces, material=white, colors=colors), unit_frame(16))
    ramp = to_linear(frame.rgba[8, :, 0] / 255)
    np.testing.assert_allclose(ramp, (np.arange(16) + 0.5) / 16, atol=0.005)


def textured(
    texture: np.ndarray, projection: Projection, side: int, *, tilt: float = 0.0
) -> np.ndarray:
    positions, faces = quads((-1, -1, 1, 1, 0.0))
    c, s = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    positions = positions @ np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
    uvs = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    material = Material(base=(1.0, 1.0, 1.0, 1.0), base_texture=texture)
    mesh = from_arrays(positions, faces, material=material, uvs=uvs)
    framing = (
        unit_frame(side)
        if projection == Orthographic()
        else square_frame(mesh, side, projection=projection)
    )
    return draw(mesh, framing).rgba


def test_a_texture_lies_upright_and_its_texels_stay_square():
    texture = np.random.default_rng(0).integers(0, 256, (8, 8, 4)).astype(np.uint8)
    texture[..., 3] = 255
    np.testing.assert_array_equal(
        textured(texture, Orthographic(), 64), texture.repeat(8, 0).repeat(8, 1)
    )


def test_a_far_texture_is_averaged():
    board = np.indices((64, 64)).sum(0) % 2 * 255
    texture = np.stack([board, board, board, np.full_like(board, 255)], -1).astype(np.uint8)
    seen = textured(texture, Orthographic(), 8)
    assert np.ptp(seen[..., 0].astype(int)) <= 1
    assert 100 < seen[4, 4, 0] < 200


def test_textures_are_true_in_perspective():
    """Half the texture's height lies above the middle only after the division by depth."""
    ramp = np.linspace(0, 255, 256).round().astype(np.uint8)
    texture = np.empty((256, 4, 4), np.uint8)
    texture[..., :3], texture[..., 3] = ramp[:, None, None], 255
    lens = Perspective(field_of_view=60)
    seen = textured(texture, lens, 128, tilt=60)
    rows = np.flatnonzero(seen[:, 64, 3])
    positions, _ = quads((-1, -1, 1, 1, 0.0))
    c, s = np.cos(np.radians(60)), np.sin(np.radians(60))
    turn = np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
    framing = square_frame(from_arrays(positions @ turn, quads((-1, -1, 1, 1, 0))[1]), 128,
                           projection=lens)  # fmt: skip
    heights = np.linspace(-1, 1, 2001)
    line = np.stack([np.zeros(2001), heights, np.zeros(2001)], 1) @ turn
    screen = project(line, View(azimuth=0), framing)[:, 1]
    expected = np.interp(rows + 0.5, screen[::-1], (1 - heights[::-1]) / 2 * 255)
    assert np.abs(seen[rows, 64, 0] - expected).max() < 2.5


def test_hidden_pixels_are_empty_in_every_way():
    frame = draw(cube(), unit_frame(32), samples=2)
    empty = frame.rgba[..., 3] == 0
    assert empty.any()
    assert not frame.rgba[empty].any()
    assert not frame.normal[empty].any()
    assert not frame.depth[empty].any()
    assert (frame.objects[empty] == -1).all()


def test_the_same_view_gives_the_same_bytes():
    mesh = sphere(4)
    first, again = (draw(mesh, unit_frame(48), azimuth=33, samples=2) for _ in range(2))
    np.testing.assert_array_equal(first.rgba, again.rgba)
    np.testing.assert_array_equal(first.normal, again.normal)


def test_what_lies_outside_the_picture_is_cut():
    positions, faces = quads((-9, -9, 9, 9, 0.0), (3, 3, 4, 4, 0.5))
    frame = draw(from_arrays(positions, faces), unit_frame(16), lighting=UNLIT)
    assert (frame.rgba[..., 3] == 255).all()
