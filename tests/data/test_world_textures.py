from pathlib import Path

import numpy as np

from tests.tiny_world import SHAPE, record_strip
from toolkit.data.world_textures import farthest, gather_textures
from toolkit.episode import find_episodes, read_episode
from toolkit.runtime.world_bundle import cut_cells


def test_recorded_frames_are_valid_and_what_is_none_is_not(tmp_path: Path):
    record_strip(tmp_path, episodes=6)
    textures = gather_textures(tmp_path, SHAPE)
    assert np.array_equal(gather_textures(tmp_path, SHAPE).cells, textures.cells)
    frames = [read_episode(path).clip.frames[..., :3] for path in find_episodes(tmp_path)]
    shares = [textures.valid(cut_cells(frame, SHAPE)[0]).mean() for frame in frames]
    assert np.mean(shares) > 0.95
    noise = np.random.default_rng(0).integers(0, 256, (50, 192), np.uint8)
    assert not textures.valid(noise).any()


def test_textures_are_far_from_each_other():
    rng = np.random.default_rng(1)
    middles = rng.integers(20, 236, (5, 192))
    cells = (middles.repeat(40, 0) + rng.integers(-3, 4, (200, 192))).astype(np.uint8)
    chosen = farthest(cells, 5).astype(int)
    nearest = np.abs(chosen[:, None] - middles[None]).mean(-1).argmin(1)
    assert sorted(nearest.tolist()) == [0, 1, 2, 3, 4]
    assert len(farthest(np.zeros((9, 192), np.uint8), 5)) == 1
