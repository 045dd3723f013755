import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.tiny_world import make_tiny_crafter, make_tiny_world
from toolkit.data.games.crafter import Crafter
from toolkit.errors import BadRequest
from toolkit.evaluation.inverse_dynamics import InverseRecipe
from toolkit.evaluation.world_bars import WORLD_BARS
from toolkit.evaluation.world_report import WorldEvaluation, evaluate_world
from toolkit.evaluation.world_tables import print_world_report

FEW = WorldEvaluation(
    seeds=2, first_seed=20, steps=17, watched=8, ablated=8, drift=30, timed=5,
    judge=InverseRecipe(worlds=1, steps=8, epochs=1),
)  # fmt: skip


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Crafter:
    return Crafter(area=(32, 32), worlds=tmp_path_factory.mktemp("worlds"), gifts=True)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_crafter(tmp_path_factory.mktemp("tiny") / "world")


@pytest.fixture(scope="module")
def body(bundle: Path, game: Crafter) -> dict[str, Any]:
    return evaluate_world(
        bundle, options=FEW, cache=bundle.parent / "cache", write=True, command="playreel x",
        game=game,
    )  # fmt: skip


def test_the_real_game_reaches_every_ceiling(body: dict[str, Any]):
    real = body["play"]["real"]
    for steps in (1, 16):
        assert real[f"psnr_{steps}"] == real[f"psnr_seen_{steps}"] == 60
        assert real[f"tiles_{steps}"] == 1
    assert all(row["real"] == 1 for row in body["left"].values())


def test_a_copy_of_the_last_frame_changes_nothing(body: dict[str, Any]):
    assert set(body["watched"]["copy_last_frame"].values()) == {0}
    assert all(row["copy_last_frame"] == 0 for row in body["left"].values())
    assert body["play"]["copy_last_frame"]["psnr_1"] < 60


def test_a_world_repeats_and_a_row_stands_for_every_bar(body: dict[str, Any]):
    assert body["identical"] == {"replay": True, "save_and_load": True}
    rows = {row["name"]: row for row in body["bars"]}
    assert set(rows) == {bar.name for bar in WORLD_BARS}
    unmeasured = {name for name, row in rows.items() if row["value"] is None}
    assert unmeasured <= {
        "cells seen before, after 64", "change watched for 32 frames",
        "change watched for 128 frames", "change left for 2 to 8 frames", "change left for 9 to 24",
        "change left for 25 to 64",
    }  # fmt: skip


def test_the_report_lies_in_the_bundle_and_reads_as_tables(bundle: Path, body: dict[str, Any]):
    assert json.loads((bundle / "evaluation.json").read_text()) == json.loads(json.dumps(body))
    written = io.StringIO()
    print_world_report(body, Console(file=written, width=220))
    for words in ("copy last frame", "action ignored", "no memory", "real other dice", "amnesiac",
                  "Bars", "straight", "frames a second"):  # fmt: skip
        assert words in written.getvalue()


def test_worlds_of_other_games_are_refused(tmp_path: Path, game: Crafter):
    with pytest.raises(BadRequest, match="is a world of strip; only worlds of crafter"):
        evaluate_world(make_tiny_world(tmp_path / "strip"), options=FEW, game=game)
    with pytest.raises(BadRequest, match="seeds is 0"):
        WorldEvaluation(seeds=0)


def test_a_moonshot_never_lies_before_its_bar():
    for bar in WORLD_BARS:
        assert bar.moonshot == bar.bar or (bar.moonshot > bar.bar) == (bar.better == "higher")
