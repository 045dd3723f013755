import numpy as np

from toolkit.evaluation.baselines import (
    caption_words,
    nearest_captions,
    static_clips,
    untrained_clips,
)


def test_words_are_lower_case_and_without_punctuation():
    assert caption_words("Red knight, facing-right") == {"red", "knight", "facing", "right"}


def test_the_nearest_caption_shares_most_words():
    captions = ["red knight walking", "blue wizard idle", "red wizard idle, facing left"]
    asked = ["blue wizard walking", "red wizard idle", "a red knight walking", "unheard of"]
    assert nearest_captions(asked, captions).tolist() == [1, 2, 0, 0]


def test_static_clips_repeat_the_first_frame():
    frames = np.arange(2 * 3 * 2 * 2 * 4, dtype=np.uint8).reshape(2, 3, 2, 2, 4)
    still = static_clips(frames)
    assert still.shape == frames.shape
    assert (still == frames[:, :1]).all()


def test_an_untrained_network_makes_half_transparent_white():
    clips = untrained_clips((2, 3, 4, 4, 4))
    assert clips.shape == (2, 3, 4, 4, 4)
    assert np.unique(clips.reshape(-1, 4), axis=0).tolist() == [[255, 255, 255, 128]]
