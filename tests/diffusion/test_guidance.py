import numpy as np

from toolkit.diffusion.guidance import guided


def branches(x: np.ndarray, sigma: np.ndarray, count: int) -> np.ndarray:
    """Predicts 3 with the prompt and 1 without."""
    return np.stack([np.full_like(x, value) for value in (3.0, 1.0)[:count]])


def ask(scale: float, sigma: float) -> float:
    x = np.zeros((2, 4, 1, 1), np.float32)
    return float(guided(branches, scale)(x, np.full(2, sigma, np.float32)).mean())


def test_guidance_leans_away_from_the_unconditional_prediction():
    assert ask(2.5, 0.5) == 1 + 2.5 * 2


def test_it_leans_further_where_detail_is_decided():
    assert ask(2.5, 0.49) == 1 + 4 * 2
    assert ask(1, 0.49) == 3


def test_guidance_is_off_at_scale_one_and_outside_its_interval():
    assert ask(1, 0.5) == ask(2.5, 1.0) == ask(2.5, 0.05) == 3


def test_inside_its_interval_one_run_serves_both_branches():
    counts: list[int] = []

    def predict(x: np.ndarray, sigma: np.ndarray, count: int) -> np.ndarray:
        counts.append(count)
        return branches(x, sigma, count)

    denoise = guided(predict, 2.0, interval=(0.25, 0.75))
    for sigma in (1.0, 0.75, 0.5, 0.25, 0.125):
        denoise(np.zeros((1, 4, 1, 1), np.float32), np.full(1, sigma, np.float32))
    assert counts == [1, 2, 1, 2, 1]


def test_between_two_steps_the_change_of_the_prompt_stands():
    calls = iter(((3.0, 1.0), (5.0,), (4.0, 1.0)))

    def predict(x: np.ndarray, sigma: np.ndarray, count: int) -> np.ndarray:
        return np.stack([np.full_like(x, value) for value in next(calls)])

    denoise = guided(predict, 2.0)
    made = [
        float(denoise(np.zeros((1, 4, 1, 1), np.float32), np.full(1, 0.6, np.float32)).mean())
        for _ in range(3)
    ]
    assert made == [3 + 2, 5 + 2, 4 + 3]


def test_with_every_one_each_leaning_step_asks_both_branches():
    counts: list[int] = []

    def predict(x: np.ndarray, sigma: np.ndarray, count: int) -> np.ndarray:
        counts.append(count)
        return branches(x, sigma, count)

    denoise = guided(predict, 2.0, every=1)
    for sigma in (0.9, 0.8, 0.7):
        denoise(np.zeros((1, 4, 1, 1), np.float32), np.full(1, sigma, np.float32))
    assert counts == [2, 2, 2]


def test_the_noisiest_frame_decides():
    x = np.zeros((2, 4, 1, 1), np.float32)
    made = guided(branches, 2.0)(x, np.array([0.0, 0.5], np.float32))
    np.testing.assert_array_equal(made, np.full_like(x, 5))
