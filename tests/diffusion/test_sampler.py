import numpy as np
import pytest

from toolkit.diffusion.noise import gaussian
from toolkit.diffusion.sampler import KnownFrames, Walk, sample
from toolkit.diffusion.schedule import flow_sigmas
from toolkit.errors import JobCancelled
from toolkit.messages import SAMPLERS, SamplerName

SHAPE = (2, 4, 8, 8)
MEAN, DEVIATION = 0.3, 0.5


def gaussian_denoiser(x: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """The exact posterior mean of clean ~ N(0.3, 0.5^2) under the rectified flow."""
    s = sigma[:, None, None, None]
    keep = 1 - s
    gain = keep * DEVIATION**2 / (keep**2 * DEVIATION**2 + s**2)
    return (MEAN + gain * (x - keep * MEAN)).astype(np.float32)


def start() -> np.ndarray:
    return gaussian(SHAPE, seed=3)


def no_noise(index: int) -> np.ndarray:
    return gaussian(SHAPE, seed=3, stream=index + 1)


@pytest.mark.parametrize("name", ["euler", "unipc"])
def test_a_known_gaussian_is_transported_exactly(name: SamplerName):
    """The flow of a Gaussian is x -> mean + deviation * x, and many steps must reach it."""
    walk = Walk(denoiser=gaussian_denoiser, sigmas=flow_sigmas(400))
    made = sample(name, walk, start(), noise=no_noise)
    np.testing.assert_allclose(made, MEAN + DEVIATION * start(), atol=0.02)


def test_unipc_needs_fewer_steps_than_euler():
    def error(name: SamplerName) -> float:
        walk = Walk(denoiser=gaussian_denoiser, sigmas=flow_sigmas(10))
        made = sample(name, walk, start(), noise=no_noise)
        return float(np.abs(made - MEAN - DEVIATION * start()).mean())

    assert error("unipc") < error("euler") / 3


def test_lcm_ends_at_the_prediction_and_noises_again_to_the_next_sigma():
    """Against a constant answer each step starts from ``(1 - sigma) * answer + sigma * noise``."""
    seen: list[np.ndarray] = []

    def denoiser(x: np.ndarray, sigma: np.ndarray) -> np.ndarray:
        seen.append(x)
        return np.full_like(x, 0.5)

    walk = Walk(denoiser=denoiser, sigmas=flow_sigmas(4))
    made = sample("lcm", walk, start(), noise=no_noise)
    np.testing.assert_array_equal(made, np.full_like(made, 0.5))
    for index, sigma in enumerate((0.75, 0.5, 0.25)):
        expected = (1 - sigma) * 0.5 + sigma * no_noise(index)
        np.testing.assert_allclose(seen[index + 1], expected, atol=1e-6)


@pytest.mark.parametrize("name", SAMPLERS)
def test_one_step_is_the_first_prediction(name: SamplerName):
    walk = Walk(denoiser=gaussian_denoiser, sigmas=flow_sigmas(1))
    made = sample(name, walk, start(), noise=no_noise)
    np.testing.assert_allclose(made, gaussian_denoiser(start(), np.ones(2)), atol=1e-5)


@pytest.mark.parametrize("name", SAMPLERS)
def test_pixels_stay_single_precision(name: SamplerName):
    walk = Walk(denoiser=gaussian_denoiser, sigmas=flow_sigmas(3))
    assert sample(name, walk, start(), noise=no_noise).dtype == np.float32


@pytest.mark.parametrize("name", SAMPLERS)
def test_given_frames_are_told_to_be_clean_and_come_out_untouched(name: SamplerName):
    clean = np.full(SHAPE, 0.25, np.float32)
    known = KnownFrames(mask=np.array([True, False]), clean=clean)
    told: list[np.ndarray] = []

    def denoiser(x: np.ndarray, sigma: np.ndarray) -> np.ndarray:
        told.append(sigma.copy())
        np.testing.assert_array_equal(x[0], clean[0])
        return gaussian_denoiser(x, sigma)

    walk = Walk(denoiser=denoiser, sigmas=flow_sigmas(5), known=known)
    made = sample(name, walk, start(), noise=no_noise)
    np.testing.assert_array_equal(made[0], clean[0])
    assert all(sigma[0] == 0 and sigma[1] > 0 for sigma in told)


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_step_is_reported_and_cancel_stops_between_two(name: SamplerName):
    steps: list[tuple[int, int]] = []
    walk = Walk(
        denoiser=gaussian_denoiser,
        sigmas=flow_sigmas(6),
        on_step=lambda step, total, _: steps.append((step, total)),
        cancelled=lambda: len(steps) == 3,
    )
    with pytest.raises(JobCancelled, match="3 of 6"):
        sample(name, walk, start(), noise=no_noise)
    assert steps == [(1, 6), (2, 6), (3, 6)]
