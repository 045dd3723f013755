import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from toolkit.errors import ModelMismatch
from toolkit.model.quantization import quantize_blocks
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


def test_products_of_the_runtimes_own_kinds_are_counted_too():
    assert counted("FusedMatMul", {"a": [3, 4, 5], "b": [3, 6, 5]}, transB=1) == 2 * (3 * 4 * 6) * 5
    assert counted("FusedMatMul", {"a": [3, 5, 4], "b": [3, 5, 6]}, transA=1) == 2 * (3 * 4 * 6) * 5


def counted(operator: str, shapes: dict[str, list[int]], **attributes: int) -> int:
    """Operations of one node of ONNX Runtime's own domain."""
    node = helper.make_node(operator, list(shapes), ["out"], domain="com.microsoft", **attributes)
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    ]
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, None)
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(
        helper.make_graph([node], "g", values, [out]), opset_imports=opsets, ir_version=9
    )
    feeds = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    return operations(profile(model.SerializeToString(), feeds))


def test_a_quantized_product_counts_as_the_one_it_stands_for():
    matrix = np.random.default_rng(0).standard_normal((256, 6)).astype(np.float32)
    inside = helper.make_tensor_value_info("a", TensorProto.FLOAT, [2, 4, 256])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, None)
    weight = numpy_helper.from_array(matrix, "blocks.0.weight.T")
    node = helper.make_node("MatMul", ["a", weight.name], ["out"])
    body = helper.make_graph([node], "g", [inside], [out], [weight])
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    whole = quantize_blocks(model).SerializeToString()
    found = operations(profile(whole, {"a": np.ones((2, 4, 256), np.float32)}))
    assert found == 2 * (2 * 4 * 6) * 256


def test_a_graph_that_does_not_run_is_one_sentence():
    with pytest.raises(ModelMismatch, match="cannot run the graph"):
        profile(b"no graph", {})
