import numpy as np
import trimesh

from toolkit.rendering.normals import corner_angles, creased_normals, face_normals, same_places


def arrays(shape: trimesh.Trimesh) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(shape.vertices, np.float64), np.asarray(shape.faces, np.int32)


def test_a_smooth_shape_is_smooth_even_when_its_corners_are_stored_apart():
    positions, faces = arrays(trimesh.creation.icosphere(subdivisions=4))
    apart = positions[faces.ravel()]
    normals, indices = creased_normals(apart, np.arange(len(apart), dtype=np.int32).reshape(-1, 3))
    np.testing.assert_allclose(normals[indices].reshape(-1, 3), apart, atol=4e-3)


def test_a_cube_keeps_its_edges():
    positions, faces = arrays(trimesh.creation.box((1, 2, 3)))
    normals, indices = creased_normals(positions, faces)
    flat, areas = face_normals(positions, faces)
    np.testing.assert_allclose(normals[indices], flat[:, None].repeat(3, 1), atol=1e-6)
    assert areas.sum() == 2 * (2 + 3 + 6)


def test_a_cylinder_is_round_at_its_side_and_flat_at_its_ends():
    positions, faces = arrays(trimesh.creation.cylinder(radius=1, height=2, sections=48))
    normals, indices = creased_normals(positions, faces)
    flat, _ = face_normals(positions, faces)
    side = np.abs(flat[:, 2]) < 0.5
    np.testing.assert_allclose(np.abs(normals[indices[~side]][..., 2]), 1, atol=1e-6)
    around = positions[faces[side]] * [1, 1, 0]
    np.testing.assert_allclose(normals[indices[side]], around, atol=2e-3)


def test_angles_of_a_right_triangle():
    positions = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    angles = corner_angles(positions, np.array([[0, 1, 2]], np.int32))
    np.testing.assert_allclose(np.degrees(angles), [[90, 45, 45]])


def test_equal_places_share_a_number():
    places = same_places(np.array([[0.0, 1, 2], [3, 4, 5], [0, 1, 2], [0, 1, 3]]))
    assert places[0] == places[2]
    assert len(set(places.tolist())) == 3


def test_a_triangle_without_area_has_normal_zero_and_harms_nobody():
    positions = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0.5, 0, 0]])
    faces = np.array([[0, 1, 2], [0, 3, 1]], np.int32)
    normals, indices = creased_normals(positions, faces)
    np.testing.assert_allclose(normals[indices[0]], [[0, 0, 1]] * 3, atol=1e-6)
    assert np.isfinite(normals).all()
