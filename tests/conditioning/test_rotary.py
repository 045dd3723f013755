import numpy as np

from toolkit.conditioning.rotary import AXIS_PAIRS, rotary_phases


def turn(cosines: np.ndarray, sines: np.ndarray) -> np.ndarray:
    """Phases as unit numbers, ``[F, rows * columns, 32]`` for a 4-frame, 2 x 3 clip."""
    return (cosines + 1j * sines).reshape(4, 6, 32)


def test_phases_are_unit_and_the_first_place_has_none():
    cosines, sines = rotary_phases(4, 2, 3, loop=False)
    assert cosines.shape == sines.shape == (24, 32)
    assert cosines.dtype == sines.dtype == np.float32
    np.testing.assert_allclose(cosines**2 + sines**2, 1, atol=1e-6)
    assert (cosines[0] == 1).all()
    assert (sines[0] == 0).all()


def test_only_the_difference_of_places_counts():
    phases = turn(*rotary_phases(4, 2, 3, loop=False))
    np.testing.assert_allclose(phases[2] / phases[1], phases[1] / phases[0], atol=1e-5)


def test_a_loop_closes_exactly():
    """The step from the last frame to the first equals every other step."""
    time = turn(*rotary_phases(4, 2, 3, loop=True))[:, 0, : AXIS_PAIRS[0]]
    steps = np.roll(time, -1, axis=0) / time
    np.testing.assert_allclose(steps, np.broadcast_to(steps[0], steps.shape), atol=1e-5)


def test_a_clip_that_plays_once_does_not_close():
    time = turn(*rotary_phases(4, 2, 3, loop=False))[:, 0, : AXIS_PAIRS[0]]
    assert np.abs(time[0] / time[-1] - time[1] / time[0]).max() > 0.1
