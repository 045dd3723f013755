from pathlib import Path

import pytest
import torch

from toolkit.errors import ModelMismatch
from toolkit.model.export_onnx import export_bundle
from toolkit.model.import_onnx import load_bundle
from toolkit.training.network import ClipNetwork


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[ClipNetwork, Path]:
    torch.manual_seed(0)
    network = ClipNetwork("clip-tiny").eval()
    for parameter in network.parameters():  # equal tensors would be stored once
        torch.nn.init.normal_(parameter, std=0.1)
    folder = tmp_path_factory.mktemp("import") / "bundle"
    export_bundle(network.tower, network.transformer, "clip-tiny", folder, training={"steps": 1})
    return network, folder


def test_every_weight_comes_back_from_the_bundle(exported: tuple[ClipNetwork, Path]):
    network, folder = exported
    torch.manual_seed(1)
    loaded = ClipNetwork("clip-tiny")
    load_bundle(loaded.tower, loaded.transformer, folder)
    theirs = dict(loaded.named_parameters())
    for name, weight in network.named_parameters():
        largest = float(weight.detach().abs().max())
        torch.testing.assert_close(theirs[name], weight, atol=largest / 200 + 1e-6, rtol=1e-2)


def test_another_preset_is_refused(exported: tuple[ClipNetwork, Path]):
    other = ClipNetwork("clip-s")
    with pytest.raises(ModelMismatch, match="preset"):
        load_bundle(other.tower, other.transformer, exported[1])
