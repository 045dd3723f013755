import time

import pytest
import torch

from toolkit.training.network import clip_weights
from toolkit.training.precision import fastest_dtype, product_seconds

CPU = torch.device("cpu")


class ScriptedProcesses:
    """What processes find together: seconds of a product in bf16, then in fp32."""

    device = CPU

    def __init__(self, together: list[float]) -> None:
        self.together, self.own = together, ()

    def mean(self, *values: float) -> list[float]:
        self.own = values
        return self.together


@pytest.mark.parametrize(
    ("together", "chosen"), [([1e-4, 3e-4], torch.bfloat16), ([0.1, 6e-4], torch.float32)]
)
def test_processes_take_together_what_is_faster(together: list[float], chosen: torch.dtype):
    processes = ScriptedProcesses(together)
    assert fastest_dtype(processes) is chosen  # type: ignore[arg-type]
    assert all(0 < seconds < time.monotonic() for seconds in processes.own)


def test_a_product_is_timed_in_its_own_format():
    assert product_seconds(torch.float32, CPU) > 0


def test_a_copy_in_fp32_is_the_masters_themselves():
    weights = clip_weights("clip-tiny", dtype=torch.float32)
    for parameter in weights.master.parameters():
        parameter.data += 1e-6
    weights.sync()
    for copy, master in zip(weights.compute.parameters(), weights.master.parameters(), strict=True):
        assert copy is not master
        assert torch.equal(copy, master)
