import torch

from toolkit.model.refiner import HINTS, Refiner


def inputs(height: int, width: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    shapes = tuple((3, height, width, channels) for channels in (4, 4, HINTS))
    return [torch.randn(*shape, generator=generator) for shape in (*shapes, (3, 16))]


def test_a_new_refiner_changes_nothing():
    torch.manual_seed(0)
    noisy, coarse, hints, told = inputs(8, 12)
    assert torch.equal(Refiner(16, 8)(noisy, coarse, hints, told), coarse)


@torch.no_grad()
def test_a_pixel_reaches_five_pixels_and_no_further():
    torch.manual_seed(0)
    refiner = Refiner(16, 8)
    torch.nn.init.normal_(refiner.leave.weight)
    given = inputs(24, 24)
    changed = [tensor.clone() for tensor in given]
    changed[0][:, 12, 12] += 1
    moved = (refiner(*given) != refiner(*changed)).any(0).any(-1).nonzero()
    assert (int(moved.min()), int(moved.max())) == (12 - 5, 12 + 5)


@torch.no_grad()
def test_the_pixels_of_a_noisy_image_can_be_kept():
    torch.manual_seed(0)
    refiner = Refiner(16, 8)
    torch.nn.init.ones_(refiner.keep.bias)
    noisy, coarse, hints, told = inputs(4, 4)
    torch.testing.assert_close(refiner(noisy, coarse, hints, told), noisy)
