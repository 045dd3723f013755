"""Matrices of the blocks in int8, with int8 arithmetic: MatMulNBits of ONNX Runtime.

Weights and what they meet are rounded to eight bits in runs of 128 values with a scale each; on two
cores with AVX-512 a guided step takes 0.7 of the time of fp32 (training/RESULTS.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Precision = Literal["fp16", "int8"]
"""How a bundle stores the blocks' matrices; fp16 is widened at load and computed in fp32."""
RUN = 128
"""Values that share a scale."""
ZERO = 128
"""What stands for zero."""
DOMAIN = "com.microsoft"
INT8_ARITHMETIC = 4
"""MatMulNBits's ``accuracy_level``."""
STORED, SCALES = "_Q8", "_scales"


def quantize_blocks(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph, products with ``blocks.*.weight.T`` as MatMulNBits; other weights stay."""
    matrices = {
        tensor.name: numpy_helper.to_array(tensor)
        for tensor in model.graph.initializer
        if tensor.name.startswith("blocks.") and tensor.name.endswith(".weight.T")
    }
    nodes = [
        _product(node, matrices[node.input[1]])
        if node.op_type == "MatMul" and node.input[1] in matrices
        else node
        for node in model.graph.node
    ]
    kept = [tensor for tensor in model.graph.initializer if tensor.name not in matrices]
    for name, matrix in matrices.items():
        kept.extend(_stored(name, matrix))
    graph = helper.make_graph(
        nodes, model.graph.name, model.graph.input, model.graph.output, kept
    )  # fmt: skip
    opsets = [*model.opset_import, helper.make_opsetid(DOMAIN, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=model.ir_version)


def _product(node: onnx.NodeProto, matrix: NDArray[np.float32]) -> onnx.NodeProto:
    (left, right), (length, width) = node.input, matrix.shape
    return helper.make_node(
        "MatMulNBits", [left, right + STORED, right + SCALES], list(node.output), node.name,
        domain=DOMAIN, K=length, N=width, bits=8, block_size=RUN, accuracy_level=INT8_ARITHMETIC,
    )  # fmt: skip


def _stored(name: str, matrix: NDArray[np.float32]) -> list[onnx.TensorProto]:
    """A matrix ``[K, N]`` as uint8 ``[N, runs, 128]`` and its scales f32 ``[N, runs]``."""
    rows = np.pad(matrix.T, ((0, 0), (0, -len(matrix) % RUN)))
    runs = rows.reshape(len(rows), -1, RUN)
    scale = np.maximum(np.abs(runs).max(-1, keepdims=True), 1e-8) / (ZERO - 1)
    whole = (np.rint(runs / scale) + ZERO).astype(np.uint8)
    return [
        numpy_helper.from_array(whole, name + STORED),
        numpy_helper.from_array(scale[..., 0].astype(np.float32), name + SCALES),
    ]


def widened(
    graph: onnx.GraphProto, stored: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[np.float32]]:
    """Every quantized weight by its parameter's name, f32 ``[N, K]`` as torch keeps it."""
    weights: dict[str, NDArray[np.float32]] = {}
    for node in graph.node:
        if node.op_type != "MatMulNBits":
            continue
        length = next(value.i for value in node.attribute if value.name == "K")
        values = stored[node.input[1]].astype(np.float32) - ZERO
        rows = (values * stored[node.input[2]][..., None]).reshape(len(values), -1)
        name = node.input[1].removesuffix(STORED).removesuffix(".T")
        weights[name] = np.ascontiguousarray(rows[:, :length])
    return weights
