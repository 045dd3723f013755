import numpy as np

from toolkit.conditioning.control import CONTROL_SIZE, control_vectors
from toolkit.conditioning.phrases import ACTION_PHRASES, DIRECTION_PHRASES, with_action
from toolkit.messages import ACTIONS, DIRECTIONS


def test_the_phase_of_a_loop_closes_and_that_of_a_single_play_does_not():
    loop = control_vectors(8, loop=True)
    assert loop.shape == (8, CONTROL_SIZE)
    steps = np.linalg.norm(np.diff(loop[:, 1:3], axis=0, append=loop[:1, 1:3]), axis=1)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-5)
    once = control_vectors(8, loop=False)
    np.testing.assert_allclose(once[0, 1:3], -once[-1, 1:3] * [0, 1], atol=1e-6)


def test_azimuths_and_styles_have_places_of_their_own():
    quarter = control_vectors(
        2, loop=True, style="render", azimuths=np.array([0, np.pi / 2], np.float32)
    )
    np.testing.assert_allclose(quarter[:, 3:6], [[1, 0, 1], [1, 1, 0]], atol=1e-6)
    assert quarter[:, 6:10].tolist() == [[0, 0, 1, 0]] * 2
    assert not control_vectors(3, loop=False, style=None)[:, 6:].any()


def test_every_action_and_direction_has_a_phrase():
    assert set(ACTION_PHRASES) == set(ACTIONS)
    assert set(DIRECTION_PHRASES) == set(DIRECTIONS)
    assert with_action("a knight", action="walk", direction="right") == (
        "a knight walking, facing right"
    )
    assert with_action("a knight") == "a knight"
