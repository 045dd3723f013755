"""Matrices of the blocks in int8, with int8 arithmetic: MatMulNBits of ONNX Runtime.

Weights and what they meet are rounded to eight bits in runs of 128 values with a scale each; on two
cores with AVX-512 a guided step takes 0.7 of the time of fp32 (training/RESULTS.md).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray

Precision = Literal["fp16", "int8"]
"""How a bundle stores the blocks' matrices; fp16 is widened at load and computed in fp32."""
PRECISIONS: tuple[Precision, ...] = ("fp16", "int8")
RUN = 128
"""Values that share a scale."""
ZERO = 128
"""What stands for zero."""
INT8_ARITHMETIC = 4
"""MatMulNBits's ``accuracy_level``."""
STORED, SCALES = "_Q8", "_scales"


def quantize_blocks(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph, products with ``blocks.*.weight.T`` as MatMulNBits; other weights stay."""
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    logging.getLogger("onnxruntime").setLevel(logging.WARNING)
    others = [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and not node.input[1].startswith("blocks.")
    ]
    quantizer: Any = MatMulNBitsQuantizer(
        model,
        bits=8,
        block_size=RUN,
        is_symmetric=True,
        accuracy_level=INT8_ARITHMETIC,
        nodes_to_exclude=others,
    )
    quantizer.process()
    return quantizer.model.model


def widened(
    graph: onnx.GraphProto, stored: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[np.float32]]:
    """Every quantized weight by its parameter's name, f32 ``[N, K]`` as torch keeps it."""
    weights: dict[str, NDArray[np.float32]] = {}
    for node in graph.node:
        if node.op_type != "MatMulNBits":
            continue
        length = next(value.i for value in node.attribute if value.name == "K")
        values = stored[node.input[1]].astype(np.float32) - ZERO  # [N, runs, 128]
        rows = (values * stored[node.input[2]][..., None]).reshape(len(values), -1)
        name = node.input[1].removesuffix(STORED).removesuffix(".T")
        weights[name] = np.ascontiguousarray(rows[:, :length])
    return weights
