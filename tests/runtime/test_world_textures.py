import numpy as np
import pytest

from toolkit.runtime.world_textures import Textures, pack_textures, unpack_textures

RNG = np.random.default_rng(0)
TEXTURES = Textures(cells=RNG.integers(0, 256, (20, 192), np.uint8), reach=10.0)


def test_distances_are_those_to_the_nearest_texture():
    shown = RNG.integers(0, 256, (7, 192), np.uint8)
    apart = shown[:, None].astype(float) - TEXTURES.cells[None]
    wanted = np.sqrt((apart**2).mean(-1)).min(1)
    np.testing.assert_allclose(TEXTURES.distances(shown), wanted, rtol=1e-4)


def test_a_texture_and_what_is_near_it_are_valid_and_a_blend_of_two_is_not():
    sharp = TEXTURES.cells
    soft = (sharp + RNG.normal(0, 5, sharp.shape)).clip(0, 255).astype(np.uint8)
    blend = (sharp[:10] // 2 + sharp[10:] // 2).astype(np.uint8)
    assert TEXTURES.valid(sharp).all()
    assert TEXTURES.valid(soft).all()
    assert not TEXTURES.valid(blend).any()


def test_textures_come_back_and_equal_ones_are_equal_bytes():
    packed = pack_textures(TEXTURES)
    found = unpack_textures(packed)
    assert np.array_equal(found.cells, TEXTURES.cells)
    assert found.reach == TEXTURES.reach
    assert pack_textures(found) == packed


def test_what_is_cut_off_or_of_another_shape_is_refused():
    packed = pack_textures(TEXTURES)
    for end in (0, 30, len(packed) // 2, len(packed) - 1):
        with pytest.raises(ValueError, match=r"damaged|No data|cannot|pickle"):
            unpack_textures(packed[:end])
    with pytest.raises(ValueError, match=r"its cells are uint8 \[2, 3\]"):
        unpack_textures(pack_textures(Textures(cells=np.zeros((2, 3), np.uint8), reach=1.0)))
