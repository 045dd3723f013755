import numpy as np
import pytest

from exporters import export
from tests.exporters.clips import METADATA, busy_clip, plain_clip
from toolkit.clip import Clip
from toolkit.episode import decode_episode


@pytest.mark.parametrize("clip", [busy_clip(), plain_clip(1), plain_clip(64, 20, 10)])
def test_an_episode_holds_every_frame_and_an_action_between_each_two(clip: Clip) -> None:
    episode = decode_episode(export(clip, "episode", name="hero")["hero.npz"])
    np.testing.assert_array_equal(episode.clip.frames, clip.frames)
    assert episode.clip.fps == clip.fps
    assert episode.action_names == ("noop",)
    assert episode.actions.tolist() == [0] * (clip.num_frames - 1)
    assert episode.rewards.tolist() == [0.0] * (clip.num_frames - 1)


def test_metadata_goes_along() -> None:
    episode = decode_episode(export(busy_clip(), "episode", name="hero")["hero.npz"])
    assert episode.clip.metadata == METADATA
