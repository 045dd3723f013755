"""``playreel bench turntable`` with every other renderer, for real."""

from pathlib import Path

import pytest

from tests.engines.drawers import find_drawers
from toolkit.evaluation.turntable_bench import bench_turntable
from toolkit.evaluation.turntable_drawers import DRAWERS

pytestmark = pytest.mark.engine


def test_everyone_draws_the_same_turntable(tmp_path: Path) -> None:
    body = bench_turntable(find_drawers(tmp_path), views=3, size=128, meshes=("head",))
    assert body["missing"] == []
    rows = {row["name"]: row for row in body["meshes"]["head"]["drawers"]}
    assert rows.keys() == DRAWERS.keys()
    assert all(row["seconds"] > 0 and row["peak_mib"] > 0 for row in rows.values())
    assert rows["playreel"]["overlap"] >= 0.999
    assert min(row["overlap"] for row in rows.values()) >= 0.98
