from pathlib import Path

import pytest
import torch

from toolkit.errors import ModelMismatch
from toolkit.model.export_onnx import export_bundle
from toolkit.training.blending import blend
from toolkit.training.network import ClipNetwork, clip_weights


def network(seed: int) -> ClipNetwork:
    torch.manual_seed(seed)
    made = clip_weights("clip-tiny", dtype=torch.float32).ema
    for parameter in made.parameters():  # equal tensors would be stored once
        torch.nn.init.normal_(parameter, std=0.1)
    return made


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, theirs = tmp_path_factory.mktemp("blend") / "bundle", network(1)
    export_bundle(
        theirs.tower, theirs.transformer, "clip-tiny", folder, training={"steps": 1, "hours": 1}
    )
    return folder


@torch.no_grad()
@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_weights_come_to_lie_on_the_way_between(bundle: Path, share: float):
    ours, before, theirs = network(2), network(2), network(1)
    blend(ours, "clip-tiny", bundle, share=share)
    for now, own, other in zip(
        ours.parameters(), before.parameters(), theirs.parameters(), strict=True
    ):
        rounding = float(other.abs().max()) / 200 + 1e-6  # a bundle stores weights small
        torch.testing.assert_close(now, share * own + (1 - share) * other, atol=rounding, rtol=1e-2)


def test_weights_of_another_size_are_refused(bundle: Path):
    other = clip_weights("clip-s", dtype=torch.float32).ema
    with pytest.raises(ModelMismatch):
        blend(other, "clip-s", bundle)
