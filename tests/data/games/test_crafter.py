from pathlib import Path

import numpy as np
import pytest

from toolkit.data.games.crafter import CELL_NAMES, MEAN_NOISE, Crafter
from toolkit.data.games.crafter_player import CrafterPlayer
from toolkit.data.games.game import Sight, play, play_once

AREA = (24, 24)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worlds")


@pytest.fixture
def game(worlds: Path) -> Crafter:
    return Crafter(area=AREA, worlds=worlds)


def walk(game: Crafter, names: str) -> list[Sight]:
    return [game.step(game.action_names.index(name)) for name in names.split()]


def pixels(sights: list[Sight]) -> bytes:
    return b"".join(sight.frame.tobytes() for sight in sights)


def test_a_kept_world_is_the_world_that_was_made(tmp_path: Path):
    acts = [int(a) for a in np.random.default_rng(0).integers(0, 17, 30)]
    seen: list[bytes] = []
    for _ in range(2):
        game = Crafter(area=AREA, worlds=tmp_path)
        seen.append(pixels([game.reset(4), *(game.step(act) for act in acts)]))
    assert seen[0] == seen[1]
    assert len(list(tmp_path.iterdir())) == 1


def test_the_camera_moves_with_the_player_and_the_cells_with_it(game: Crafter):
    before = game.reset(4)
    assert before.semantic is not None
    moved = {"move_left": (0, -1), "move_right": (0, 1), "move_up": (-1, 0), "move_down": (1, 0)}
    for name in (*moved, *moved):
        (after,) = walk(game, name)
        assert after.motion in ((0, 0), moved[name])
        assert after.semantic is not None
        down, right = (int(step) for step in after.motion)
        was = before.semantic[max(down, 0) : 7 + min(down, 0), max(right, 0) : 9 + min(right, 0)]
        now = after.semantic[max(-down, 0) : 7 + min(-down, 0), max(-right, 0) : 9 + min(-right, 0)]
        still = (was < 13) & (now < 13)  # land, no creatures
        assert np.array_equal(was[still], now[still])
        before = after


def test_cells_are_named_for_what_they_show(game: Crafter):
    sight = game.reset(4)
    assert sight.semantic is not None
    assert CELL_NAMES[sight.semantic[3, 4]] == "player"
    assert not sight.semantic[7:].any()  # the inventory
    grass = [
        sight.frame[8 * r : 8 * r + 8, 8 * c : 8 * c + 8].tobytes()
        for r, c in np.argwhere(sight.semantic == CELL_NAMES.index("grass"))
    ]
    assert len(set(grass)) == 1


def test_a_felled_tree_stays_felled_and_a_branch_knows_nothing_of_it(game: Crafter):
    game.reset(4)
    row, column = game.position
    game.materials()[row, column + 1] = CELL_NAMES.index("tree")
    other = game.branch()
    walk(game, "move_right do move_left move_left move_left move_right")
    walk(other, "move_right noop")
    assert CELL_NAMES[game.materials()[row, column + 1]] == "grass"
    assert CELL_NAMES[other.materials()[row, column + 1]] == "tree"


def test_nights_have_no_static(game: Crafter):
    game.reset(4, time=205)
    assert game.daylight() < 0.1
    one, two = game.env.render(), game.env.render()
    assert np.array_equal(one, two)
    corner = one[:8, :8].mean()
    assert MEAN_NOISE * 0.3 < corner < MEAN_NOISE  # darkened by the tint of the night


def test_the_time_of_day_goes_round(game: Crafter):
    assert game.reset(4, time=298).phase == pytest.approx(298 / 300)
    phases = [sight.phase for sight in walk(game, "noop noop noop")]
    assert phases == pytest.approx([299 / 300, 0, 1 / 300])


def test_the_scripted_player_changes_the_world_leaves_and_returns(worlds: Path):
    game = Crafter(area=AREA, worlds=worlds, gifts=True)
    changes = away = 0
    for seed in range(3):
        player = CrafterPlayer(game, np.random.default_rng(seed))
        game.reset(seed, time=0)
        land = game.materials().copy()
        for _ in range(150):
            if game.step(player.act()).over:
                break
            changes += int((land != game.materials()).sum())
            land = game.materials().copy()
        away += player.spent["return"]
    assert changes >= 10
    assert away >= 0.3 * 3 * 150


def test_an_episode_tells_frames_actions_and_tracks_apart(worlds: Path):
    game = Crafter(area=AREA, worlds=worlds)
    episode = play_once(game, CrafterPlayer(game, np.random.default_rng(1)), steps=20, seed=1)
    again = play_once(game, CrafterPlayer(game, np.random.default_rng(1)), steps=20, seed=1)
    assert np.array_equal(episode.clip.frames, again.clip.frames)
    first = game.reset(1)
    seen = [first, *(game.step(int(action)) for action in episode.actions)]
    assert np.array_equal(episode.clip.frames[..., :3], np.stack([s.frame for s in seen]))
    assert episode.tracks["motion"].tolist() == [list(s.motion) for s in seen]
    told = episode.clip.metadata
    assert (told["game"], told["seed"], told["view"]) == ("crafter", "1", "7x9")
    assert told["kinds"].split(",") == list(CELL_NAMES)


def test_episodes_share_out_the_steps(worlds: Path):
    game = Crafter(area=AREA, worlds=worlds)
    episodes = list(play(game, lambda rng: CrafterPlayer(game, rng), steps=25, seed=1, length=10))
    assert [len(episode.actions) for episode in episodes] == [10, 10, 5]
