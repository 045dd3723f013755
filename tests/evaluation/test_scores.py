import math

import numpy as np
import pytest

from toolkit.evaluation.attributes import HEADS, NOT_ASKED
from toolkit.evaluation.scores import Asked, accuracies, color_binding, image_scores, pixel_scores


def certain(answers: list[int], size: int) -> np.ndarray:
    logs = np.full((len(answers), size), np.log(0.01), np.float32)
    logs[np.arange(len(answers)), answers] = np.log(0.9)
    return logs


def test_accuracy_counts_only_what_was_asked():
    wanted = {"a": np.array([0, 1, 2, 0]), "b": np.array([1, NOT_ASKED, NOT_ASKED, 1])}
    guesses = {"a": np.array([0, 1, 0, 0]), "b": np.array([1, 0, 0, 0])}
    assert accuracies(guesses, wanted) == {"a": 0.75, "b": 0.5, "joint": 0.5}
    some = np.array([False, True, True, False])
    assert accuracies(guesses, wanted, some) == {"a": 0.5, "joint": 0.5}


def test_binding_tells_right_from_swapped_and_skips_one_colour_prompts():
    size = len(HEADS["color"])
    wanted = {
        "color": np.array([0, 0, 3, 5, 2]),
        "second_color": np.array([1, 1, 4, 5, NOT_ASKED]),
    }
    read = {
        "color": certain([0, 1, 3, 5, 2], size),
        "second_color": certain([1, 0, 7, 5, 0], size),
    }
    binding = color_binding(read, wanted)
    assert binding.prompts == 3
    assert binding.bound == pytest.approx(1 / 3)
    assert binding.swapped == pytest.approx(1 / 3)
    assert binding.preferred == pytest.approx(2 / 3)


def test_binding_without_two_coloured_prompts_is_empty():
    wanted = {"color": np.array([0]), "second_color": np.array([NOT_ASKED])}
    read = {"color": certain([0], 12), "second_color": certain([0], 12)}
    assert math.isnan(color_binding(read, wanted).bound)


def moving_square(count: int) -> np.ndarray:
    frames = np.zeros((count, 4, 32, 32, 4), np.uint8)
    for clip in range(count):
        for at in range(4):
            frames[clip, at, 8:16, 4 + 4 * (at % 2) : 16 + 4 * (at % 2)] = (200, 90, 10, 255)
            frames[clip, at, 10:14, 10:12, :3] = 0
    return frames


def test_real_clips_score_one_against_themselves():
    real = moving_square(3)
    asked = Asked(
        answers={}, real=real, loop=np.array([True, True, False]),
        held_out=np.zeros(3, bool), reference=np.zeros((2, 2), np.float32),
    )  # fmt: skip
    scores = pixel_scores(real, asked)
    assert scores["silhouette_sharpness"] == scores["inner_sharpness"] == 1
    assert scores["loop_closure"] == pytest.approx(1)
    assert scores["binary_alpha"] == 1
    assert scores["flicker"] == 0
    soft = real.copy()
    soft[..., 3] //= 2
    assert pixel_scores(soft, asked)["silhouette_sharpness"] < 0.6


def test_a_given_frame_kept_exactly_scores_highest_and_a_still_ties_with_its_baseline():
    real = moving_square(2)
    still = np.repeat(real[:, :1], 4, axis=1)
    scores = image_scores(still, real)
    assert scores["clips"] == 2
    assert scores["first_frame_psnr"] == 60
    assert scores["later_psnr"] == scores["static_later_psnr"] < 60
    assert image_scores(real, real)["later_psnr"] == 60
