import numpy as np

from toolkit.postprocess.steady import REACH, steady


def clip(*colours: tuple[int, int, int, int]) -> np.ndarray:
    """A frame of one pixel for each colour."""
    return np.array(colours, np.uint8).reshape(-1, 1, 1, 4)


def test_shimmer_around_a_colour_becomes_that_colour():
    rng = np.random.default_rng(0)
    drawn = np.broadcast_to(rng.integers(60, 200, (1, 8, 8, 4)), (12, 8, 8, 4))
    noisy = (drawn + rng.integers(-9, 10, drawn.shape)).astype(np.uint8)
    made = steady(noisy)
    assert (made == made[:1]).all()
    assert np.abs(made[0].astype(int) - noisy.astype(float).mean(0)).max() <= 0.5


def test_what_moves_is_left_alone():
    """Colours further apart than the reach, as a limb and the ground behind it."""
    frames = clip(*[(200, 40, 40, 255), (40, 40, 200, 255)] * 4)
    np.testing.assert_array_equal(steady(frames), frames)
    gone = clip(*[(90, 90, 90, 255), (90, 90, 90, 0)] * 3)
    np.testing.assert_array_equal(steady(gone), gone)


def test_two_colours_of_a_pixel_settle_each_by_itself():
    light, dark = (200, 180, 160, 255), (90, 70, 60, 255)
    frames = clip(light, dark, (204, 184, 164, 255), (86, 66, 56, 255), light, dark)
    made = steady(frames)
    assert len(np.unique(made[::2].reshape(-1, 4), axis=0)) == 1
    assert len(np.unique(made[1::2].reshape(-1, 4), axis=0)) == 1
    assert np.abs(made.astype(int) - frames).max() <= 4


def test_frames_of_one_drawing_stay_as_they_are():
    rng = np.random.default_rng(1)
    still = np.broadcast_to(rng.integers(0, 256, (1, 6, 6, 4), np.uint8), (5, 6, 6, 4))
    np.testing.assert_array_equal(steady(still), still)
    np.testing.assert_array_equal(steady(still[:1]), still[:1])


def test_no_pixel_sees_its_neighbours():
    rng = np.random.default_rng(2)
    frames = rng.integers(0, 256, (6, 4, 4, 4), np.uint8)
    whole = steady(frames)
    for row in range(4):
        for column in range(4):
            alone = steady(frames[:, row : row + 1, column : column + 1])
            np.testing.assert_array_equal(whole[:, row, column], alone[:, 0, 0])


def test_a_colour_ends_among_those_it_may_join():
    rng = np.random.default_rng(3)
    frames = rng.integers(0, 256, (16, 8, 8, 4), np.uint8)
    low = np.minimum.reduce(frames).astype(int)
    made = steady(frames).astype(int)
    assert (made >= low).all()
    assert np.abs(made - frames).max() <= 4 * REACH
