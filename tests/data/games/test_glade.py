"""The sample game, and its README's commands on a run of seconds."""

import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from toolkit.cli import run
from toolkit.episode import find_episodes, read_episode
from toolkit.runtime.world_bundle import load_world

FOLDER = Path(__file__).parents[3] / "samples" / "world"
GLADE = "glade:Glade-v0"
QUICK = {
    "record": ["--steps", "60", "--length", "30"],
    "train world": ["--recipe", "tiny", "--hours", "0.0004", "--no-compile", "--threads", "1"],
    "train world-bundle": ["--recipe", "tiny"],
    "evaluate world": ["--seeds", "2", "--cache", "kept"],
}
"""What the commands get in addition, so that they take seconds; a later option counts."""


@pytest.fixture(autouse=True)
def on_the_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(FOLDER))
    yield
    gymnasium.registry.pop("Glade-v0", None)
    sys.modules.pop("glade", None)


def test_it_is_a_gymnasium_environment_whose_seeds_repeat():
    env = gymnasium.make(GLADE, render_mode="rgb_array")
    check_env(env.unwrapped, skip_render_check=True)
    frames = [env.reset(seed=seed)[0].tobytes() for seed in (1, 2, 1)]
    assert frames[0] == frames[2] != frames[1]


def test_what_is_cut_stays_cut():
    env = gymnasium.make(GLADE, render_mode="rgb_array").unwrapped
    glade = sys.modules["glade"]
    env.reset(seed=3)
    env.land[env.at[0], env.at[1] + 1 : env.at[1] + 3] = glade.HEDGE, glade.MUSHROOM
    act = {name: number for number, name in enumerate(glade.ACTIONS)}
    start = env.at
    env.step(act["right"])
    assert env.at == start  # a hedge is in the way
    earned = [env.step(act[name])[1] for name in ("do", "right", "do", "right")]
    assert earned == [0, 0, 1, 0]
    assert env.at == (start[0], start[1] + 2)
    for name in ("left",) * 2 + ("noop",):
        *_, info = env.step(act[name])
    assert info["semantic"][3, 4:6].tolist() == [glade.EARTH, glade.GRASS]
    assert info["motion"] == (0, 0)


def test_the_readme_goes_from_a_game_to_a_world_that_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```sh\n(.*?)```", (FOLDER / "README.md").read_text(), re.DOTALL)
    for line in block.splitlines()[1:-1]:  # the last asks for a terminal
        words = shlex.split(line)[1:]
        more = next(
            (QUICK[name] for name in QUICK if line.split(" ", 1)[1].startswith(name + " ")), []
        )
        assert run([*words, *more]) == 0, line
    episode = read_episode(find_episodes(Path("games"))[0])
    assert episode.clip.metadata["game"] == GLADE
    moved = np.abs(episode.tracks["motion"]).sum(1)
    assert set(moved.tolist()) <= {0, 1}
    assert (episode.tracks["semantic"][:, 3, 3] == 7).all()  # the player
    world = load_world(Path("glade"))
    assert world.card.shape.kind_names[:4] == ("", "grass", "flowers", "hedge")
    assert world.textures is not None
    report = json.loads(Path("glade/evaluation.json").read_text("utf-8"))
    assert report["recordings"]["takes"] == 2
    assert Path("both.webp").is_file()
