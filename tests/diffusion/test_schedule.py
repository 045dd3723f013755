import numpy as np
import pytest

from toolkit.diffusion.schedule import flow_sigmas


def test_sigmas_go_from_noise_to_exactly_clean():
    assert flow_sigmas(4).tolist() == [1.0, 0.75, 0.5, 0.25, 0.0]


@pytest.mark.parametrize("num_steps", [1, 2, 7, 100])
@pytest.mark.parametrize("shift", [0.5, 1.0, 3.0])
def test_any_schedule_falls_strictly_between_its_exact_ends(num_steps: int, shift: float):
    sigmas = flow_sigmas(num_steps, shift=shift)
    assert sigmas.shape == (num_steps + 1,)
    assert (sigmas[0], sigmas[-1]) == (1, 0)
    assert (np.diff(sigmas) < 0).all()


def test_a_shift_spends_more_steps_at_high_noise():
    np.testing.assert_allclose(flow_sigmas(4, shift=3.0), [1, 0.9, 0.75, 0.5, 0])
