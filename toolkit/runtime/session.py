"""ONNX Runtime sessions on a chosen provider; the only file that imports onnxruntime."""

# onnxruntime ships no annotations
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest, ModelMismatch, ProviderUnavailable, ResourceLimit

Provider = Literal["cpu", "cuda", "tensorrt", "directml", "coreml"]
PROVIDERS: dict[Provider, str] = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
}
FATAL_ONLY = 4
"""Every failure is raised as well, so a log line would only say it twice."""
OUT_OF_MEMORY = re.compile(r"allocat|bad_alloc|out of memory", re.IGNORECASE)


class Session:
    """One loaded graph: arrays by name in, arrays in output order out.

    Raises:
        BadRequest: ``threads`` is below 1.
        ModelMismatch: the bytes are no graph that this ONNX Runtime loads.
        ProviderUnavailable: the provider does not work here; the message names those that do.
    """

    def __init__(self, graph: bytes, *, provider: Provider, threads: int) -> None:
        import onnxruntime as ort

        if threads < 1:
            raise BadRequest(f"threads is {threads}; must be at least 1.")
        wanted = PROVIDERS.get(provider, "")
        if wanted not in ort.get_available_providers():
            raise _unavailable(provider)
        ort.set_default_logger_severity(FATAL_ONLY)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = FATAL_ONLY
        self.threads = threads
        try:
            self._session: Any = ort.InferenceSession(
                graph, options, providers=[wanted], enable_fallback=0
            )
        except Exception as error:  # onnxruntime raises its own unrelated exception types
            if provider != "cpu" and not _works(wanted):
                raise _unavailable(provider) from error
            other = "" if provider == "cpu" else " or choose --provider cpu"
            raise ModelMismatch(
                f"ONNX Runtime cannot load the graph ({_first_line(error)}); "
                f"reinstall the bundle{other}."
            ) from error
        # The GPU package lists CUDA on machines without a GPU, so only the made session tells.
        if self._session.get_providers()[0] != wanted:
            raise _unavailable(provider)

    @property
    def input_names(self) -> tuple[str, ...]:
        """Names of the graph's inputs."""
        return tuple(entry.name for entry in self._session.get_inputs())

    def input_shape(self, name: str) -> tuple[int | str, ...]:
        """Shape of an input; a word stands for a free size."""
        (shape,) = (entry.shape for entry in self._session.get_inputs() if entry.name == name)
        return tuple(shape)

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """All outputs for these inputs.

        Raises:
            ModelMismatch: the graph has other inputs or shapes than these.
            ResourceLimit: the memory does not suffice.
        """
        try:
            return self._session.run(None, dict(feeds))
        except Exception as error:  # onnxruntime raises its own unrelated exception types
            if OUT_OF_MEMORY.search(str(error)):
                raise ResourceLimit(
                    "one step of this request needs more memory than is free here; "
                    "ask for fewer frames or a smaller size."
                ) from error
            raise ModelMismatch(
                f"the graph cannot run on its inputs ({_first_line(error)}); "
                "reinstall the bundle or name another --bundle."
            ) from error


def profile(graph: bytes, feeds: Mapping[str, NDArray[Any]]) -> list[dict[str, Any]]:
    """One run of a graph on the processor, a record a node: its operator and the shapes it saw.

    The graph runs as it is written, without fused operators.

    Raises:
        ModelMismatch: the graph does not load or run.
    """
    import onnxruntime as ort

    with tempfile.TemporaryDirectory() as folder:
        options = ort.SessionOptions()
        options.log_severity_level = FATAL_ONLY
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "run")
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        try:
            session: Any = ort.InferenceSession(
                graph, options, providers=[PROVIDERS["cpu"]], enable_fallback=0
            )
            session.run(None, dict(feeds))
        except Exception as error:  # onnxruntime raises its own unrelated exception types
            raise ModelMismatch(
                f"ONNX Runtime cannot run the graph ({_first_line(error)}); reinstall the bundle."
            ) from error
        events: list[dict[str, Any]] = json.loads(Path(session.end_profiling()).read_bytes())
    return [event["args"] for event in events if event.get("cat") == "Node"]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _unavailable(provider: Provider) -> ProviderUnavailable:
    working = ", ".join(working_providers())
    return ProviderUnavailable(
        f"provider {provider!r} does not work on this machine; working here: {working}."
    )


def working_providers() -> tuple[Provider, ...]:
    """Providers that really make a session here, found by making one of a one-node graph."""
    import onnxruntime as ort

    listed = set(ort.get_available_providers())
    return tuple(name for name, full in PROVIDERS.items() if full in listed and _works(full))


def _works(full_name: str) -> bool:
    import onnxruntime as ort

    ort.set_default_logger_severity(FATAL_ONLY)
    options = ort.SessionOptions()
    options.log_severity_level = FATAL_ONLY
    try:
        session: Any = ort.InferenceSession(
            IDENTITY_GRAPH, options, providers=[full_name], enable_fallback=0
        )
    except Exception:  # a provider whose driver is missing fails in its own ways
        return False
    return session.get_providers()[0] == full_name


def runtime_version() -> str:
    """The version of ONNX Runtime."""
    import onnxruntime as ort

    return str(ort.__version__)


def core_count() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


IDENTITY_GRAPH = bytes.fromhex(
    "080812003a370a100a017812017922084964656e746974791201675a0f0a0178120a0a0808011204"
    "0a020801620f0a0179120a0a08080112040a02080142040a001011"
)
"""The ONNX graph y = x, small enough to write out: probing a provider needs no file."""
PRODUCT_GRAPH = bytes.fromhex(
    "08083a5b0a110a01610a016212017922064d61744d756c1201675a150a016112100a0e0801120a0a0312016e0a"
    "0312016b5a150a016212100a0e0801120a0a0312016b0a0312016d62150a017912100a0e0801120a0a0312016e"
    "0a0312016d42040a001010"
)
"""The ONNX graph y = a b of matrices. NumPy's own product starts a thread on every core, and all of
them spin until the last is done: beside a game that keeps a core busy, that is a time slice."""
