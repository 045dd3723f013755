"""GLB flip-books before Khronos' own validator: nothing to complain about."""

from pathlib import Path

import pytest

from exporters import SheetOptions, export
from tests.engines.javascript import read_with
from tests.exporters.clips import busy_clip, plain_clip

pytestmark = pytest.mark.engine
CLIPS = {"busy": busy_clip(), "one": plain_clip(1), "many": plain_clip(64, 20, 10)}


@pytest.mark.parametrize("max_side", [4096, 32])
@pytest.mark.parametrize("name", CLIPS)
def test_the_validator_finds_nothing_wrong(name: str, max_side: int, tmp_path: Path) -> None:
    path = tmp_path / "hero.glb"
    path.write_bytes(
        export(CLIPS[name], "glb", options=SheetOptions(max_side=max_side))["sprite.glb"]
    )
    report = read_with("validate_glb.cjs", str(path))
    serious = [issue for issue in report["issues"]["messages"] if issue["severity"] < 2]
    assert serious == []
    assert report["info"]["animationCount"] == len(CLIPS[name].tags_or_whole)
    assert report["info"]["totalTriangleCount"] == 2 * CLIPS[name].num_frames
