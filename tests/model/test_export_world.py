from pathlib import Path

import torch

from tests.tiny_world import random_world
from toolkit.model.export_world import WorldStep, example_inputs, export_graph
from toolkit.runtime.session import Session
from toolkit.runtime.world_bundle import INPUTS


@torch.no_grad()
def test_the_graph_says_what_torch_says(tmp_path: Path):
    made = random_world()
    for parameter in made.parameters():  # matrices are stored in half precision
        parameter.copy_(parameter.half())
    export_graph(made, tmp_path / "world.onnx")
    session = Session((tmp_path / "world.onnx").read_bytes(), provider="cpu", threads=1)
    for seed, given in ((1, 0.0), (2, 1.0)):
        inputs = list(example_inputs(made, seed=seed))
        named = dict(zip(INPUTS, inputs, strict=True))
        named["use_given"].fill_(given)
        named["action"].fill_(2)
        named["bias"][0] = -1e4
        wanted = WorldStep(made)(*inputs)
        found = session.run(
            {name: tensor.numpy() for name, tensor in zip(INPUTS, inputs, strict=True)}
        )
        for ours, theirs in zip(found, wanted, strict=True):
            torch.testing.assert_close(torch.from_numpy(ours), theirs, atol=2e-4, rtol=1e-3)
