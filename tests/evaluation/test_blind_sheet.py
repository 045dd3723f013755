import json
from pathlib import Path

import numpy as np
from PIL import Image

from tests.evaluation.test_generation import SeededMaker
from tests.tiny_bundle import write_tiny_bundle
from toolkit.evaluation.blind_sheet import COLUMNS, GAP, GROUND, LINE, draw_pairs, write_blind_sheet


def test_the_key_tells_which_side_of_each_pair_is_ours(tmp_path: Path):
    bundle, maker = write_tiny_bundle(tmp_path / "bundle"), SeededMaker()
    sheet, key = write_blind_sheet(
        bundle, tmp_path / "out", prompts=6, cache=tmp_path / "cache", make=maker
    )
    pairs = json.loads(key.read_text())["pairs"]
    assert maker.made == len(pairs) == 6
    assert {pair["ours"] for pair in pairs} == {"left", "right"}
    assert all(pair["prompt"] and pair["real"] for pair in pairs)
    assert Image.open(sheet).width == COLUMNS * (8 * 64 + 3 * GAP)


def test_ours_lie_where_the_draw_says():
    ours = np.full((3, 8, 16, 16, 4), 255, np.uint8)
    real = np.zeros((3, 8, 16, 16, 4), np.uint8)
    sheet = np.asarray(draw_pairs(["", "", ""], ours, real, np.array([True, False, True])))
    left = sheet[LINE : LINE + 16, GAP : GAP + 64]
    right = sheet[LINE : LINE + 16, 2 * GAP + 64 : 2 * GAP + 128]
    assert (left == 255).all()
    assert (right == GROUND).all()
    second = sheet[LINE : LINE + 16, sheet.shape[1] // COLUMNS :]
    assert (second[:, GAP : GAP + 64] == GROUND).all()
    assert (second[:, 2 * GAP + 64 : 2 * GAP + 128] == 255).all()
