from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from toolkit.model.export_onnx import DENOISER_INPUTS, denoiser_inputs, export_denoiser
from toolkit.model.import_onnx import read_weights
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.transformer import VideoTransformer


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[VideoTransformer, Path]:
    torch.manual_seed(0)
    network = VideoTransformer(CLIP_PRESETS["clip-tiny"]).eval()
    for parameter in network.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    path = tmp_path_factory.mktemp("int8") / "denoiser.onnx"
    export_denoiser(network, path, patch=16, text_width=64, precision="int8")
    return network, path


@torch.no_grad()
def test_products_of_the_blocks_and_no_others_are_int8(made: tuple[VideoTransformer, Path]):
    network, path = made
    quantized = [
        node.input[1] for node in onnx.load(path).graph.node if node.op_type == "MatMulNBits"
    ]
    matrices = [name for name, value in network.blocks.named_parameters() if value.ndim == 2]
    wanted = {f"blocks.{name}.T_Q8" for name in matrices if name.endswith("weight")}
    assert set(quantized) == wanted
    assert len(quantized) == len(wanted) > 0


@torch.no_grad()
def test_int8_says_nearly_what_torch_says(made: tuple[VideoTransformer, Path]):
    network, path = made
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feeds = denoiser_inputs(2, 4, 48, 80, patch=16, text_width=64)
    named = {n: v.numpy() for n, v in zip(DENOISER_INPUTS, feeds, strict=True)}
    (ours,) = session.run(None, named)
    theirs = network(*feeds).numpy()
    assert np.linalg.norm(ours - theirs) < 0.02 * np.linalg.norm(theirs)


def test_int8_weights_come_back_to_half_a_step(made: tuple[VideoTransformer, Path]):
    network, path = made
    weights = read_weights(path)
    matrices = {name: value for name, value in network.named_parameters() if value.ndim == 2}
    for name, value in matrices.items():
        exact = value.detach().numpy()
        step = np.abs(exact).max() / 127
        assert weights[name].shape == exact.shape
        assert np.abs(weights[name] - exact).max() <= 0.51 * step + 1e-3 * np.abs(exact).max()
