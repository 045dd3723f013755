import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.tiny_bundle import write_tiny_bundle
from toolkit.errors import BadRequest, ModelMismatch, ModelNotFound, ProviderUnavailable
from toolkit.messages import SpriteRequest
from toolkit.runtime.model_card import Student
from toolkit.runtime.models import load_models, verify
from toolkit.runtime.session import PROVIDERS, working_providers


def rewrite_card(bundle: Path, **changes: object) -> None:
    card = json.loads((bundle / "model.json").read_text())
    (bundle / "model.json").write_text(json.dumps({**card, **changes}))


def test_a_whole_bundle_loads_and_its_hash_is_that_of_model_json(bundle: Path):
    models = load_models(bundle, threads=1)
    assert models.card.hash == hashlib.sha256((bundle / "model.json").read_bytes()).hexdigest()
    ids = np.ones((2, 24), np.int64)
    embeds, pooled = models.encode_text(ids, ids)
    assert (embeds.shape, pooled.shape) == ((2, 24, 384), (2, 384))


def test_a_student_draws_what_it_was_distilled_for_and_nothing_else(tmp_path: Path):
    models = load_models(write_tiny_bundle(tmp_path / "bundle", student=0.7), threads=1)
    assert models.card.student == Student(num_inference_steps=4, guidance_scale=2.0)
    request = SpriteRequest(prompt="a", num_inference_steps=4, guidance_scale=2)
    assert models.network_of(request) == (models.student, 1.0)
    for changes in (
        {"num_inference_steps": 5}, {"guidance_scale": 2.5}, {"sampler": "lcm"},
        {"negative_prompt": "red"},
    ):  # fmt: skip
        other = replace(request, **changes)
        assert models.network_of(other) == (models.denoiser, other.guidance_scale)


def test_a_bundle_without_a_student_draws_all_itself(bundle: Path):
    models = load_models(bundle, threads=1)
    request = SpriteRequest(prompt="a", num_inference_steps=4, guidance_scale=2)
    assert (models.card.student, models.student) == (None, None)
    assert models.network_of(request) == (models.denoiser, 2)


def test_a_student_is_checked_as_the_other_graphs_are(tmp_path: Path):
    folder = write_tiny_bundle(tmp_path / "bundle", student=0.7)
    path = folder / "student.onnx"
    path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(ModelMismatch, match=r"student\.onnx has hash"):
        load_models(folder, threads=1)
    path.unlink()
    with pytest.raises(ModelNotFound, match=r"student\.onnx is missing"):
        load_models(folder, threads=1)


@pytest.mark.parametrize("name", ["model.json", "denoiser.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(bundle: Path, name: str):
    (bundle / name).unlink()
    with pytest.raises(ModelNotFound, match=f"{name} is missing; reinstall"):
        load_models(bundle, threads=1)


def test_a_changed_file_is_refused_before_it_is_opened(bundle: Path):
    path = bundle / "denoiser.onnx"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelMismatch, match=r"denoiser\.onnx has hash"):
        load_models(bundle, threads=1)
    with pytest.raises(ModelMismatch):
        verify(bundle)


def test_a_graph_that_does_not_load_is_one_sentence(bundle: Path):
    (bundle / "denoiser.onnx").write_bytes(b"not a graph")
    card = json.loads((bundle / "model.json").read_text())
    card["files"]["denoiser.onnx"]["sha256"] = hashlib.sha256(b"not a graph").hexdigest()
    rewrite_card(bundle, files=card["files"])
    with pytest.raises(ModelMismatch, match="cannot load the graph"):
        load_models(bundle, threads=1)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"format": 2}, "format is 2, must be 1"),
        ({"student": 4}, "student is 4, must be an object"),
        ({"student": {"num_inference_steps": 0}}, "num_inference_steps of student is 0, must"),
        ({"student": {"num_inference_steps": 4}}, "guidance_scale of student is None, must be"),
        (
            {"student": {"num_inference_steps": 4, "guidance_scale": 2}},
            r"it tells of a student and files lists no student\.onnx",
        ),
        ({"look": "round"}, "look is 'round', must be an object"),
        ({"look": {"pitch": 0, "palette": []}}, "pitch of look is 0, must be 1 to 16"),
        ({"look": {"pitch": 4, "palette": "red"}}, "palette of look is 'red', must be up to 256"),
        ({"look": {"pitch": 4, "palette": ["ff00"]}}, "palette of look is .* of rrggbb"),
        ({"kind": "world"}, "kind is 'world', must be 'clip'"),
        ({"text_tokens": 8}, "text_tokens is 8, must be 24"),
        ({"control_size": "12"}, "control_size is '12', must be 12"),
        ({"patch": "x"}, "patch is 'x', must be one of"),
        ({"patch": 0}, "patch is 0, must be one of"),
        ({"patch": True}, "patch is True, must be one of"),
        ({"name": 5}, "name is 5, must be text"),
        ({"training": 7}, "training is 7, must be an object"),
        ({"files": []}, r"files is \[\], must be an object"),
        ({"files": {"a": 1}}, "a is 1, must be an object"),
        ({"files": {"a": {"sha256": 5}}}, "sha256 of a is 5, must be 64 hex digits"),
        ({"files": {"a": {"sha256": "0" * 64}}}, r"files lists no text_encoder\.onnx"),
    ],
)
def test_a_strange_card_is_refused(bundle: Path, changes: dict[str, object], says: str):
    rewrite_card(bundle, **changes)
    with pytest.raises(ModelMismatch, match=rf"model\.json .*{says}.*reinstall playreel"):
        load_models(bundle, threads=1)


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 200_000, "\ufeff{}", "7"])
def test_a_card_that_is_no_object_is_refused(bundle: Path, text: str):
    (bundle / "model.json").write_text(text, "utf-8")
    with pytest.raises(ModelMismatch, match=r"model\.json describes no bundle"):
        load_models(bundle, threads=1)


@pytest.mark.parametrize("load", [lambda bundle: load_models(bundle, threads=1), verify])
@pytest.mark.parametrize(
    "name", ["../outside.onnx", "..", ".", "", "a/b", "a\\b", "C:x", "/etc/passwd", "a\0b", "a\n"]
)
def test_names_that_leave_the_folder_are_refused(
    bundle: Path, name: str, load: Callable[[Path], object]
):
    shutil.copy(bundle / "denoiser.onnx", bundle.parent / "outside.onnx")
    card = json.loads((bundle / "model.json").read_text())
    rewrite_card(bundle, files={**card["files"], name: card["files"]["denoiser.onnx"]})
    with pytest.raises(ModelMismatch, match="only plain file names are allowed"):
        load(bundle)


def test_weights_outside_the_graph_are_refused_though_every_hash_is_right(tmp_path: Path):
    graph = onnx.load_from_string(
        (write_tiny_bundle(tmp_path / "whole") / "denoiser.onnx").read_bytes()
    )
    (bias,) = (tensor for tensor in graph.graph.initializer if tensor.name == "bias")
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bias.raw_data)
    bias.ClearField("raw_data")
    set_external_data_unchecked(bias, str(secret))
    bundle = write_tiny_bundle(tmp_path / "bundle", denoiser=graph.SerializeToString())
    for load in (verify, lambda folder: load_models(folder, threads=1)):
        with pytest.raises(ModelMismatch, match="keeps weights in another file"):
            load(bundle)


def set_external_data_unchecked(tensor: onnx.TensorProto, location: str) -> None:
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", location


def test_a_graph_with_other_inputs_is_refused(tmp_path: Path):
    encoder = (write_tiny_bundle(tmp_path / "whole") / "text_encoder.onnx").read_bytes()
    bundle = write_tiny_bundle(tmp_path / "bundle", denoiser=encoder)
    with pytest.raises(ModelMismatch, match=r"denoiser\.onnx has the inputs input_ids, .*sample"):
        load_models(bundle, threads=1)


def test_an_absent_provider_is_refused_with_those_that_work(bundle: Path):
    absent = [name for name in PROVIDERS if name not in working_providers()]
    assert absent
    with pytest.raises(ProviderUnavailable, match=r"working here: .*cpu"):
        load_models(bundle, provider=absent[0], threads=1)


def test_no_threads_are_refused_rather_than_tuned(bundle: Path):
    with pytest.raises(BadRequest, match="threads is 0"):
        load_models(bundle, threads=0)
