"""Our samplers against the schedulers of diffusers, step counts short and long."""

import numpy as np
import pytest
import torch
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    FlowMatchLCMScheduler,
    UniPCMultistepScheduler,
)

from toolkit.diffusion.noise import gaussian
from toolkit.diffusion.sampler import Walk, sample
from toolkit.diffusion.schedule import flow_sigmas
from toolkit.messages import SamplerName

pytestmark = pytest.mark.parity
SHAPE = (2, 4, 8, 8)
STEPS = pytest.mark.parametrize("num_steps", [1, 2, 3, 4, 12, 20, 40])


def denoiser(x: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """A denoiser that is linear in nothing, so that a wrong order or sign shows."""
    s = sigma[:, None, None, None]
    return (np.tanh(1.5 * x + 0.3) * (1 - 0.6 * s) + 0.1 * np.sin(3 * s)).astype(np.float32)


def start() -> np.ndarray:
    return gaussian(SHAPE, seed=3)


def no_noise(index: int) -> np.ndarray:
    raise AssertionError("only LCM draws noise")


def theirs(scheduler, **extra) -> np.ndarray:
    x = torch.from_numpy(start())
    for index, timestep in enumerate(scheduler.timesteps):
        sigma = float(scheduler.sigmas[index])
        clean = denoiser(x.numpy(), np.full(SHAPE[0], sigma, np.float32))
        velocity = (x - torch.from_numpy(clean)) / sigma
        x = scheduler.step(velocity, timestep, x, return_dict=False, **extra)[0]
    return x.numpy()


def ours(name: SamplerName, sigmas: np.ndarray, noise=no_noise) -> np.ndarray:
    return sample(name, Walk(denoiser=denoiser, sigmas=sigmas), start(), noise=noise)


@STEPS
@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_the_schedule_and_euler_equal_diffusers(num_steps: int, shift: float):
    scheduler = FlowMatchEulerDiscreteScheduler(shift=shift)
    scheduler.set_timesteps(sigmas=flow_sigmas(num_steps)[:-1].tolist())
    sigmas = flow_sigmas(num_steps, shift=shift)
    np.testing.assert_allclose(scheduler.sigmas.numpy(), sigmas, atol=1e-6)
    np.testing.assert_allclose(ours("euler", sigmas), theirs(scheduler), atol=5e-6)


@STEPS
def test_unipc_equals_diffusers(num_steps: int):
    scheduler = UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, solver_order=2, solver_type="bh2"
    )
    scheduler.set_timesteps(num_steps)
    sigmas = scheduler.sigmas.double().numpy()
    assert sigmas[-1] == 0
    np.testing.assert_allclose(ours("unipc", sigmas), theirs(scheduler), atol=5e-6)


@STEPS
def test_lcm_equals_diffusers(num_steps: int):
    sigmas = flow_sigmas(num_steps)
    scheduler = FlowMatchLCMScheduler()
    scheduler.set_timesteps(sigmas=sigmas[:-1].tolist())
    expected = theirs(scheduler, generator=torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(0)
    draws = [torch.randn(SHAPE, generator=generator).numpy() for _ in range(num_steps)]
    made = ours("lcm", sigmas, noise=lambda index: draws[index])
    np.testing.assert_allclose(made, expected, atol=5e-6)
