import numpy as np

from toolkit.diffusion.noise import gaussian
from toolkit.diffusion.schedule import flow_sigmas

PINNED = [
    1.7291035652160645,
    -1.4284534454345703,
    1.0277447700500488,
    1.8820691108703613,
    0.07513564825057983,
    0.4172152280807495,
    -1.8201509714126587,
    1.7740435600280762,
]


def test_noise_is_the_same_on_every_machine():
    assert gaussian((8,), seed=1).tolist() == PINNED


def test_streams_of_one_seed_differ_and_are_standard_normal():
    first, second = (gaussian((200_000,), seed=7, stream=stream) for stream in (0, 1))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.01
    assert abs(first.mean()) < 0.01
    assert abs(first.std() - 1) < 0.01


def test_sigmas_go_from_noise_to_exactly_clean():
    sigmas = flow_sigmas(4)
    assert sigmas.tolist() == [1.0, 0.75, 0.5, 0.25, 0.0]
    shifted = flow_sigmas(4, shift=3.0)
    assert shifted[0] == 1
    assert shifted[-1] == 0
    assert (shifted[1:-1] > sigmas[1:-1]).all()
