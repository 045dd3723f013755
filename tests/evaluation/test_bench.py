import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from tests.tiny_bundle import write_tiny_bundle
from toolkit.errors import BadRequest, ModelError
from toolkit.evaluation.bench import bench_clip, cold_start, compare_steps
from toolkit.evaluation.tables import print_bench
from toolkit.evaluation.turns import in_turns
from toolkit.messages import SpriteRequest

REQUEST = SpriteRequest(prompt="a red knight", num_frames=2, width=16, height=16)


def test_calls_take_turns_and_the_first_round_does_not_count():
    order, now = list[str](), 0.0

    def work(name: str, seconds: float) -> None:
        nonlocal now
        order.append(name)
        now += seconds

    times = in_turns([lambda: work("a", 2), lambda: work("b", 3)], 2, clock=lambda: now)
    assert order == ["a", "b"] * 3
    assert times == [[2, 2], [3, 3]]


def test_bench_measures_a_fresh_process_and_both_engines(tmp_path: Path):
    bundle = write_tiny_bundle(tmp_path / "clip", student=0.7)
    card = json.loads((bundle / "model.json").read_text())
    (bundle / "model.json").write_text(json.dumps({**card, "preset": "clip-s"}))
    body = bench_clip(bundle, request=REQUEST, threads=1, rounds=1)
    assert body["cold_seconds"] > body["second_clip_seconds"] >= 0
    assert body["few_steps_seconds"] > 0
    assert body["step"]["torch_over_onnx"] > 1
    assert body["clip"] == "2 frames of 16x16, 20 steps, guidance 2.5"
    written = io.StringIO()
    print_bench(body, Console(file=written, width=100))
    assert "cold start" in written.getvalue()
    assert "few-step" in written.getvalue()


def test_a_bundle_without_a_student_has_no_figure_of_one(tmp_path: Path):
    assert cold_start(write_tiny_bundle(tmp_path / "clip"), REQUEST)["few_steps_seconds"] is None


def test_a_bundle_of_unknown_size_or_broken_says_why(tmp_path: Path):
    bundle = write_tiny_bundle(tmp_path / "clip")
    with pytest.raises(BadRequest, match="clip-s"):
        compare_steps(bundle, REQUEST, threads=1, rounds=1)
    (bundle / "denoiser.onnx").unlink()
    with pytest.raises(ModelError, match=r"denoiser\.onnx is missing"):
        bench_clip(bundle, request=REQUEST, threads=1, rounds=1)
