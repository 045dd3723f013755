"""Trained network -> bundle: two ONNX graphs, the tokenizer and model.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from toolkit import __version__
from toolkit.conditioning.control import CONTROL_SIZE
from toolkit.conditioning.rotary import rotary_phases
from toolkit.model.bundle_folder import replaced_when_whole
from toolkit.model.minilm import VOCABULARY, load_minilm
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.quantization import SCALES, Precision, quantize_blocks
from toolkit.model.text_encoder import TEXT_TOKENS, TextEncoder, TextTower, load_tokenizer
from toolkit.model.transformer import VideoTransformer
from toolkit.runtime.model_card import DENOISER_INPUTS, GRAPHS

OPSET = 23
"""The first with norms and rotary embeddings as one operation each (ONNX Runtime 1.23)."""
SMALLEST_HALF = 4096
"""Tensors with fewer values stay fp32: they weigh nothing and norms and biases keep precision."""
SIZES_TESTED = ((8, 64, 64), (4, 48, 80))
"""Frames, height and width at which the exported graphs were compared with torch."""


def denoiser_inputs(
    batch: int, frames: int, height: int, width: int, *, patch: int, text_width: int
) -> tuple[Tensor, ...]:
    """Random inputs of the denoiser in the order of ``DENOISER_INPUTS``."""
    rope = rotary_phases(frames, height // patch, width // patch, loop=True)
    return (
        torch.randn(batch, frames, 4, height, width),
        torch.rand(batch, frames),
        torch.randn(batch, TEXT_TOKENS, text_width),
        torch.randn(batch, text_width),
        torch.randn(batch, frames, CONTROL_SIZE),
        torch.from_numpy(rope[0]),
        torch.from_numpy(rope[1]),
    )


def export_bundle(
    tower: TextTower,
    transformer: VideoTransformer,
    preset: str,
    folder: Path,
    *,
    training: Mapping[str, Any],
    precision: Precision = "fp16",
    look: Mapping[str, Any] | None = None,
) -> None:
    """Write the bundle; the folder is replaced only when everything in it is ready.

    ``look``: what ``model.json`` says of how a style's sprites are finished.
    """
    size = CLIP_PRESETS[preset]
    with replaced_when_whole(folder) as made:
        export_text_encoder(tower, made / "text_encoder.onnx")
        export_denoiser(
            transformer,
            made / "denoiser.onnx",
            patch=size.patch,
            text_width=size.width,
            precision=precision,
        )
        load_tokenizer().save(str(made / "tokenizer.json"))
        card = model_card(made, preset=preset, training=training, precision=precision)
        if look is not None:
            card["look"] = dict(look)
        (made / "model.json").write_text(json.dumps(card, indent=2) + "\n")


def model_card(
    folder: Path,
    *,
    preset: str,
    training: Mapping[str, Any],
    precision: Precision = "fp16",
) -> dict[str, Any]:
    """What ``model.json`` says: sizes, licence, training, and the hash of every file."""
    return {
        "format": 1,
        "name": "clip",
        "kind": "clip",
        "version": __version__,
        "licence": "Apache-2.0",
        "preset": preset,
        "patch": CLIP_PRESETS[preset].patch,
        "text_tokens": TEXT_TOKENS,
        "control_size": CONTROL_SIZE,
        "precision": precision,
        "sizes_tested": SIZES_TESTED,
        "training": dict(training),
        "files": file_entries(folder),
    }


def file_entries(folder: Path) -> dict[str, dict[str, Any]]:
    """Hash and size of every file in a bundle's folder, as ``model.json`` lists them."""
    return {
        path.name: {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.iterdir())
    }


def export_denoiser(
    transformer: VideoTransformer,
    path: Path,
    *,
    patch: int,
    text_width: int,
    precision: Precision = "fp16",
) -> None:
    """Write the denoiser with free batch, frames, height and width."""
    example = denoiser_inputs(2, 8, 64, 64, patch=patch, text_width=text_width)
    auto = torch.export.Dim.AUTO
    free = ({0: auto, 1: auto, 3: auto, 4: auto}, {0: auto, 1: auto}, {0: auto}, {0: auto},
            {0: auto, 1: auto}, {0: auto}, {0: auto})  # fmt: skip
    trace(transformer, example, path, DENOISER_INPUTS, ("denoised",), free)
    named = name_weights(onnx.load(path), transformer)
    onnx.save(store_small(quantize_blocks(named) if precision == "int8" else named), path)


def export_text_encoder(tower: TextTower, path: Path) -> None:
    """Write MiniLM and tower as one graph with a free batch."""
    encoder = TextEncoder(load_minilm(), tower)
    ids = torch.randint(0, 30000, (2, TEXT_TOKENS))
    auto = torch.export.Dim.AUTO
    trace(
        encoder,
        (ids, torch.ones_like(ids)),
        path,
        GRAPHS["text_encoder.onnx"],
        ("text_embeds", "pooled"),
        ({0: auto}, {0: auto}),
    )
    onnx.save(store_small(name_weights(onnx.load(path), encoder)), path)


def trace(
    module: nn.Module,
    example: tuple[Tensor, ...],
    path: Path,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    free: tuple[dict[int, Any], ...] | None = None,
) -> None:
    """Write a network as one ONNX graph in fp32; ``free`` names the axes that may vary."""
    torch.onnx.export(
        module.eval(),
        example,
        str(path),
        input_names=inputs,
        output_names=outputs,
        dynamic_shapes=free,
        dynamo=True,
        opset_version=OPSET,
        external_data=False,
        verbose=False,
    )


def name_weights(model: onnx.ModelProto, module: nn.Module) -> onnx.ModelProto:
    """The same graph, its transposed weights named ``<parameter>.T`` instead of ``val_12``.

    With names a bundle can be trained on: ``toolkit.model.import_onnx`` reads them back.
    """
    turned = [
        (name, value.detach().numpy().T)
        for name, value in module.named_parameters()
        if value.ndim == 2
    ]
    names: dict[str, str] = {}
    for tensor in list(model.graph.initializer):
        values = numpy_helper.to_array(tensor)
        equal = [
            f"{name}.T"
            for name, weight in turned
            if weight.shape == values.shape and np.array_equal(weight, values)
        ]
        if not equal:
            continue
        free = [name for name in equal if name not in names.values()]
        names[tensor.name] = (free or equal)[0]
        if free:
            tensor.name = free[0]
        else:  # a layer that is called twice may leave its weight twice
            model.graph.initializer.remove(tensor)
    for tensor in model.graph.initializer:
        assert not tensor.name.startswith("val_") or np.prod(tensor.dims) < SMALLEST_HALF
    return _renamed(model, names)


def _renamed(model: onnx.ModelProto, names: Mapping[str, str]) -> onnx.ModelProto:
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = names.get(name, name)
    return model


def store_small(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with large weights stored small and widened to fp32 when loaded.

    Trained matrices become fp16, vocabulary tables and frozen MiniLM int8 with a scale a row.
    ONNX Runtime folds the casts away once: arithmetic stays fp32 at a third of the size.
    """
    graph = model.graph
    kept: list[onnx.TensorProto] = []
    widen: list[onnx.NodeProto] = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        small = values.size < SMALLEST_HALF or tensor.name.endswith(SCALES)
        if tensor.data_type != TensorProto.FLOAT or small:
            kept.append(tensor)
        elif values.shape[0] == VOCABULARY or tensor.name.startswith("minilm.layers"):
            stored, node = _as_int8(tensor.name, values, axis=int(tensor.name.endswith(".T")))
            kept.extend(stored)
            widen.append(node)
        else:
            half = numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}_half")
            kept.append(half)
            widen.append(helper.make_node("Cast", [half.name], [tensor.name], to=TensorProto.FLOAT))
    smaller = helper.make_graph([*widen, *graph.node], graph.name, graph.input, graph.output, kept)
    return helper.make_model(smaller, opset_imports=model.opset_import, ir_version=model.ir_version)


def _as_int8(
    name: str, values: NDArray[np.float32], *, axis: int
) -> tuple[list[onnx.TensorProto], onnx.NodeProto]:
    """A matrix as int8 with one scale per index of ``axis``, and the node that widens it."""
    scale = np.maximum(np.abs(values).max(1 - axis, keepdims=True), 1e-8) / 127
    stored = [
        numpy_helper.from_array(np.rint(values / scale).astype(np.int8), f"{name}_int8"),
        numpy_helper.from_array(scale.astype(np.float32).ravel(), f"{name}_scale"),
    ]
    inputs = [tensor.name for tensor in stored]
    return stored, helper.make_node("DequantizeLinear", inputs, [name], axis=axis)
