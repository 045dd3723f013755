import torch

from toolkit.model.refiner import HINTS, Refiner


def inputs(height: int, width: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    shapes = ((3, 4, height, width), (3, 4, height, width), (3, HINTS, height // 4, width // 4))
    return [torch.randn(*shape, generator=generator) for shape in (*shapes, (3, 16))]


def test_a_new_refiner_changes_nothing():
    torch.manual_seed(0)
    noisy, coarse, hints, told = inputs(32, 48)
    assert torch.equal(Refiner(16, 8)(noisy, coarse, hints, told), coarse)


@torch.no_grad()
def test_a_pixel_reaches_three_cells_and_no_further():
    torch.manual_seed(0)
    refiner = Refiner(16, 8)
    torch.nn.init.normal_(refiner.leave.weight)
    given = inputs(64, 64)
    changed = [tensor.clone() for tensor in given]
    changed[0][:, :, 32, 32] += 1
    moved = (refiner(*given) != refiner(*changed)).any(0).any(0).nonzero()
    assert moved.min() >= 32 - 12
    assert moved.max() < 36 + 12


@torch.no_grad()
def test_the_pixels_of_a_noisy_image_can_pass_through_unchanged():
    torch.manual_seed(0)
    refiner = Refiner(16, 128)
    for layer in (refiner.enter, refiner.middle, refiner.leave):
        torch.nn.init.zeros_(layer.weight)
    for cell in range(64):  # silu(x) - silu(-x) = x
        refiner.enter.weight[cell, cell, 1, 1], refiner.enter.weight[cell + 64, cell, 1, 1] = 1, -1
        refiner.leave.weight[cell, cell, 1, 1], refiner.leave.weight[cell, cell + 64, 1, 1] = 1, -1
    for layer in (refiner.enter, refiner.middle):
        assert layer.bias is not None
        torch.nn.init.zeros_(layer.bias)
    noisy, coarse, hints, told = inputs(16, 16)
    refined = refiner(noisy, torch.zeros_like(coarse), hints, told)
    torch.testing.assert_close(refined, noisy)
