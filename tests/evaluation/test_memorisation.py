import numpy as np
import pytest

from toolkit.evaluation.memorisation import distances, memorised_share


def clips(count: int, seed: int) -> np.ndarray:
    cells = np.random.default_rng(seed).integers(0, 256, (count, 2, 4, 4, 4), dtype=np.uint8)
    made = cells.repeat(4, 2).repeat(4, 3)
    made[..., 3] = 255
    return made


def test_copies_of_known_clips_are_memorised_and_new_clips_are_not():
    known, unseen = clips(6, 1), clips(6, 2)
    assert memorised_share(known, known, unseen) == 1
    assert memorised_share(unseen, known, unseen) == 0
    assert memorised_share(clips(6, 3), known, unseen) == 0
    assert memorised_share(np.concatenate([known[:1], clips(3, 3)]), known, unseen) == 0.25


def test_a_copy_moved_by_one_pixel_is_still_a_copy():
    known, unseen = clips(6, 1), clips(6, 2)
    assert memorised_share(np.roll(known, 1, axis=3), known, unseen) > 0.9


def test_only_as_many_known_clips_count_as_there_are_unseen_ones():
    known = clips(6, 1)
    assert memorised_share(known[3:], known, clips(3, 2)) == 0


def test_distances_are_root_mean_squares():
    a, b = np.array([[0.0, 0.0]], np.float32), np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)
    assert distances(a, b)[0].tolist() == pytest.approx([np.sqrt(12.5), 0.0])
