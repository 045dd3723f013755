"""``playreel bench pack``'s rivals from npm, for real."""

from pathlib import Path

import pytest

from tests.engines.javascript import installed
from tests.evaluation.pictures import drawn_pictures
from toolkit.errors import PlayreelError
from toolkit.evaluation.packers import RIVALS, node_process
from toolkit.evaluation.packing import compare_packers, write_sprites

pytestmark = pytest.mark.engine


def test_all_rivals_pack_and_ours_is_the_densest() -> None:
    body = compare_packers(drawn_pictures(), installed(), rounds=1, report=lambda _: None)
    assert body["missing"] == []
    density = {row["name"]: row["density"] for row in body["packers"]}
    assert density.keys() == {"playreel", *RIVALS}
    assert max(density, key=lambda name: density[name]) == "playreel"


def test_a_rival_that_dies_is_named(tmp_path: Path) -> None:
    write_sprites(drawn_pictures(2), tmp_path / "sprites")
    name = "spritesmith"
    with (
        node_process(name, tmp_path / "sprites", tmp_path / "missing", installed()) as pack,
        pytest.raises(PlayreelError, match=f"{name} failed, see above"),
    ):
        pack()
