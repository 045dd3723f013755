import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from toolkit.model.export_onnx import (
    DENOISER_INPUTS,
    SIZES_TESTED,
    denoiser_inputs,
    export_denoiser,
    export_text_encoder,
    model_card,
)
from toolkit.model.minilm import load_minilm
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.text_encoder import TextEncoder, TextTower, load_tokenizer, tokenize
from toolkit.model.transformer import VideoTransformer

TOLERANCE = 2e-2
"""Weights are stored in half precision; outputs are of order one."""


def run(path: Path, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


@pytest.fixture(scope="module")
def denoiser(tmp_path_factory: pytest.TempPathFactory) -> tuple[VideoTransformer, Path]:
    torch.manual_seed(0)
    network = VideoTransformer(CLIP_PRESETS["clip-tiny"]).eval()
    for parameter in network.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    path = tmp_path_factory.mktemp("export") / "denoiser.onnx"
    export_denoiser(network, path, patch=16, text_width=64)
    return network, path


@pytest.mark.parametrize("batch", [1, 2, 3])
@pytest.mark.parametrize("size", [*SIZES_TESTED, (1, 16, 16)])
@torch.no_grad()
def test_denoiser_equals_torch_at_every_size(
    denoiser: tuple[VideoTransformer, Path], size: tuple[int, int, int], batch: int
):
    network, path = denoiser
    feeds = denoiser_inputs(batch, *size, patch=16, text_width=64)
    (made,) = run(path, {n: v.numpy() for n, v in zip(DENOISER_INPUTS, feeds, strict=True)})
    expected = network(*feeds).numpy()
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(made, expected, atol=TOLERANCE)


@torch.no_grad()
def test_text_encoder_equals_torch_and_tells_prompts_apart(tmp_path: Path):
    torch.manual_seed(0)
    tower = TextTower(64, 1).eval()
    export_text_encoder(tower, tmp_path / "text_encoder.onnx")
    ids, mask = tokenize(load_tokenizer(), ["a red knight", "a knight, red shield", ""])
    embeds, pooled = run(
        tmp_path / "text_encoder.onnx",
        {"input_ids": ids.numpy(), "attention_mask": mask.numpy()},
    )
    expected = TextEncoder(load_minilm(), tower)(ids, mask)
    for ours, theirs in zip((embeds, pooled), expected, strict=True):
        error = np.linalg.norm(ours - theirs.numpy()) / np.linalg.norm(theirs.numpy())
        assert error < 0.03  # MiniLM and the vocabulary are stored in int8
    assert np.abs(embeds[0] - embeds[1]).max() > 0.5


def test_model_card_names_every_file_with_its_hash(tmp_path: Path):
    (tmp_path / "denoiser.onnx").write_bytes(b"graph")
    card = model_card(tmp_path, preset="clip-tiny", training={"steps": 3})
    assert card["files"] == {"denoiser.onnx": {"sha256": sha256(b"graph").hexdigest(), "bytes": 5}}
    assert json.loads(json.dumps(card))["training"] == {"steps": 3}
