import json
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import torch

from toolkit.errors import BadRequest
from toolkit.messages import SpriteRequest
from toolkit.model.export_onnx import DENOISER_INPUTS, SIZES_TESTED, denoiser_inputs, export_bundle
from toolkit.model.export_student import export_beside_student, export_student
from toolkit.model.import_onnx import load_bundle, load_student
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.text_encoder import TextTower
from toolkit.model.transformer import VideoTransformer
from toolkit.runtime.model_card import read_card
from toolkit.runtime.models import load_models

Network = TypeVar("Network", bound=torch.nn.Module)
SIZE = CLIP_PRESETS["clip-tiny"]
PLAN = {"num_inference_steps": 4, "guidance_scale": 2.5, "training": {"steps": 9}}
TOLERANCE = 2e-2
"""Weights are stored in half precision; outputs are of order one."""


def trained(network: Network, seed: int) -> Network:
    """The network with weights of its own everywhere: equal tensors would be stored once."""
    torch.manual_seed(seed)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    return network.eval()


def network(seed: int) -> VideoTransformer:
    return trained(VideoTransformer(SIZE), seed)


@pytest.fixture(scope="module")
def tower() -> TextTower:
    return trained(TextTower(SIZE.width, SIZE.heads), 0)


@pytest.fixture(scope="module")
def teacher(tower: TextTower, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("student") / "teacher"
    export_bundle(tower, network(1), "clip-tiny", folder, training={"steps": 3})
    return folder


@torch.no_grad()
def test_a_student_joins_its_teachers_bundle(tower: TextTower, teacher: Path, tmp_path: Path):
    student = network(2)
    folder = tmp_path / "both"
    export_student(tower, student, teacher, folder, student=PLAN, precision="fp16")
    for name in ("denoiser.onnx", "text_encoder.onnx", "tokenizer.json"):
        assert (folder / name).read_bytes() == (teacher / name).read_bytes()
    card = json.loads((folder / "model.json").read_text())
    before = json.loads((teacher / "model.json").read_text())
    assert card["student"] == {**PLAN, "precision": "fp16"}
    assert card["training"] == before["training"]
    models = load_models(folder, threads=1)
    request = SpriteRequest(prompt="a", num_inference_steps=4, guidance_scale=2.5)
    chosen, guidance = models.network_of(request)
    assert (chosen, guidance) == (models.student, 1.0)
    for size in SIZES_TESTED:
        feeds = denoiser_inputs(2, *size, patch=SIZE.patch, text_width=SIZE.width)
        arrays = {n: v.numpy() for n, v in zip(DENOISER_INPUTS, feeds, strict=True)}
        (ours,) = chosen.session.run(arrays)
        np.testing.assert_allclose(ours, student(*feeds).numpy(), atol=TOLERANCE)
        (theirs,) = models.denoiser.session.run(arrays)
        assert np.abs(ours - theirs).max() > 2 * TOLERANCE


def test_a_student_may_replace_the_bundle_that_it_joins(
    tower: TextTower, teacher: Path, tmp_path: Path
):
    folder = tmp_path / "own"
    export_student(tower, network(2), teacher, folder, student=PLAN, precision="fp16")
    first = (folder / "student.onnx").read_bytes()
    export_student(tower, network(3), folder, folder, student=PLAN, precision="fp16")
    assert (folder / "student.onnx").read_bytes() != first
    assert load_models(folder, threads=1).student is not None


def test_a_student_of_another_teacher_is_refused(teacher: Path, tmp_path: Path):
    other = trained(TextTower(SIZE.width, SIZE.heads), 5)
    with pytest.raises(BadRequest, match=r"reads words otherwise .* --teacher"):
        export_student(other, network(2), teacher, tmp_path / "no", student=PLAN, precision="fp16")
    assert not list(tmp_path.iterdir())


@torch.no_grad()
def test_a_bundle_trained_on_takes_the_student_of_the_one_before_along(
    teacher: Path, tower: TextTower, tmp_path: Path
):
    before, after = tmp_path / "before", tmp_path / "after"
    export_student(tower, network(2), teacher, before, student=PLAN, precision="fp16")
    start = json.loads((before / "model.json").read_text())
    words = trained(TextTower(SIZE.width, SIZE.heads), 5)
    export_beside_student(
        words, network(4), "clip-tiny", before, after, training={"steps": 5}, precision="fp16"
    )
    card = json.loads((after / "model.json").read_text())
    assert card["training"] == {"steps": 5}
    assert card["student"] == {
        **PLAN, "precision": "fp16", "moved_from": read_card(before).hash,
    }  # fmt: skip
    assert card["files"]["text_encoder.onnx"] != start["files"]["text_encoder.onnx"]
    moved = VideoTransformer(SIZE)
    load_student(moved, after)
    for now, few, new, old in zip(
        *(one.parameters() for one in (moved, network(2), network(4), network(1))), strict=True
    ):
        torch.testing.assert_close(now, few + new - old, atol=1e-3, rtol=1e-2)
    assert load_models(after, threads=1).student is not None


def test_a_student_that_its_teacher_did_not_leave_stays_and_replaces_its_own_bundle(
    teacher: Path, tower: TextTower, tmp_path: Path
):
    both = tmp_path / "both"
    export_student(tower, network(2), teacher, both, student=PLAN, precision="fp16")
    stored = VideoTransformer(SIZE)
    load_bundle(TextTower(SIZE.width, SIZE.heads), stored, both)
    before = (both / "student.onnx").read_bytes()
    export_beside_student(
        tower, stored, "clip-tiny", both, both, training={"steps": 5}, precision="fp16"
    )
    assert (both / "student.onnx").read_bytes() == before


def test_without_a_student_none_is_taken_along(tower: TextTower, teacher: Path, tmp_path: Path):
    with pytest.raises(BadRequest, match=r"has no few-step network; leave out --keep-student"):
        export_beside_student(
            tower, network(4), "clip-tiny", teacher, tmp_path / "no",
            training={}, precision="fp16",
        )  # fmt: skip
    assert not list(tmp_path.iterdir())
