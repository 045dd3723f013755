from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.test_world_rollouts import recorded
from tests.tiny_world import SHAPE
from toolkit.evaluation.recorded_scores import (
    camera_scores,
    edge_scores,
    row_of,
    steepness,
    take_scores,
)
from toolkit.evaluation.world_rollouts import Dream, Take, copied, real
from toolkit.evaluation.world_scores import picture_scores, seen_before

VIEW = (SHAPE.view_rows, SHAPE.columns)


def noisy() -> Take:
    """A take whose every pixel is a step from the next, as the Strip's flat cells are not."""
    take = recorded()
    random = np.random.default_rng(0)
    return replace(take, frames=random.integers(0, 256, take.frames.shape, np.uint8))


def row(take: Take, made: Dream) -> dict[str, float]:
    return row_of([take_scores(take, made, SHAPE)])


def test_the_real_game_reaches_every_ceiling_as_far_as_it_goes():
    take = noisy()  # of 7 dreamt frames
    scores = row(take, real(take))
    reached = {name: value for name, value in scores.items() if not np.isnan(value)}
    assert reached == {
        "psnr_1": 60, "psnr_4": 60, "psnr_seen_1": 60, "psnr_seen_4": 60,
        "sharpness_1": 1, "camera_1": 1,
    }  # fmt: skip
    assert {name for name, value in scores.items() if np.isnan(value)} >= {"psnr_8", "camera_16"}


def test_what_was_seen_is_told_by_the_camera_in_the_worlds_own_view():
    take = recorded()
    seen = seen_before(take, VIEW)
    assert seen.shape == (7, 2, 4)
    given = {column + at for at in take.places[:4, 1].tolist() for column in range(4)}
    wanted = [[column + at in given for column in range(4)] for at in take.places[4:, 1].tolist()]
    assert seen.tolist() == [[columns] * 2 for columns in wanted]


def test_the_display_below_the_view_counts_as_frame_and_not_as_world():
    take = recorded()
    frames = real(take).frames.copy()
    frames[:, 16:] = 255 - frames[:, 16:]
    made = replace(real(take), frames=frames)
    scores = picture_scores([take], [made], view=VIEW)
    assert scores["psnr_seen_1"] == 60
    assert scores["psnr_1"] == pytest.approx(10 * np.log10(3))  # a third of black is white


def test_edges_are_a_share_of_the_real_ones():
    take = noisy()
    flat = replace(real(take), frames=np.full_like(real(take).frames, 90))
    assert row(take, flat)["sharpness_1"] == 0
    halved = replace(take, frames=take.frames // 2 * 2)
    faint = replace(real(halved), frames=real(halved).frames // 2)
    assert row(halved, faint)["sharpness_1"] == pytest.approx(0.5)
    grey = replace(take, frames=np.full_like(take.frames, 90))
    assert np.isnan(row(grey, real(take))["sharpness_1"])  # there is no edge to keep


def test_seams_between_cells_are_no_edges():
    cells = np.random.default_rng(0).integers(0, 256, (1, 3, 4, 3), np.uint8)
    assert steepness(cells.repeat(8, 1).repeat(8, 2)) == 0
    assert steepness(np.roll(cells.repeat(8, 1).repeat(8, 2), 4, 2)) > 0
    ramp = np.arange(16, dtype=np.uint8)[None, :, None, None] * np.full((1, 1, 8, 3), 4, np.uint8)
    assert steepness(ramp) == 2  # 4 a pixel down, none to the right
    assert np.isnan(steepness(ramp[:0]))


def test_shares_of_edges_are_of_their_means():
    take = noisy()
    grey = replace(take, frames=np.full_like(take.frames, 90))
    scores = row_of([take_scores(one, copied(one), SHAPE) for one in (take, grey)])
    edges = edge_scores(take, copied(take))
    assert scores["sharpness_1"] == pytest.approx(edges["edges_1"] / edges["real_edges_1"])


def test_the_camera_is_right_in_its_very_cell():
    take = recorded()
    assert camera_scores(take, real(take))["camera_1"] == 1
    beside = replace(real(take), places=real(take).places + np.array([0, 1]))
    assert camera_scores(take, beside)["camera_1"] == 0
    assert np.isnan(camera_scores(take, beside)["camera_16"])


def test_a_row_is_the_mean_of_its_takes():
    takes = [recorded(given=given) for given in (3, 4, 5)]
    dreams = [copied(take) for take in takes]
    scores = row_of([take_scores(*pair, SHAPE) for pair in zip(takes, dreams, strict=True)])
    together = picture_scores(takes, dreams, view=VIEW)
    assert {name: scores[name] for name in together} == pytest.approx(together, nan_ok=True)
