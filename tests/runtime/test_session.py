import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from toolkit.errors import BadRequest, ModelMismatch, ProviderUnavailable, ResourceLimit
from toolkit.runtime.session import IDENTITY_GRAPH, PROVIDERS, Session, working_providers


def zeros_graph() -> bytes:
    """As many zeros as the input asks for."""
    graph = helper.make_graph(
        [helper.make_node("ConstantOfShape", ["shape"], ["zeros"])],
        "zeros",
        [helper.make_tensor_value_info("shape", TensorProto.INT64, [1])],
        [helper.make_tensor_value_info("zeros", TensorProto.FLOAT, ["N"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    return model.SerializeToString()


def test_the_cpu_works_and_the_probe_graph_is_the_identity():
    onnx.checker.check_model(onnx.load_from_string(IDENTITY_GRAPH))
    assert "cpu" in working_providers()
    session = Session(IDENTITY_GRAPH, provider="cpu", threads=1)
    (made,) = session.run({"x": np.array([2.5], np.float32)})
    assert made.tolist() == [2.5]
    assert session.input_names == ("x",)


def test_an_absent_provider_is_refused_with_those_that_work():
    absent = [name for name in PROVIDERS if name not in working_providers()]
    assert absent, "no machine has both DirectML and Core ML"
    for name in absent:
        with pytest.raises(ProviderUnavailable, match=rf"'{name}'.*working here: .*cpu"):
            Session(IDENTITY_GRAPH, provider=name, threads=1)


def test_an_unknown_provider_is_refused_with_those_that_work():
    with pytest.raises(ProviderUnavailable, match=r"'abacus'.*working here: .*cpu"):
        Session(IDENTITY_GRAPH, provider="abacus", threads=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("threads", [0, -1])
def test_no_threads_are_refused(threads: int):
    with pytest.raises(BadRequest, match=f"threads is {threads}; must be at least 1"):
        Session(IDENTITY_GRAPH, provider="cpu", threads=threads)


@pytest.mark.parametrize(
    "feeds",
    [
        {"y": np.zeros(1, np.float32)},
        {"x": np.zeros((1, 1), np.float32)},
        {"x": np.zeros(1, np.int64)},
        {},
    ],
)
def test_other_inputs_are_one_sentence(feeds: dict[str, np.ndarray]):
    with pytest.raises(ModelMismatch, match="cannot run on its inputs"):
        Session(IDENTITY_GRAPH, provider="cpu", threads=1).run(feeds)


def test_too_little_memory_asks_for_less():
    session = Session(zeros_graph(), provider="cpu", threads=1)
    with pytest.raises(ResourceLimit, match="fewer frames or a smaller size"):
        session.run({"shape": np.array([2**58], np.int64)})


def test_onnxruntime_prints_nothing_beside_the_error(capfd: pytest.CaptureFixture[str]):
    with pytest.raises(ModelMismatch):
        Session(b"no graph", provider="cpu", threads=1)
    with pytest.raises(ResourceLimit):
        Session(zeros_graph(), provider="cpu", threads=1).run({"shape": np.array([2**58])})
    assert capfd.readouterr() == ("", "")
