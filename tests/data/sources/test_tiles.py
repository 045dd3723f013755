"""Angband's tiles and the clip art, from small packages written here."""

import numpy as np

from tests.data.sources.archive_files import png, solid, write_deb
from toolkit.data.sources.angband import NAMES, TILES, angband, named_tiles
from toolkit.data.sources.openclipart import clipart_caption, openclipart, png_pixels

PREFERENCES = """
# Fang, Farmer Maggot's dog
R:53:0x81/0x80
# the same tile again
R:54:0x81/0x80
# outside
K:potion:Sleep:0x85:0x85
# Sleep
K:potion:Sleep:0x80:0x81
"""


def test_angband(tmp_path):
    sheet = solid(64, 64, (9, 9, 9, 255))
    sheet[32:48, :16] = (9, 9, 9, 255)
    sheet[48:64, :16] = (250, 0, 0, 255)
    sheet[:32, 32:] = (0, 250, 0, 255)
    sheet[0, 32] = (1, 2, 3, 255)
    tiles = write_deb(tmp_path / "data.deb", {TILES: png(sheet)})
    names = write_deb(tmp_path / "prefs.deb", {NAMES: PREFERENCES.encode()})
    fang, sleep = angband([tiles, names])
    assert (fang.id, fang.caption) == ("R_1_0", "fang  farmer maggot's dog")
    assert fang.extras == {"kind": "monster"}
    expected = np.zeros((64, 64, 4), np.uint8)
    expected[32:, :32] = (250, 0, 0, 255)
    assert np.array_equal(fang.frames[0], expected)
    assert (sleep.id, sleep.subject, sleep.extras) == ("K_0_1", "sleep", {"kind": "item"})
    assert [row[3] for row in named_tiles(PREFERENCES)][1:] == ["outside", "sleep"]


def test_openclipart(tmp_path):
    fish = np.zeros((40, 90, 4), np.uint8)
    fish[10:30, 20:60] = (0, 0, 200, 255)
    root = "usr/share/openclipart/png/"
    files = {
        root + "animals/gold_fish_franco_01.png": png(fish),
        root + "animals/empty.png": png(np.zeros((5, 5, 4))),
        root + "computer/icons/people/user.png": png(fish),
    }
    package = write_deb(tmp_path / "a.deb", files, {f"./{root}food/fish.png": "../animals/x.png"})
    (item,) = openclipart([package])
    assert (item.id, item.caption) == ("animals_gold_fish_franco_01", "gold fish")
    assert np.flatnonzero(item.frames[0, ..., 3].any(axis=1)).tolist() == list(range(22, 42))
    assert np.flatnonzero(item.frames[0, ..., 3].any(axis=0)).tolist() == list(range(12, 52))
    assert png_pixels(png(fish)) == 40 * 90
    assert clipart_caption("chair_01-a_red") == "chair red"
