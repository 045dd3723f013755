import copy

import pytest
import torch

from toolkit.training.muon import Muon


def moved(dtype: torch.dtype | None, shape: tuple[int, int], steps: int = 3) -> torch.Tensor:
    """A matrix after steps of our Muon, or of torch's."""
    torch.manual_seed(1)
    matrix = torch.nn.Parameter(torch.randn(shape))
    if dtype is None:
        optimizer = torch.optim.Muon(
            [matrix], lr=0.01, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"
        )
    else:
        optimizer = Muon([matrix], lr=0.01, weight_decay=0.1, dtype=dtype)
    for _ in range(steps):
        matrix.grad = torch.randn(shape)
        optimizer.step()
    return matrix.detach()


@pytest.mark.parametrize("shape", [(8, 24), (24, 8), (16, 16)])
def test_in_bf16_it_is_torchs_own_and_in_fp32_near_it(shape: tuple[int, int]):
    torchs = moved(None, shape)
    torch.testing.assert_close(moved(torch.bfloat16, shape), torchs, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(moved(torch.float32, shape), torchs, atol=2e-3, rtol=0.0)


def test_an_update_turns_and_scales_to_about_one():
    matrix = torch.nn.Parameter(torch.zeros(12, 30))
    optimizer = Muon([matrix], lr=1.0, weight_decay=0.0, dtype=torch.float32)
    torch.manual_seed(2)
    matrix.grad = torch.randn(12, 30)
    optimizer.step()
    values = torch.linalg.svdvals(matrix.detach()) / (0.2 * 30**0.5)
    assert 0.6 < float(values.min()) <= float(values.max()) < 1.3


def test_its_state_goes_on_in_torchs():
    torch.manual_seed(3)
    ours, theirs = (torch.nn.Parameter(torch.ones(4, 6)) for _ in range(2))
    first = Muon([ours], lr=0.1, weight_decay=0.0, dtype=torch.bfloat16)
    ours.grad = torch.randn(4, 6)
    first.step()
    with torch.no_grad():
        theirs.copy_(ours)
    second = torch.optim.Muon([theirs], lr=0.1, weight_decay=0.0, adjust_lr_fn="match_rms_adamw")
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    ours.grad = theirs.grad = torch.randn(4, 6)
    first.step()
    second.step()
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-3)


def test_a_parameter_without_a_gradient_stays():
    matrix = torch.nn.Parameter(torch.ones(4, 6))
    Muon([matrix], lr=0.1, weight_decay=0.5, dtype=torch.float32).step()
    assert torch.equal(matrix, torch.ones(4, 6))
