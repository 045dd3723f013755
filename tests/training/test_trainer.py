import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from toolkit.errors import BadRequest
from toolkit.model.export_onnx import export_bundle
from toolkit.training.checkpoint import (
    BEFORE_DECAY,
    load_checkpoint,
    load_clip_bundle,
    save_checkpoint,
    start_from,
)
from toolkit.training.network import clip_weights
from toolkit.training.optimizers import build_optimizers, is_block_matrix, learning_rate
from toolkit.training.recipes import clip, tiny
from toolkit.training.trainer import RunOptions, stage_at, stage_of_step, train


def options(run: Path, steps: int, *, resume: bool = False) -> RunOptions:
    return RunOptions(run=run, hours=1, max_steps=steps, resume=resume, compile=False, threads=1)


def test_a_resumed_run_continues_where_it_stopped(tmp_path: Path):
    first = train(tiny(), options(tmp_path, 3), report=lambda _: None)
    second = train(tiny(), options(tmp_path, 5, resume=True), report=lambda _: None)
    assert (first.step, second.step, second.restarts) == (3, 5, 1)
    assert second.seconds > first.seconds
    assert sorted(path.name for path in tmp_path.glob("samples_*.png")) == [
        "samples_000003.png", "samples_000005.png",
    ]  # fmt: skip


def test_the_state_before_the_rate_falls_is_kept(tmp_path: Path):
    short = replace(options(tmp_path, 10_000), hours=2 / 3600)
    end = train(tiny(), short, report=lambda _: None)
    saved = torch.load(tmp_path / BEFORE_DECAY, weights_only=True)["state"]
    assert 0 < saved["step"] <= end.step
    assert 0.75 * 2 <= saved["seconds"] <= end.seconds


def test_checkpoint_restores_every_tensor_exactly(tmp_path: Path):
    torch.manual_seed(1)
    saved = clip_weights("clip-tiny")
    recipe = tiny()
    run = train(recipe, options(tmp_path, 2), report=lambda _: None)
    loaded = clip_weights("clip-tiny")
    optimizers = build_optimizers(loaded.master, recipe)
    load_checkpoint(tmp_path / "checkpoint.pt", loaded, optimizers)
    save_checkpoint(tmp_path / "again.pt", loaded, optimizers, run)
    load_checkpoint(tmp_path / "again.pt", saved, build_optimizers(saved.master, recipe))
    for ours, theirs in zip(saved.master.parameters(), loaded.master.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    for copy, master in zip(loaded.compute.parameters(), loaded.master.parameters(), strict=True):
        assert torch.equal(copy, master.to(torch.bfloat16))


def test_resume_without_a_checkpoint_says_what_to_do(tmp_path: Path):
    with pytest.raises(BadRequest, match="without --resume"):
        train(tiny(), options(tmp_path, 1, resume=True), report=lambda _: None)


def test_a_new_run_starts_from_a_checkpoint_of_an_earlier_network(tmp_path: Path):
    train(tiny(), options(tmp_path, 2), report=lambda _: None)
    path = tmp_path / "checkpoint.pt"
    saved = torch.load(path, weights_only=True)
    removed = [name for name in saved["master"] if ".refiner." in name]
    for copy in ("master", "ema"):
        for name in removed:
            del saved[copy][name]
    torch.save(saved, path)
    torch.manual_seed(5)
    started = clip_weights("clip-tiny")
    first = {name: tensor.clone() for name, tensor in started.master.state_dict().items()}
    state, missing = start_from(path, started, load_clip_bundle)
    assert (missing, state.step, state.steps_in_all) == (removed, 0, 2)
    assert state.hours_in_all == saved["state"]["seconds"] / 3600
    for name, tensor in started.ema.state_dict().items():
        expected = first[name] if name in removed else saved["ema"][name]
        assert torch.equal(tensor, expected), name
    for copy, master in zip(started.compute.parameters(), started.master.parameters(), strict=True):
        assert torch.equal(copy, master.to(torch.bfloat16))


def test_a_new_run_starts_from_a_bundle(tmp_path: Path):
    torch.manual_seed(6)
    saved = clip_weights("clip-tiny").ema
    for parameter in saved.parameters():  # equal tensors would be stored once
        torch.nn.init.normal_(parameter, std=0.1)
    bundle = tmp_path / "bundle"
    export_bundle(
        saved.tower, saved.transformer, "clip-tiny", bundle, training={"steps": 7, "hours": 0.5}
    )
    started = clip_weights("clip-tiny")
    state, missing = start_from(bundle, started, load_clip_bundle)
    assert (missing, state.steps_in_all, state.hours_in_all) == ([], 7, 0.5)
    for ours, theirs in zip(started.ema.parameters(), saved.parameters(), strict=True):
        largest = float(theirs.detach().abs().max())
        torch.testing.assert_close(ours, theirs, atol=largest / 200 + 1e-6, rtol=1e-2)


def test_a_start_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(BadRequest, match="--init takes a checkpoint or a bundle folder"):
        start_from(tmp_path / "none", clip_weights("clip-tiny"), load_clip_bundle)


KILLED_RUN = """
import sys
from dataclasses import replace
from pathlib import Path
from toolkit.training.recipes import tiny
from toolkit.training.trainer import BEFORE_DECAY, RunOptions, train
recipe = replace(tiny(), checkpoint_seconds=0.0)
run = Path(sys.argv[1])
train(recipe, RunOptions(run=run, hours=1, compile=False, threads=1), report=print)
"""


def test_kill_9_leaves_a_checkpoint_that_resumes(tmp_path: Path):
    process = subprocess.Popen([sys.executable, "-c", KILLED_RUN, str(tmp_path)])
    deadline = time.monotonic() + 900
    while len(list(tmp_path.glob("samples_*.png"))) < 2:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    weights = clip_weights("clip-tiny")
    state = load_checkpoint(
        tmp_path / "checkpoint.pt", weights, build_optimizers(weights.master, tiny())
    )
    assert state.step >= 2
    more = options(tmp_path, state.step + 1, resume=True)
    assert train(tiny(), more, report=lambda _: None).step == state.step + 1


def test_loss_falls_on_one_procedural_clip(tmp_path: Path):
    recipe = replace(tiny(), pool_size=8, lr=3e-3, decay_share=0.001)
    train(recipe, options(tmp_path, 100), report=lambda _: None)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [50, 100]
    assert lines[1]["loss"] < lines[0]["loss"]


def test_stages_follow_the_hours_and_the_last_one_stays():
    recipe = clip()
    assert stage_at(recipe, 0.0).name == recipe.stages[0].name
    assert stage_at(recipe, 0.999).name == recipe.stages[-1].name
    assert stage_at(recipe, 1.5).name == recipe.stages[-1].name
    assert sum(stage.share for stage in recipe.stages) == pytest.approx(1)


def test_stages_beside_one_another_take_turns_by_their_share(tmp_path: Path):
    grid = tiny().stages[0]
    still = replace(grid, name="stills", num_frames=1, batch=4, share=0.25)
    both = replace(grid, beside=(still,))
    drawn = [stage_of_step(both, 3, step).name for step in range(2000)]
    assert drawn.count("stills") == pytest.approx(500, abs=60)
    assert drawn == [stage_of_step(both, 3, step).name for step in range(2000)]
    assert stage_of_step(grid, 3, 0) is grid
    logging = replace(options(tmp_path, 20), log_every=20)
    train(replace(tiny(), stages=(both,)), logging, report=lambda _: None)
    line = json.loads((tmp_path / "log.jsonl").read_text())
    assert line["loss"] > 0
    assert line["loss_stills"] > 0


def test_rate_warms_up_stays_and_falls():
    recipe = clip()
    assert learning_rate(recipe, steps_since_start=0, progress=0.1) == recipe.lr / 100
    assert learning_rate(recipe, steps_since_start=500, progress=0.5) == recipe.lr
    assert learning_rate(recipe, steps_since_start=500, progress=0.875) == pytest.approx(
        recipe.lr / 2
    )


def test_muon_takes_block_matrices_and_adamw_the_rest():
    network = clip_weights("clip-tiny").master
    matrices = {n for n, p in network.named_parameters() if is_block_matrix(n, p)}
    assert "transformer.blocks.0.qkv.weight" in matrices
    assert not any("table" in n or "pieces" in n or "embed" in n for n in matrices)
    owned = [
        p for o in build_optimizers(network, tiny()) for g in o.param_groups for p in g["params"]
    ]
    assert len(owned) == len({id(p) for p in owned}) == len(list(network.parameters()))
