"""How many floating point operations a graph spends on matrices and convolutions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

Shape = tuple[int, ...]
MATRIX = {"MatMul", "Gemm", "MatMulNBits"}
"""Where the last axis of the first input is summed over."""


def operations(nodes: Iterable[Mapping[str, Any]]) -> int:
    """The operations of a run that ``session.profile`` recorded; a multiply-add counts as two.

    Elementwise work is left out: it is a few in a thousand.
    """
    return sum(_of_node(node) for node in nodes)


def _of_node(node: Mapping[str, Any]) -> int:
    kind = str(node.get("op_name", ""))
    inputs, outputs = shapes(node, "input_type_shape"), shapes(node, "output_type_shape")
    if not inputs or not outputs:
        return 0
    if kind in MATRIX and inputs[0]:
        return 2 * prod(outputs[0]) * inputs[0][-1]
    if kind == "FusedMatMul":  # of [.., M, K] and [.., K, N], either of them perhaps turned
        return 2 * prod(outputs[0]) * _summed(inputs[0], outputs[0])
    if kind == "Conv":
        return 2 * prod(outputs[0]) * prod(inputs[1][1:])
    if kind == "ConvTranspose":
        return 2 * prod(inputs[0]) * prod(inputs[1][1:])
    return 0


def _summed(left: Shape, out: Shape) -> int:
    """The length K that a product of ``[.., M, K]`` or its transpose sums over."""
    return prod(left) // (prod(out[:-2]) * out[-2])


def shapes(node: Mapping[str, Any], key: str) -> list[Shape]:
    """The shapes of ``[{"float": [2, 128]}, ...]``; a missing optional input is an empty one."""
    listed: list[dict[str, list[int]]] = node.get(key, [])
    return [tuple(next(iter(entry.values()), ())) for entry in listed]
