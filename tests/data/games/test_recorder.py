import json
from pathlib import Path
from typing import ClassVar

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from PIL import Image

from toolkit.cli import run
from toolkit.data.games.gymnasium_game import GymnasiumGame
from toolkit.data.games.motion import camera_motion
from toolkit.data.games.recorder import RecordOptions, record
from toolkit.data.games.recordings import read_recordings
from toolkit.episode import find_episodes, read_episode
from toolkit.errors import BadRequest


class Strip(gymnasium.Env[np.ndarray, int]):
    """A picture of which a window is seen; the two actions move the window."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 20}  # noqa: RUF012
    action_space = spaces.Discrete(2)
    observation_space = spaces.Box(0, 255, (32, 32, 3), np.uint8)
    told: ClassVar[dict[str, object]] = {}
    picture = np.random.default_rng(0).integers(0, 256, (32, 400, 3), np.uint8)

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode, self.at = render_mode, 100

    def get_action_meanings(self) -> list[str]:
        return ["LEFT", "RIGHT"]

    def reset(self, *, seed: int | None = None, options: dict[str, object] | None = None):
        self.at = 100
        return self.render(), dict(self.told)

    def step(self, action: int):
        self.at += 4 if action else -4
        return self.render(), float(action), self.at > 200, False, dict(self.told)

    def render(self) -> np.ndarray:
        return self.picture[:, self.at : self.at + 32].copy()


@pytest.fixture(scope="module", autouse=True)
def registered():
    gymnasium.register("Strip-v0", Strip)
    yield
    del gymnasium.registry["Strip-v0"]


def test_a_gymnasium_environment_is_recorded_with_the_motion_of_its_camera(tmp_path: Path):
    options = RecordOptions(steps=30, seed=5, length=20, width=32, height=32)
    result = record("gymnasium:Strip-v0", tmp_path, options, report=lambda _: None)
    assert (result["episodes"], result["frames"]) == (2, 32)
    first = read_episode(find_episodes(tmp_path)[0])
    assert first.action_names == ("left", "right")
    assert first.clip.fps == 20
    assert first.tracks["motion"][1:].tolist() == [
        [0, 0.5 if action else -0.5] for action in first.actions.tolist()
    ]
    assert first.rewards.tolist() == first.actions.tolist()


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("Nothing-v9", 32, "Gymnasium has no environment 'Nothing-v9'"),
        ("Strip-v0", 30, "width is 30; must be a multiple of 8"),
        ("Pendulum-v1", 32, "needs actions numbered from 0|has no environment"),
    ],
)
def test_environments_that_do_not_fit_are_refused(name: str, size: int, message: str):
    with pytest.raises(BadRequest, match=message):
        GymnasiumGame(name, width=size, height=size)


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (np.full((4, 4), 3), True),
        (np.full((3, 4), 3), False),
        (np.full((4, 4), 32), False),
        (np.full((4, 4), -1), False),
    ],
)
def test_an_environment_may_tell_its_motion_and_cells(
    monkeypatch: pytest.MonkeyPatch, cells: np.ndarray, right: bool
):
    told = {"motion": (0, 1), "semantic": cells}
    monkeypatch.setattr(Strip, "told", told, raising=False)
    game = GymnasiumGame("Strip-v0", width=32, height=32)
    if not right:
        with pytest.raises(BadRequest, match=r"must be \[4, 4\], numbers 0 to 31"):
            game.reset(1)
        return
    game.reset(1)
    sight = game.step(1)
    assert sight.motion == (0, 1)
    assert np.array_equal(sight.semantic, cells)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (3, 0), (0, -5), (8, 8), (-16, 2)])
def test_the_motion_of_the_camera_is_found_to_the_pixel(down: int, right: int):
    picture = np.random.default_rng(1).integers(0, 256, (128, 128, 3), np.uint8)
    before = picture[32:96, 32:96]
    after = picture[32 + down : 96 + down, 32 + right : 96 + right]
    assert camera_motion(before, after, rows=8) == (down / 8, right / 8)


def test_pictures_that_share_nothing_have_no_motion():
    rng = np.random.default_rng(2)
    one, two = rng.integers(0, 256, (2, 64, 64, 3), np.uint8)
    assert camera_motion(one, two, rows=8) == (0, 0)


def session(folder: Path, actions: str, pictures: int = 3) -> None:
    folder.mkdir(parents=True)
    for number in range(pictures):
        colour = (50 * number, 100, 200)
        Image.new("RGB", (40, 40), colour).save(folder / f"{number:03d}.png")
    (folder / "actions.txt").write_text(actions)


def test_own_recordings_become_episodes(tmp_path: Path):
    session(tmp_path / "day1", "jump\nnoop\n")
    session(tmp_path / "day2", "noop\nduck\njump\n")
    one, two = read_recordings(tmp_path, width=32, height=24)
    assert one.action_names == two.action_names == ("noop", "duck", "jump")
    assert (one.actions.tolist(), two.actions.tolist()) == ([2, 0], [0, 1])
    assert one.clip.frames.shape == (3, 24, 32, 4)
    assert one.clip.frames[1, 0, 0].tolist() == [50, 100, 200, 255]


@pytest.mark.parametrize(
    ("actions", "pictures", "message"),
    [
        ("jump", 3, "has 3 pictures and 1 actions"),
        ("a\nb\nc\nd", 3, "has 3 pictures and 4 actions"),
        ("a", 1, "has 1 pictures"),
        ("a\n\nb", 3, "line 2 of .* is empty"),
    ],
)
def test_recordings_with_gaps_are_refused(
    tmp_path: Path, actions: str, pictures: int, message: str
):
    session(tmp_path / "one", actions, pictures)
    with pytest.raises(BadRequest, match=message):
        list(read_recordings(tmp_path))


def test_a_folder_without_recordings_and_a_broken_picture_are_named(tmp_path: Path):
    with pytest.raises(BadRequest, match=r"holds no actions\.txt"):
        list(read_recordings(tmp_path))
    session(tmp_path / "one", "a\nb")
    (tmp_path / "one" / "001.png").write_bytes(b"PNG")
    with pytest.raises(BadRequest, match=r"001\.png is no picture"):
        list(read_recordings(tmp_path))


def test_the_command_records_and_says_so_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    session(tmp_path / "mine", "a\nb")
    arguments = ["record", str(tmp_path / "mine"), "-o", str(tmp_path / "out"), "--json"]
    assert run([*arguments, "--size", "16x16"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"] == ["recordings_000000000.npz"]
    assert read_episode(tmp_path / "out" / said["files"][0]).num_frames == 3
    assert run(["record", "chess", "-o", str(tmp_path / "out")]) == 2
    assert "choose crafter, vizdoom, gymnasium:ID or a folder" in capsys.readouterr().err
    assert run(["record", "crafter", "-o", str(tmp_path / "out"), "--steps", "0"]) == 2
    assert "steps is 0; must be 1 to" in capsys.readouterr().err
