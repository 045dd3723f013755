import torch

from toolkit.model.refiner import HINTS, PIXELS, Refiner, from_cells, to_cells


def inputs(rows: int, columns: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    shapes = tuple((3, rows, columns, channels) for channels in (PIXELS, PIXELS, HINTS))
    return [torch.randn(*shape, generator=generator) for shape in (*shapes, (3, 16))]


def test_a_cell_holds_the_pixels_of_its_square_and_the_way_back_is_exact():
    x = torch.randn(2, 3, 4, 16, 24)
    cells = to_cells(x)
    assert torch.equal(cells[1, 2, 3, 5].reshape(4, 4, 4), x[1, 2, :, 12:16, 20:24])
    assert torch.equal(from_cells(cells), x)


def test_a_new_refiner_changes_nothing():
    torch.manual_seed(0)
    noisy, coarse, hints, told = inputs(8, 12)
    assert torch.equal(Refiner(16, 8)(noisy, coarse, hints, told), coarse)


@torch.no_grad()
def test_a_cell_reaches_four_cells_and_no_further():
    torch.manual_seed(0)
    refiner = Refiner(16, 8)
    torch.nn.init.normal_(refiner.leave.weight)
    given = inputs(16, 16)
    changed = [tensor.clone() for tensor in given]
    changed[0][:, 8, 8] += 1
    moved = (refiner(*given) != refiner(*changed)).any(0).any(-1).nonzero()
    assert moved.min() >= 8 - 4
    assert moved.max() <= 8 + 4


@torch.no_grad()
def test_the_pixels_of_a_noisy_image_can_be_kept():
    torch.manual_seed(0)
    refiner = Refiner(16, 8)
    torch.nn.init.ones_(refiner.keep.bias)
    noisy, coarse, hints, told = inputs(4, 4)
    torch.testing.assert_close(refiner(noisy, coarse, hints, told), noisy)
