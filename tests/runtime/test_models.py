import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_bundle import write_tiny_bundle
from toolkit.errors import ModelMismatch, ModelNotFound, ProviderUnavailable
from toolkit.runtime.models import load_models, verify
from toolkit.runtime.session import IDENTITY_GRAPH, PROVIDERS, Session, working_providers


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "bundle")


def rewrite_card(bundle: Path, **changes: object) -> None:
    card = json.loads((bundle / "model.json").read_text())
    (bundle / "model.json").write_text(json.dumps({**card, **changes}))


def test_a_whole_bundle_loads_and_its_hash_is_that_of_model_json(bundle: Path):
    models = load_models(bundle, threads=1)
    assert models.card.hash == hashlib.sha256((bundle / "model.json").read_bytes()).hexdigest()
    ids = np.ones((2, 24), np.int64)
    embeds, pooled = models.encode_text(ids, ids)
    assert (embeds.shape, pooled.shape) == ((2, 24, 384), (2, 384))


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
    "changes", [{"format": 2}, {"files": []}, {"patch": "x"}, {"files": {"a": 1}}]
)
def test_a_strange_card_is_refused(bundle: Path, changes: dict[str, object]):
    rewrite_card(bundle, **changes)
    with pytest.raises(ModelMismatch, match=r"model\.json"):
        load_models(bundle, threads=1)


def test_verify_refuses_names_that_leave_the_folder(bundle: Path):
    shutil.copy(bundle / "denoiser.onnx", bundle.parent / "outside.onnx")
    card = json.loads((bundle / "model.json").read_text())
    rewrite_card(bundle, files={**card["files"], "../outside.onnx": card["files"]["denoiser.onnx"]})
    with pytest.raises(ModelMismatch, match="only plain file names"):
        verify(bundle)


def test_the_cpu_works_and_the_probe_graph_is_the_identity():
    assert "cpu" in working_providers()
    (made,) = Session(IDENTITY_GRAPH, provider="cpu", threads=1).run(
        {"x": np.array([2.5], np.float32)}
    )
    assert made.tolist() == [2.5]


def test_an_absent_provider_is_refused_with_those_that_work(bundle: Path):
    absent = [name for name in PROVIDERS if name not in working_providers()]
    assert absent
    for name in absent:
        with pytest.raises(ProviderUnavailable, match=r"working here: .*cpu"):
            load_models(bundle, provider=name, threads=1)
