from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_world import SHAPE, Strip, record_strip
from toolkit.data.games.game import Game, ScriptPlayer, play_once
from toolkit.episode import Episode, encode_episode, read_episode
from toolkit.errors import BadRequest
from toolkit.evaluation.recorded_takes import (
    Cut,
    Cuts,
    choose_cuts,
    cut_up,
    read_takes,
    require_game,
    spread,
    take_of,
    under_other_actions,
)

ACTIONS = [2, 2, 1, 0, 2, 1, 1, 2, 0, 2, 2, 2]


def episode_of(actions: Sequence[int] = ACTIONS) -> Episode:
    game: Game = Strip()
    return play_once(game, ScriptPlayer(actions), steps=len(actions), seed=3)


def cut_of(first: int, last: int) -> Cut:
    return Cut(path=Path("strip.npz"), first=first, last=last)


def chosen_of(folder: Path, *, most: int = 200) -> Cuts:
    return choose_cuts(folder, SHAPE, given=5, steps=10, most=most, report=lambda _: None)


def test_a_take_is_the_stretch_of_the_episode():
    episode = episode_of()
    take = take_of(episode, cut_of(2, 9), SHAPE, given=4)
    assert np.array_equal(take.frames, episode.clip.frames[2:9, ..., :3])
    assert take.actions.tolist() == ACTIONS[2:8]
    assert np.array_equal(take.phases, episode.tracks["phase"][2:9])
    # the Strip's cameras of frames 2 to 8, of which frame 5 is the last given one
    columns = np.cumsum([0, *((0, -1, 1)[action] for action in ACTIONS)])[2:9]
    assert take.places.tolist() == [[0, column - columns[3]] for column in columns.tolist()]
    assert take.places[take.given - 1].tolist() == [0, 0]
    assert not take.cells.any()
    assert take.cells.shape == (7, SHAPE.rows, SHAPE.columns)


def test_a_take_tells_the_cells_that_the_episode_told_and_is_silent_where_it_was():
    episode = episode_of()
    cells = np.random.default_rng(0).integers(0, 9, (13, 3, 4), np.uint8)
    told = replace(episode, tracks={**episode.tracks, "semantic": cells})
    assert np.array_equal(take_of(told, cut_of(2, 9), SHAPE, given=4).cells, cells[2:9])
    untimed = replace(episode, tracks={"motion": episode.tracks["motion"]})
    assert not take_of(untimed, cut_of(2, 9), SHAPE, given=4).phases.any()


def test_a_camera_moves_as_the_world_can_and_is_rounded_from_the_last_given_frame_on():
    episode = episode_of()
    motion = np.tile(np.array([0, 0.7], np.float32), (13, 1))
    turned = replace(episode, tracks={"motion": motion})
    shape = replace(SHAPE, motions=((0.0, 0.0), (0.0, 0.75)))
    take = take_of(turned, cut_of(0, 13), shape, given=4)
    assert take.places[:, 1].tolist() == np.rint(0.75 * np.arange(-3, 10)).tolist()


@pytest.mark.parametrize(
    ("frames", "wanted"),
    [
        (4, []), (5, [(0, 5)]), (14, [(0, 14)]), (15, [(0, 14)]), (18, [(0, 14)]),
        (19, [(0, 14), (14, 19)]), (28, [(0, 14), (14, 28)]),
    ],
)  # fmt: skip
def test_an_episode_is_cut_end_to_end_and_no_cut_is_all_given(
    frames: int, wanted: list[tuple[int, int]]
):
    cuts = cut_up(Path("a"), frames, given=4, steps=10)
    assert [(cut.first, cut.last) for cut in cuts] == wanted


def cuts_of(*counts: int) -> list[list[Cut]]:
    return [
        [Cut(path=Path(f"{name:02d}"), first=80 * index, last=80 * index + 80)
         for index in range(count)]
        for name, count in enumerate(counts)
    ]  # fmt: skip


def where(cuts: Sequence[Cut]) -> list[tuple[int, int]]:
    return [(int(cut.path.name), cut.first // 80) for cut in cuts]


def test_every_episode_gives_a_cut_before_any_gives_two():
    everything = cuts_of(3, 1, 2)
    assert where(spread(everything, 3)) == [(0, 0), (1, 0), (2, 0)]
    assert where(spread(everything, 5)) == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1)]
    assert where(spread(everything, 99)) == [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (2, 1)]


def test_few_cuts_are_of_episodes_and_of_parts_of_them_far_apart():
    assert where(spread(cuts_of(*[4] * 12), 4)) == [(0, 0), (3, 3), (6, 2), (9, 1)]


def test_seeds_belong_to_files_and_places(tmp_path: Path):
    record_strip(tmp_path)
    first = chosen_of(tmp_path)
    (tmp_path / "strip_0.npz").rename(tmp_path.with_suffix(".away"))
    rest = chosen_of(tmp_path)
    seeds = {(cut.path.name, cut.first): cut.seed for cut in first.chosen}
    assert len(set(seeds.values())) == len(first.chosen) == 9
    assert {(cut.path.name, cut.first): cut.seed for cut in rest.chosen}.items() <= seeds.items()


def test_takes_of_a_folder_are_the_frames_of_its_files(tmp_path: Path):
    record_strip(tmp_path, episodes=2)
    cuts = chosen_of(tmp_path, most=3)
    assert (len(cuts.chosen), cuts.there, cuts.episodes, cuts.too_short) == (3, 6, 2, ())
    takes = list(read_takes(cuts.chosen, SHAPE, given=5))
    for cut, take in zip(cuts.chosen, takes, strict=True):
        episode = read_episode(cut.path)
        assert np.array_equal(take.frames, episode.clip.frames[cut.first : cut.last, ..., :3])
        assert (take.given, take.seed) == (5, cut.seed)


def test_episodes_too_short_are_left_out_and_named(tmp_path: Path):
    record_strip(tmp_path, episodes=1)
    short = tmp_path / "strip_9.npz"
    short.write_bytes(encode_episode(episode_of([2, 1, 2, 1])))
    said: list[str] = []
    cuts = choose_cuts(tmp_path, SHAPE, given=5, steps=10, most=200, report=said.append)
    assert cuts.too_short == (short,)
    assert {cut.path.name for cut in cuts.chosen} == {"strip_0.npz"}
    assert said == ["strip_9.npz has 5 frames, 6 are needed: left out"]
    (tmp_path / "strip_0.npz").unlink()
    with pytest.raises(BadRequest, match="no episode of 6 frames or more; record longer ones"):
        chosen_of(tmp_path)


def test_damaged_and_missing_recordings_are_refused(tmp_path: Path):
    with pytest.raises(BadRequest, match="holds no episode; make some with playreel record"):
        chosen_of(tmp_path / "nowhere")
    record_strip(tmp_path)
    file = tmp_path / "strip_1.npz"
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(BadRequest, match=r"strip_1\.npz is no whole episode file"):
        chosen_of(tmp_path)


def test_recordings_of_another_game_are_refused():
    episode, path = episode_of(), Path("x.npz")
    require_game(episode, path, SHAPE)
    for other, sentence in (
        (replace(SHAPE, game="glade"), "the game of x.npz is strip, that of the world is glade"),
        (replace(SHAPE, rows=4), "the frame size of x.npz is 32x24, that of the world is 32x32"),
        (
            replace(SHAPE, action_names=("noop", "right", "left")),
            "the list of actions of x.npz is noop, left, right, that of the world is noop, right, ",
        ),
    ):
        with pytest.raises(BadRequest, match=sentence):
            require_game(episode, path, other)


@pytest.mark.parametrize(
    "motion", [None, np.zeros(13), np.zeros((13, 3)), np.full((13, 2), np.nan)]
)
def test_recordings_without_motions_are_refused(motion: np.ndarray | None):
    tracks = {} if motion is None else {"motion": motion}
    with pytest.raises(BadRequest, match=r"x\.npz does not tell how its camera moved; record it"):
        require_game(replace(episode_of(), tracks=tracks), Path("x.npz"), SHAPE)


def test_every_dreamt_frame_comes_of_another_action_and_no_given_one_does():
    take = take_of(episode_of(), cut_of(0, 13), SHAPE, given=4)
    other = under_other_actions(take, 3, steps=6)
    assert other.actions.tolist()[:3] == ACTIONS[:3]
    assert len(other.actions) == 9
    assert all(a != b for a, b in zip(other.actions.tolist()[3:], ACTIONS[3:], strict=False))
    assert set(other.actions.tolist()) <= {0, 1, 2}
    assert np.array_equal(other.frames, take.frames[:10])
    assert np.array_equal(other.places, take.places[:10])
    again = under_other_actions(take, 3, steps=6)
    assert np.array_equal(other.actions, again.actions)
    assert take.actions.tolist() == ACTIONS
