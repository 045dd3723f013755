import numpy as np
import pytest

from toolkit.postprocess.oklab import pack, to_oklab, unpack


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ((255, 255, 255), (1.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (0.62796, 0.22486, 0.12585)),
        ((0, 255, 0), (0.86644, -0.23389, 0.17950)),
        ((0, 0, 255), (0.45201, -0.03246, -0.31153)),
    ],
)
def test_the_published_values_of_the_primaries(
    colour: tuple[int, int, int], lab: tuple[float, float, float]
) -> None:
    assert to_oklab(np.array(colour, np.uint8)) == pytest.approx(lab, abs=1e-4)


def test_packing_round_trips_and_sorts_by_red_first() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (50, 3)).astype(np.uint8)
    assert np.array_equal(unpack(pack(colours)), colours)
    assert pack(np.array([0x12, 0x34, 0x56], np.uint8)) == 0x123456


def test_a_colour_has_the_same_bits_in_every_array():
    colours = np.random.default_rng(0).integers(0, 256, (257, 3), np.uint8)
    whole = to_oklab(colours)
    for count in (1, 2, 3, 5, 16, 100):
        np.testing.assert_array_equal(to_oklab(colours[:count]), whole[:count])
    np.testing.assert_array_equal(to_oklab(colours[3]), whole[3])
