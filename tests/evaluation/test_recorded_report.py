import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from tests.tiny_world import SHAPE, make_tiny_crafter, make_tiny_world, record_strip
from toolkit.episode import read_episode
from toolkit.errors import BadRequest
from toolkit.evaluation.recorded_report import (
    RecordedEvaluation,
    evaluate_recorded,
    told_apart,
    ways_on,
)
from toolkit.evaluation.recorded_tables import lines_of, print_recorded_report
from toolkit.evaluation.recorded_takes import Cut, take_of
from toolkit.evaluation.world_dreams import Dreamer
from toolkit.runtime.world_bundle import load_world

FEW = RecordedEvaluation(takes=4, steps=17, repeated=1, timed=3)
UNTIMED = replace(FEW, timed=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recorded")


@pytest.fixture(scope="module")
def recordings(folder: Path) -> Path:
    record_strip(folder / "held_out")
    record_strip(folder / "short", episodes=1, length=10)
    (folder / "short" / "strip_0.npz").rename(folder / "held_out" / "strip_9.npz")
    return folder / "held_out"


@pytest.fixture(scope="module")
def bundle(folder: Path) -> Path:
    return make_tiny_world(folder / "world")


@pytest.fixture(scope="module")
def body(folder: Path, bundle: Path, recordings: Path) -> dict[str, Any]:
    return evaluate_recorded(
        bundle, recordings, options=FEW, cache=folder / "cache", write=True, command="playreel x"
    )


def test_it_says_what_was_measured(body: dict[str, Any]):
    assert body["recordings"] == {
        "game": "strip", "episodes": 3, "episodes_there": 3, "episodes_too_short": 1,
        "takes": 3, "takes_there": 3,
        "takes_after": {"1": 3, "4": 3, "8": 3, "16": 3, "32": 0, "64": 0},
    }  # fmt: skip
    assert {row["takes"] for row in body["play"].values()} == {3}
    assert "bars" not in body


def test_the_copied_row_is_a_copy_of_the_last_given_frame(body: dict[str, Any], recordings: Path):
    errors = {1: [], 16: []}
    stayed: list[bool] = []
    for number in range(3):
        episode = read_episode(recordings / f"strip_{number}.npz")
        frames = episode.clip.frames[..., :3].astype(np.float64)
        for steps, found in errors.items():
            square = ((frames[15 + steps] - frames[15]) ** 2).mean()
            found.append(60.0 if square == 0 else 10 * np.log10(255**2 / square))
        stayed.append(bool(episode.tracks["motion"][16].sum() == 0))
    copy = body["play"]["copy_last_frame"]
    for steps, found in errors.items():
        assert copy[f"psnr_{steps}"] == pytest.approx(np.mean(found), abs=1e-4)
    assert copy["camera_1"] == pytest.approx(np.mean(stayed), abs=1e-4)


def test_the_tiny_world_moves_its_camera_as_the_game_does(body: dict[str, Any]):
    for row in ("model", "action_ignored", "no_memory"):  # its motions need no picture
        assert (body["play"][row]["camera_1"], body["play"][row]["camera_16"]) == (1, 1)
    assert body["play"]["other_actions"]["camera_1"] == 0


def test_rows_differ_by_what_the_model_is_told(folder: Path, bundle: Path, recordings: Path):
    cut = Cut(path=recordings / "strip_0.npz", first=0, last=33)
    take = take_of(read_episode(cut.path), cut, SHAPE, given=16)
    dreamer = Dreamer(load_world(bundle))
    ways = ways_on(dreamer, take, 3)
    made = {name: dream.frames for name, (_, dream) in ways.items()}
    assert list(made) == [
        "model", "copy_last_frame", "action_ignored", "no_memory", "other_actions",
    ]  # fmt: skip
    assert len({frames[:4].tobytes() for frames in made.values()}) == 5
    assert [len(frames) for frames in made.values()] == [17, 17, 17, 17, 4]
    assert "other_actions" not in ways_on(dreamer, take, 1)


def test_what_true_actions_are_worth_is_between_the_rows(body: dict[str, Any]):
    play = body["play"]
    apart = play["model"]["psnr_4"] - play["other_actions"]["psnr_4"]
    assert body["delta_psnr_4"] == pytest.approx(apart, abs=1e-4)
    assert np.isnan(told_apart({"model": play["model"]}))


def test_a_report_twice_is_equal_with_and_without_kept_dreams(
    folder: Path, bundle: Path, recordings: Path, body: dict[str, Any]
):
    kept = len(list((folder / "cache" / "dreams").iterdir()))
    assert kept == 3 * 4
    for cache in ("cache", "another"):
        again = evaluate_recorded(
            bundle, recordings, options=UNTIMED, cache=folder / cache, command="playreel x"
        )
        assert again["speed"] is None
        for part in ("recordings", "play", "delta_psnr_4", "identical", "bundle"):
            assert again[part] == body[part]
    assert len(list((folder / "cache" / "dreams").iterdir())) == kept
    assert body["identical"] == {"replay": True, "save_and_load": True}


def test_the_report_lies_in_the_bundle_and_reads_as_a_table(bundle: Path, body: dict[str, Any]):
    assert json.loads((bundle / "evaluation.json").read_text()) == json.loads(json.dumps(body))
    written = io.StringIO()
    print_recorded_report(body, Console(file=written, width=80))
    for words in ("3 takes of 3 episodes of strip", "copy last frame", "other actions", "PSNR",
                  "too short for a take: 1.", "to the bit", "frames a second"):  # fmt: skip
        assert words in " ".join(written.getvalue().split())
    few = lines_of({**body, "delta_psnr_4": None, "speed": None})
    assert few[1].startswith("No take tells")
    assert len(few) == 3


def test_other_games_and_numbers_of_takes_are_refused(
    tmp_path: Path, bundle: Path, recordings: Path
):
    crafter = make_tiny_crafter(tmp_path / "crafter")
    with pytest.raises(
        BadRequest, match=r"the game of .*\.npz is strip, that of the world is craf"
    ):
        evaluate_recorded(crafter, recordings, options=UNTIMED)
    with pytest.raises(BadRequest, match=r"takes \(--seeds\) is 0; must be 1 to 100000"):
        RecordedEvaluation(takes=0)
