import numpy as np

from toolkit.diffusion.noise import gaussian

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


def test_every_seed_a_request_may_have_draws_its_own_noise():
    draws = [gaussian((4,), seed=seed).tolist() for seed in (0, 1, 2**32, 2**63 - 1)]
    assert len({tuple(draw) for draw in draws}) == 4
