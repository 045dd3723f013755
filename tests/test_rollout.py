import json
import shutil
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from exporters.provenance import read_metadata
from tests.tiny_world import SHAPE, make_tiny_world
from toolkit.cli import run
from toolkit.data.games.crafter import Crafter
from toolkit.episode import read_episode
from toolkit.pipelines.world import WorldModelEnv
from toolkit.runtime.world_bundle import cut_cells, load_world, read_world_card, write_world_card
from toolkit.runtime.world_textures import Textures, pack_textures

STEPS = [2, 2, 2, 1, 0, 1, 0]
SCRIPT = "right*3 (left noop)*2"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_world(tmp_path_factory.mktemp("world"))


def dreamt(world: Path, seed: int = 1) -> np.ndarray:
    env = WorldModelEnv(load_world(world))
    first, _ = env.reset(seed=seed)
    return np.stack([first, *(env.step(action)[0] for action in STEPS)])


def roll(world: Path, *words: object, script: str = SCRIPT) -> int:
    return run(["rollout", script, "--world", str(world), "--seed", "1", *map(str, words)])


def pictures(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.stack([np.asarray(f.convert("RGB")) for f in ImageSequence.Iterator(image)])


def test_a_script_becomes_an_episode_of_what_was_dreamt(world: Path, tmp_path: Path):
    assert roll(world, "-o", tmp_path / "walk.npz") == 0
    episode = read_episode(tmp_path / "walk.npz")
    assert np.array_equal(episode.clip.frames[..., :3], dreamt(world))
    assert episode.actions.tolist() == STEPS
    assert episode.action_names == SHAPE.action_names
    # left and right move the camera of the tiny world
    assert episode.tracks["motion"][1:, 1].tolist() == [1, 1, 1, -1, 0, -1, 0]
    assert episode.tracks["semantic"].shape == (8, SHAPE.rows, SHAPE.columns)
    assert episode.clip.metadata["script"] == SCRIPT


@pytest.mark.parametrize("ending", ["webp", "apng", "gif"])
def test_pictures_show_every_frame_enlarged(world: Path, tmp_path: Path, ending: str):
    path = tmp_path / f"walk.{ending}"
    assert roll(world, "-o", path, "--scale", 2) == 0
    wanted = dreamt(world).repeat(2, 1).repeat(2, 2)
    if ending != "gif":  # random frames have more than 255 colours
        assert np.array_equal(pictures(path), wanted)
    assert pictures(path).shape == wanted.shape
    assert read_metadata(path.read_bytes())["seed"] == "1"


@pytest.mark.parametrize("ending", ["mp4", "webm", "mov"])
def test_films_last_as_long_as_the_game(world: Path, tmp_path: Path, ending: str):
    path = tmp_path / f"walk.{ending}"
    assert roll(world, "-o", path, "--fps", 20) == 0
    with av.open(str(path)) as film:
        assert len(list(film.decode(video=0))) == len(STEPS) + 1
        assert film.duration == pytest.approx((len(STEPS) + 1) / 20 * 1e6, abs=2000)


def test_it_says_what_it_did(world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "new" / "walk.gif"
    assert roll(world, "-o", out, "-o", tmp_path / "walk.npz", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["world"], said["seed"], said["steps"]) == ("strip", 1, len(STEPS))
    assert said["files"] == [str(out), str(tmp_path / "walk.npz")]
    assert set(said["seconds"]) == {"load", "play", "write"}


def test_it_says_how_far_the_dream_drifted(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """With its own first frames as textures, a world of random weights drifts at once."""
    folder = shutil.copytree(world, tmp_path / "textured")
    card = read_world_card(folder)
    cells = cut_cells(load_world(folder).starts, SHAPE).reshape(-1, 192)
    (folder / "textures.npz").write_bytes(pack_textures(Textures(cells=cells, reach=3.0)))
    write_world_card(folder, name=card.name, shape=SHAPE, training={})
    out, said = tmp_path / "walk.npz", []
    for words in ([], ["--no-anchor"]):
        assert roll(folder, "-o", out, "--json", *words, script="right*10") == 0
        said.append(json.loads(capsys.readouterr().out)["drift"])
    assert [drift["anchored"] for drift in said] == [[9], []]
    assert said[0]["least_valid"] < 0.6
    assert roll(world, "-o", out, "--json") == 0
    assert json.loads(capsys.readouterr().out)["drift"] is None


def test_scripts_in_files_do_the_same(world: Path, tmp_path: Path):
    (tmp_path / "walk.txt").write_text("right*3 # there\n(left noop)*2\n")
    lines = ['{"action": "right", "times": 3}', *['"left"', "0"] * 2]
    (tmp_path / "walk.jsonl").write_text("\n".join(lines))
    contents: list[bytes] = []
    for name in ("walk.txt", "walk.jsonl"):
        assert roll(world, "-o", tmp_path / "walk.npz", script=str(tmp_path / name)) == 0
        contents.append(read_episode(tmp_path / "walk.npz").clip.frames[..., :3].tobytes())
    assert contents == [dreamt(world).tobytes()] * 2


def test_cells_in_a_script_are_drawn(world: Path, tmp_path: Path):
    said = np.full((SHAPE.rows, SHAPE.columns), 7)
    (tmp_path / "say.jsonl").write_text(json.dumps({"action": 0, "cells": said.tolist()}))
    out = tmp_path / "said.npz"
    assert roll(world, "-o", out, script=str(tmp_path / "say.jsonl")) == 0
    env = WorldModelEnv(load_world(world))
    env.reset(seed=1)
    env.say_cells(said)
    assert np.array_equal(read_episode(out).clip.frames[1, ..., :3], env.step(0)[0])


def test_a_kept_end_is_a_start(world: Path, tmp_path: Path):
    kept, first, rest = tmp_path / "end.snapshot", tmp_path / "a.npz", tmp_path / "b.npz"
    assert roll(world, "-o", first, "--keep", kept, script="right*3") == 0
    assert roll(world, "-o", rest, "--start", kept, script="(left noop)*2") == 0
    parts = [read_episode(path).clip.frames[..., :3] for path in (first, rest)]
    assert np.array_equal(np.concatenate([parts[0], parts[1][1:]]), dreamt(world))


def test_a_picture_is_a_start(world: Path, tmp_path: Path):
    image = np.random.default_rng(2).integers(0, 256, (*SHAPE.size, 3), np.uint8)
    Image.fromarray(image).save(tmp_path / "start.png")
    assert roll(world, "-o", tmp_path / "a.npz", "--start", tmp_path / "start.png") == 0
    assert np.array_equal(read_episode(tmp_path / "a.npz").clip.frames[0, ..., :3], image)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["right*2 jump", "-o", "a.gif"], 2, "'jump' is no action of this world"),
        (["nothing.jsonl", "-o", "a.gif"], 2, "nothing.jsonl"),
        (["right", "-o", "a.avi"], 2, "ends in 'avi'; use .mp4, .webm"),
        (["right", "-o", "a.gif", "--start", "small.png"], 2, r"takes [24, 32, 3]"),
        (["right", "-o", "a.gif", "--start", "cut.snapshot"], 2, "no whole snapshot"),
        (["right", "-o", "a.gif", "--beside-real", "--start", "small.png"], 2, "leave out --start"),
        (["right", "-o", "a.gif", "--beside-real"], 2, "cannot play 'strip'"),
        (["right*90000", "-o", "a.gif", "--scale", "16"], 6, "lower --scale or shorten"),
        (["right", "-o", "a.gif", "--world", "nowhere"], 2, "model.json"),
    ],
)
def test_what_does_not_fit_is_refused(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str,
):  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (16, 16)).save("small.png")
    Path("cut.snapshot").write_bytes(b"PK\3\4")
    before = set(tmp_path.iterdir())
    assert run(["rollout", "--world", str(world), *words]) == code
    assert message in capsys.readouterr().err
    assert set(tmp_path.iterdir()) == before


def test_the_real_game_is_shown_at_the_left(tmp_path: Path):
    out = tmp_path / "both.apng"
    script = ["rollout", "left*2 do", "--seed", "4", "--scale", "1", "--beside-real"]
    assert run([*script, "-o", str(out), "-o", str(tmp_path / "dream.npz")]) == 0
    shown, dream = pictures(out), read_episode(tmp_path / "dream.npz").clip.frames[..., :3]
    game = Crafter(gifts=True)
    names = game.action_names
    real = [game.reset(4), *(game.step(names.index(name)) for name in ("move_left",) * 2 + ("do",))]
    assert np.array_equal(shown[:, :, :72], [sight.frame for sight in real])
    assert np.array_equal(shown[:, :, 74:], dream)
    assert np.array_equal(dream[0], real[0].frame)


def test_without_the_real_game_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(sys.modules, "crafter", None)  # as if it were not installed
    out = str(tmp_path / "a.gif")
    for command in (
        ["rollout", "left", "-o", out, "--beside-real"],
        ["record", "crafter", "-o", out],
    ):
        assert run(command) == 2
        assert "needs crafter; pip install 'playreel[train]'" in capsys.readouterr().err
