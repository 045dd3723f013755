"""Bundle -> trainable network: the way back from ONNX, to train on or to adapt a style."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from toolkit.errors import ModelMismatch
from toolkit.model.quantization import SCALES, STORED, widened
from toolkit.model.text_encoder import TextTower
from toolkit.model.transformer import VideoTransformer
from toolkit.model.world_transformer import WorldTransformer
from toolkit.runtime.model_card import DENOISER, STUDENT, TEXT_ENCODER


def load_bundle(tower: TextTower, transformer: VideoTransformer, folder: Path) -> None:
    """Fill tower and transformer with the weights of a bundle, in the precision it stores.

    Raises:
        ModelMismatch: the bundle holds another network.
    """
    _fill(transformer, read_weights(folder / DENOISER), folder, prefix="")
    _fill(tower, read_weights(folder / TEXT_ENCODER), folder, prefix="tower.")


def load_student(transformer: VideoTransformer, folder: Path) -> None:
    """Fill a transformer with the few-step network of a bundle.

    Raises:
        ModelMismatch: it is another network.
    """
    _fill(transformer, read_weights(folder / STUDENT), folder, prefix="")


def load_world_bundle(transformer: WorldTransformer, folder: Path) -> None:
    """Fill a transformer with the weights of a world bundle, in the precision it stores.

    Raises:
        ModelMismatch: the bundle holds another network.
    """
    weights = read_weights(folder / "world.onnx")
    if not transformer.shape.kinds:  # then the graph asks nobody what cells show
        named = transformer.guess.state_dict()
        weights |= {f"net.guess.{name}": value.numpy() for name, value in named.items()}
    _fill(transformer, weights, folder, prefix="net.")


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Every named weight of an exported graph in f32, the way round that torch keeps it."""
    graph = onnx.load(path).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = widened(graph, stored)
    for key, values in stored.items():
        if key.endswith((STORED, SCALES)):
            continue
        name = key.removesuffix("_half").removesuffix("_int8")
        turned = name.endswith(".T")
        if key.endswith("_int8"):
            scale = stored[f"{name}_scale"]
            values = values * (scale if turned else scale[:, None])
        weights[name.removesuffix(".T")] = (values.T if turned else values).astype(np.float32)
    return weights


def _fill(
    module: nn.Module, weights: dict[str, NDArray[np.float32]], folder: Path, *, prefix: str
) -> None:
    state: dict[str, torch.Tensor] = {}
    for name, parameter in module.state_dict().items():
        found = weights.get(prefix + name)
        if found is None or found.shape != tuple(parameter.shape):
            shape = "nothing" if found is None else list(found.shape)
            raise ModelMismatch(
                f"{folder} has {shape} for {name} instead of {list(parameter.shape)}; "
                "train with the preset its model.json names."
            )
        state[name] = torch.from_numpy(np.ascontiguousarray(found))
    module.load_state_dict(state)
