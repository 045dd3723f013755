import numpy as np
import pytest

from toolkit.evaluation.style_report import (
    feature_distance,
    kernel_distance,
    memorised,
    off_palette,
)


def pictures(count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    made = rng.integers(0, 256, (count, 64, 64, 4), dtype=np.uint8)
    made[..., 3] = 255
    return made


def flat(*color: int) -> np.ndarray:
    made = np.zeros((1, 64, 64, 4), np.uint8)
    made[:, 20:40, 20:40] = (*color, 255)
    return made


def test_colours_of_the_folder_are_not_off_its_palette():
    folder = np.concatenate([flat(255, 0, 0), flat(0, 0, 255)])
    assert off_palette(folder[:1], folder) == 0
    white_to_black = off_palette(flat(255, 255, 255), flat(0, 0, 0))
    assert white_to_black == pytest.approx(1, abs=1e-3)
    assert np.isnan(off_palette(np.zeros_like(folder), folder))


def test_the_distance_weighs_colours_by_their_pixels():
    half = flat(0, 0, 0)
    half[:, 20:30, 20:40, :3] = 255
    assert off_palette(half, flat(0, 0, 0)) == pytest.approx(0.5, abs=1e-3)


def test_kernel_distance_is_about_zero_for_one_source_and_grows_with_a_shift():
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 200, 16)).astype(np.float32)
    assert abs(kernel_distance(a, b)) < 0.02
    assert kernel_distance(a, b + 1) > kernel_distance(a, b + 0.5) > 0.1


def test_feature_distance_does_not_depend_on_the_unit_of_features():
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 200, 16)).astype(np.float32)
    assert feature_distance(30 * (a + 1), 30 * b) == pytest.approx(feature_distance(a + 1, b))
    assert 0.5 < feature_distance(a + 1, b) < 20


def test_a_copy_of_a_learned_sprite_is_memorised_and_a_new_one_is_not():
    known, unseen = pictures(4, 1), pictures(3, 2)
    assert memorised(known, known, unseen) == 1
    assert memorised(pictures(5, 3), known, unseen) == 0
    assert memorised(unseen, known, unseen) == 0
