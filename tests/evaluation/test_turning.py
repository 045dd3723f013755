import numpy as np
import pytest

from toolkit.evaluation.turning import (
    angle_between,
    closed_share,
    even_turn,
    monotonic_share,
    steps_of,
)

TURN = even_turn(8)


def test_angles_are_compared_the_short_way_round():
    assert angle_between(np.array([350.0, 90, 0]), np.array([10.0, 270, 0])).tolist() == [
        20,
        180,
        0,
    ]


@pytest.mark.parametrize(
    ("turns", "monotonic", "closed"),
    [(TURN, 1.0, 1.0), (-TURN, 0.0, 0.0), (0 * TURN, 0.0, 0.0), (2 * TURN, 1.0, 0.0)],
)
def test_a_turn_is_told_from_its_reverse_from_rest_and_from_two_turns(
    turns: np.ndarray, monotonic: float, closed: float
):
    assert monotonic_share(turns[None]) == monotonic
    assert closed_share(turns[None]) == closed


def test_steps_include_the_one_back_to_the_first_frame():
    assert steps_of(TURN[None]).tolist() == [[45.0] * 8]
