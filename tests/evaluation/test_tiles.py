import numpy as np
import pytest

from toolkit.data.games.crafter import CELL_NAMES, ROWS, Crafter
from toolkit.data.games.crafter_player import CrafterPlayer
from toolkit.evaluation.tiles import VALID, TileReader, daylight, is_day


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Crafter:
    return Crafter(area=(24, 24), worlds=tmp_path_factory.mktemp("worlds"), gifts=True)


def test_real_frames_are_read_without_error_all_day(game: Crafter):
    sights = [game.reset(4, time=275)]
    player = CrafterPlayer(game, np.random.default_rng(0))
    while len(sights) < 170 and not sights[-1].over:
        action = player.act()
        sights.append(game.step(0 if game.action_names[action] == "sleep" else action))
    frames = np.stack([sight.frame for sight in sights])
    kinds, off = TileReader(game).read(frames, np.array([sight.phase for sight in sights]))
    said = np.stack([sight.semantic[:ROWS] for sight in sights if sight.semantic is not None])
    assert np.array_equal(kinds, said)
    assert off.max() == 0


def test_the_light_is_the_games(game: Crafter):
    for time in (0, 60, 149, 275, 299):
        phase = game.reset(4, time=time).phase
        assert float(daylight(phase)) == pytest.approx(game.daylight())


def test_nights_are_not_read(game: Crafter):
    assert is_day(np.array([0.0, 0.49, 0.92])).all()
    assert not is_day(np.array([0.5, 0.75, 0.9])).any()
    with pytest.raises(AssertionError):
        TileReader(game).read(np.zeros((1, 72, 72, 3), np.uint8), np.array([0.7]))


def test_flat_and_random_cells_show_no_texture(game: Crafter):
    reader = TileReader(game)
    for value in (0, 60, 200, 255):  # 110 is what lies outside the world
        flat = np.full((1, 72, 72, 3), value, np.uint8)
        assert (reader.read(flat, np.zeros(1))[1] > VALID).all()
    noise = np.random.default_rng(0).integers(0, 256, (1, 72, 72, 3), np.uint8)
    assert (reader.read(noise, np.zeros(1))[1] > VALID).all()


def test_a_cell_is_what_it_is_nearest_to(game: Crafter):
    reader = TileReader(game)
    frame = game.reset(4, time=0).frame
    rough = (frame + np.random.default_rng(0).normal(0, 6, frame.shape)).clip(0, 255)
    clean, _ = reader.read(frame[None], np.zeros(1))
    kinds, off = reader.read(rough.astype(np.uint8)[None], np.zeros(1))
    assert (kinds == clean).mean() > 0.98
    assert (off < VALID).all()
    assert CELL_NAMES[kinds[0, 3, 4]] == "player"
