import math

import numpy as np
import pytest

from toolkit.evaluation.metrics import (
    binary_alpha_ratio,
    edge_sharpness,
    flicker,
    frechet_distance,
    loop_closure,
    matched_flicker,
    mean_of,
    motion_energy,
    premultiplied,
    psnr,
)


def square(at: int, *, side: int = 16, color: tuple[int, int, int, int] = (255, 0, 0, 255)):
    frame = np.zeros((side, side, 4), np.uint8)
    frame[4:12, at : at + 4] = color
    return frame


def test_premultiplied_hides_the_colour_of_empty_pixels():
    frames = np.array([255, 128, 0, 0], np.uint8).reshape(1, 1, 1, 4)
    assert not premultiplied(frames).any()


def test_a_step_counts_its_height_and_a_ramp_its_slope():
    hard = np.zeros((1, 8, 8, 4), np.uint8)
    hard[:, :, 4:, 3] = 255
    soft = np.zeros((1, 8, 8, 4), np.uint8)
    soft[..., 3] = np.array([0, 0, 51, 102, 153, 204, 255, 255], np.uint8)
    assert edge_sharpness(hard).silhouette == pytest.approx(1.0)
    assert edge_sharpness(soft).silhouette == pytest.approx(0.2)


def test_inner_edges_are_those_between_two_solid_pixels():
    frames = np.zeros((1, 8, 8, 4), np.uint8)
    frames[:, 2:6, 2:6] = (255, 255, 255, 255)
    assert math.isnan(edge_sharpness(frames).inner)
    frames[:, 2:6, 4:6, :3] = 0
    assert edge_sharpness(frames).inner == pytest.approx(1.0)


def test_sharpness_does_not_depend_on_the_number_of_edges():
    one, two = np.zeros((2, 1, 8, 16, 4), np.uint8)
    one[:, :, 4:8, 3] = 255
    two[:, :, 4:8, 3] = two[:, :, 10:13, 3] = 255
    assert edge_sharpness(one).silhouette == edge_sharpness(two).silhouette


def test_binary_alpha_counts_only_pixels_that_are_not_empty():
    frames = np.zeros((1, 2, 4, 4), np.uint8)
    frames[0, 0, :, 3] = (255, 240, 128, 15)
    assert binary_alpha_ratio(frames) == pytest.approx(0.75)
    assert math.isnan(binary_alpha_ratio(np.zeros_like(frames)))


def test_psnr_of_a_known_error_and_of_equals():
    black, gray = np.zeros((2, 1, 4, 4, 4), np.uint8)
    black[..., 3] = gray[..., 3] = 255
    gray[..., :3] = 51
    expected = -10 * math.log10(0.75 * 0.2**2)
    assert psnr(gray, black) == pytest.approx(expected, abs=1e-4)
    assert psnr(gray, gray) == 60


def test_a_loop_closes_when_its_last_step_is_like_the_others():
    around = np.stack([square(at) for at in (0, 4, 8, 12)])
    assert loop_closure(np.stack([square(at) for at in (4, 8, 4, 8)])) == pytest.approx(1)
    assert loop_closure(around) == pytest.approx(1)
    drift = np.stack([square(at) for at in (0, 1, 2, 3)])
    assert loop_closure(drift) == pytest.approx(3)
    assert math.isnan(loop_closure(np.stack([square(0)] * 4)))


def test_flicker_is_the_change_of_a_surface_and_not_its_motion():
    moving = np.stack([square(at) for at in (0, 4, 8)])
    assert math.isnan(flicker(moving))  # no pixel is solid twice
    still = np.stack([square(4, color=(level, 100, 0, 255)) for level in (100, 110, 100, 200)])
    assert flicker(still[:3]) == pytest.approx(10 / 4)
    assert flicker(still) == pytest.approx(10 / 4)  # a change by 100 is another surface
    assert flicker(np.stack([square(4)] * 3)) == 0


def test_matched_flicker_looks_only_where_the_reference_stands_still():
    real = np.stack([square(at) for at in (0, 4, 8)])
    assert matched_flicker(real, real) == 0
    made = real.copy()
    made[1, 0, 0] = (255, 255, 255, 255)
    static = 16 * 16 - 8 * 12
    assert matched_flicker(made, real) == pytest.approx(255 / static)


def test_motion_energy_of_one_pixel_that_blinks():
    frames = np.zeros((3, 4, 4, 4), np.uint8)
    frames[1, 0, 0] = 255
    assert motion_energy(frames) == pytest.approx(255 / 16)


def test_mean_of_leaves_out_what_is_not_a_number():
    assert mean_of([1.0, float("nan"), 3.0]) == 2.0
    assert math.isnan(mean_of([float("nan")]))


def test_frechet_distance_of_known_gaussians():
    rng = np.random.default_rng(0)
    base = rng.standard_normal((4000, 3)).astype(np.float32)
    base = (base - base.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(base.T))).T
    scale, shift = np.array([2.0, 1.0, 3.0]), np.array([1.0, -2.0, 0.0])
    other = (base * scale + shift).astype(np.float32)
    expected = 5 + (1 + 0 + 4)
    assert frechet_distance(base.astype(np.float32), other) == pytest.approx(expected, rel=1e-4)
    assert frechet_distance(other, other) == pytest.approx(0, abs=1e-6)
