import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console

from tests.tiny_bundle import write_tiny_bundle
from toolkit.clip import Clip
from toolkit.errors import BadRequest, ModelNotFound
from toolkit.evaluation.attributes import HEADS
from toolkit.evaluation.clip_report import evaluate_clip, ratio, shares
from toolkit.evaluation.identity import characters
from toolkit.evaluation.judges import Judge, save_judge
from toolkit.evaluation.made import EvaluationOptions
from toolkit.evaluation.prompts import evaluation_cases
from toolkit.evaluation.tables import print_report
from toolkit.messages import SpriteRequest

COUNT = 10
FEW = EvaluationOptions(train_clips=12, num_inference_steps=1, characters=2)


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("judge")
    card = {"accuracy": {}, "chance": {head: 0.1 for head in HEADS}, "recipe": {}, "seeds": {}}
    save_judge(Judge(width=4), folder, card)
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "clip")


class PerfectModel:
    """Answers with the real render of the case that a request was made from."""

    def __init__(self) -> None:
        cases = [*evaluation_cases(COUNT), *characters(2, seed=FEW.seed)]
        self.cases = {(case.prompt, case.seed): case for case in cases}

    def __call__(self, request: SpriteRequest) -> Clip:
        case = self.cases[request.prompt, request.seed]
        return Clip(frames=case.frames, fps=request.fps)


def test_a_model_that_draws_the_real_clips_reaches_the_ceiling(bundle: Path, judges: Path):
    body = evaluate_clip(
        bundle,
        prompts=COUNT,
        judges=judges,
        cache=bundle / "cache",
        options=FEW,
        make=PerfectModel(),
    )
    assert body["scores"] == body["ceiling"]
    assert set(body["share_of_ceiling"]["accuracy"].values()) <= {1.0, None}
    assert body["scores"]["silhouette_sharpness"] == body["scores"]["inner_sharpness"] == 1
    assert body["from_image"] == {
        **body["from_image"], "clips": 2, "first_frame_psnr": 60.0, "later_psnr": 60.0,
    }  # fmt: skip
    assert body["baselines"]["static_first_frame"]["motion"] == 0
    assert body["counts"]["held_out_pairs"] == COUNT // 2
    assert body["identity"]["model"] == body["identity"]["real"]
    assert body["shares"]["binary_alpha"] == body["shares"]["stray_islands"] == 1
    assert body["student"] is None
    values = {row["name"]: (row["value"], row["met"]) for row in body["bars"]}
    assert values["inner sharpness, share of real"] == (1.0, True)
    assert values["student's joint, share of teacher"] == (None, None)


def test_a_bundle_is_evaluated_by_its_own_runtime_and_never_twice(bundle: Path, judges: Path):
    lines: list[str] = []
    first, again = (
        evaluate_clip(
            bundle, prompts=COUNT, judges=judges, cache=bundle / "cache", options=FEW, write=True,
            command="playreel x", report=lines.append,
        )
        for _ in range(2)
    )  # fmt: skip
    assert first == again
    assert [line for line in lines if "20 of 20" in line] == ["20 of 20 clips"]
    assert json.loads((bundle / "evaluation.json").read_text()) == first
    assert first["command"] == "playreel x"
    assert first["options"]["prompts"] == COUNT


def test_the_table_names_model_ceiling_and_baselines(bundle: Path, judges: Path):
    body = evaluate_clip(
        bundle,
        prompts=COUNT,
        judges=judges,
        cache=bundle / "cache",
        options=FEW,
        make=PerfectModel(),
    )
    written = io.StringIO()
    print_report(body, Console(file=written, width=200))
    for words in (
        "share of ceiling",
        "nearest training clip",
        "held-out pairs",
        "untrained",
        "dB",
        "Bars",
    ):
        assert words in written.getvalue()


def test_a_bundle_with_a_student_is_scored_in_both(judges: Path, tmp_path: Path):
    bundle = write_tiny_bundle(tmp_path / "both", student=0.7)
    asked: list[int] = []

    class Counting(PerfectModel):
        def __call__(self, request: SpriteRequest) -> Clip:
            asked.append(request.num_inference_steps)
            return super().__call__(request)

    cache = bundle / "cache"
    body = evaluate_clip(
        bundle, prompts=COUNT, judges=judges, cache=cache, options=FEW, make=Counting()
    )
    assert asked == [1] * (COUNT + 2 + 8) + [4] * COUNT
    assert {**body["student"], "share_of_teacher": None} == {
        **body["scores"], "share_of_teacher": None,
    }  # fmt: skip
    assert set(body["student"]["share_of_teacher"].values()) <= {1.0, None}


def test_what_cannot_be_evaluated_says_why(bundle: Path, judges: Path, tmp_path: Path):
    with pytest.raises(ModelNotFound, match=r"model\.json is missing"):
        evaluate_clip(tmp_path / "none", judges=judges)
    with pytest.raises(ModelNotFound, match="playreel evaluate judges"):
        evaluate_clip(bundle, judges=tmp_path)
    with pytest.raises(BadRequest, match="prompts is 1"):
        evaluate_clip(bundle, prompts=1, judges=judges)


def test_a_share_of_nothing_is_not_a_number():
    result = shares({"a": 0.3, "b": 0.0}, {"a": 0.6, "b": 0.0})
    assert result["a"] == pytest.approx(0.5)
    assert np.isnan(result["b"])


def test_a_ratio_to_nothing_is_one_only_for_nothing():
    assert (ratio(1, 2), ratio(0, 0)) == (0.5, 1.0)
    assert np.isnan(ratio(1, 0))
