"""Our packing beside PyTexturePacker's on drawn pictures, and what is said of missing rivals."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from tests.evaluation.pictures import drawn_pictures
from toolkit.evaluation import packers
from toolkit.evaluation.packing import compare_packers, picture_area, write_sprites
from toolkit.evaluation.tables import print_packing


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    empty = tmp_path_factory.mktemp("node")
    return compare_packers(drawn_pictures(), empty, rounds=2, report=lambda _: None)


def test_rivals_of_npm_that_are_missing_are_named_with_what_installs_them(body: dict[str, Any]):
    sentences = [sentence.split(" is left out: ") for sentence in body["missing"]]
    assert [name for name, _ in sentences] == ["free-tex-packer-core", "spritesmith"]
    for _, reason in sentences:
        assert "npm install" in reason


def test_density_is_that_of_the_same_pictures_for_everyone(body: dict[str, Any]):
    ours, theirs = body["packers"]
    assert (ours["name"], theirs["name"]) == ("playreel", "PyTexturePacker")
    assert ours["times_ours"] == 1
    area = picture_area(drawn_pictures())
    for row in body["packers"]:
        pixels = sum(width * height for width, height in row["pages"])
        assert row["density"] == pytest.approx(area / pixels, abs=1e-4)
    assert ours["density"] > theirs["density"]


def test_a_table_has_a_row_for_each(body: dict[str, Any]):
    written = io.StringIO()
    print_packing(body, Console(file=written, width=120))
    assert "PyTexturePacker 1.2.1" in written.getvalue()


def test_our_page_holds_every_picture_where_the_list_says(tmp_path: Path):
    art, out = drawn_pictures(), tmp_path / "out"
    out.mkdir()
    write_sprites(art, tmp_path / "sprites")
    sizes = packers.pack_ours(tmp_path / "sprites", out)
    pages = [np.asarray(Image.open(path)) for path in sorted(out.glob("*.png"))]
    assert [(page.shape[1], page.shape[0]) for page in pages] == sizes
    places = json.loads((out / "sheet.json").read_text())
    for name, pixels in art.items():
        page, x, y = places[f"{name.replace('/', '_')}.png"]
        wanted = packers.trim(pixels)
        found = pages[page][y : y + wanted.shape[0], x : x + wanted.shape[1]]
        np.testing.assert_array_equal(found, wanted)
    assert places["art_0.png"] == places["art_again.png"]
