import numpy as np
import pytest
from onnx import TensorProto, helper

from toolkit.errors import ModelMismatch
from toolkit.runtime.operations import operations
from toolkit.runtime.session import profile


def graph(operator: str, inputs: dict[str, list[int]], **attributes: object) -> bytes:
    node = helper.make_node(operator, list(inputs), ["out"], **attributes)
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in inputs.items()
    ]
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, None)
    body = helper.make_graph([node], "g", values, [out])
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    return model.SerializeToString()


@pytest.mark.parametrize(
    ("operator", "shapes", "attributes", "expected"),
    [
        ("MatMul", {"a": [2, 3, 4, 5], "b": [2, 3, 5, 6]}, {}, 2 * (2 * 3 * 4 * 6) * 5),
        ("MatMul", {"a": [7, 4, 5], "b": [5, 6]}, {}, 2 * (7 * 4 * 6) * 5),
        ("Gemm", {"a": [4, 5], "b": [6, 5], "c": [6]}, {"transB": 1}, 2 * (4 * 6) * 5),
        ("Conv", {"a": [2, 3, 8, 8], "w": [4, 3, 3, 3]}, {"pads": [1, 1, 1, 1]},
         2 * (2 * 4 * 8 * 8) * (3 * 3 * 3)),
        ("Conv", {"a": [1, 4, 8, 8], "w": [4, 1, 3, 3]}, {"group": 4},
         2 * (4 * 6 * 6) * (3 * 3)),
        ("ConvTranspose", {"a": [1, 3, 5, 5], "w": [3, 4, 2, 2]}, {"strides": [2, 2]},
         2 * (3 * 5 * 5) * (4 * 2 * 2)),
        ("Mul", {"a": [2, 3], "b": [2, 3]}, {}, 0),
    ],
)  # fmt: skip
def test_multiply_adds_are_counted_by_hand(
    operator: str, shapes: dict[str, list[int]], attributes: dict[str, object], expected: int
):
    model = graph(operator, shapes, **attributes)
    feeds = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    assert operations(profile(model, feeds)) == expected


def test_a_graph_that_does_not_run_is_one_sentence():
    with pytest.raises(ModelMismatch, match="cannot run the graph"):
        profile(b"no graph", {})
