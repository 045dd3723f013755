from pathlib import Path

import numpy as np
import pytest

from toolkit.errors import BadRequest, ModelNotFound
from toolkit.evaluation.azimuth_training import (
    MOST_STEPS,
    ReaderRecipe,
    draw_batch,
    draw_tracks,
    make_reader,
)
from toolkit.evaluation.azimuths import load_reader, read_turns
from toolkit.evaluation.orbit_meshes import COLORS, PROPS, held_out_orbits

FEW = ReaderRecipe(solids=3, batch=2, max_steps=2)


def test_no_prop_looks_the_same_from_two_of_eight_sides():
    for orbit in held_out_orbits(len(PROPS)):
        views = [view.tobytes() for view in orbit.frames[::2]]
        assert len(set(views)) == 8, orbit.prompt


def test_every_prop_comes_in_every_colour():
    prompts = {f"{color} {prop}" for color in COLORS for prop in PROPS}
    assert len(prompts) == 48
    assert held_out_orbits(1)[0].prompt in prompts


def test_tracks_go_either_way_by_at_most_three_views():
    steps = np.diff(draw_tracks(200, np.random.default_rng(0)), axis=1)
    assert set(steps.ravel().tolist()) == set(range(-MOST_STEPS, MOST_STEPS + 1))
    even = (steps == steps[:, :1]).all(1)
    assert 60 < even.sum() < 140


def test_a_batch_knows_the_turn_of_every_frame():
    orbits = np.stack([orbit.frames for orbit in held_out_orbits(2)])
    clips, wanted = draw_batch(orbits, 5, np.random.default_rng(0))
    assert clips.shape == (5, 8, 4, 64, 64)
    assert clips.min() >= -1
    assert clips.max() <= 1
    assert wanted[:, 0].tolist() == [[1, 0]] * 5
    np.testing.assert_allclose(np.square(wanted).sum(-1), 1, rtol=1e-5)


def test_a_trained_reader_is_saved_and_reads_the_same_again(tmp_path: Path):
    lines: list[str] = []
    card = make_reader(FEW, tmp_path, report=lines.append)
    assert lines[0] == "3 orbits"
    reader, kept = load_reader(tmp_path)
    assert kept == card
    turns = read_turns(reader, held_out_orbits(2)[1].frames[None, ::2])
    assert turns.shape == (1, 8)
    assert turns[0, 0] == 0
    assert np.abs(turns).max() <= 180


def test_no_reader_and_no_time_are_refused(tmp_path: Path):
    with pytest.raises(ModelNotFound, match="no azimuth reader"):
        load_reader(tmp_path)
    with pytest.raises(BadRequest, match="minutes is 0"):
        ReaderRecipe(minutes=0)
