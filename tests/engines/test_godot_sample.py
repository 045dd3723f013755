"""The sample project, from a clean checkout, in a real Godot: opens and plays without a word."""

import shutil
from pathlib import Path

import pytest

from tests.engines.godot_engine import Godot, Ran
from tests.engines.godot_project import ROOT, import_all

pytestmark = pytest.mark.engine
SAMPLE = ROOT / "bridges" / "godot"


@pytest.fixture(scope="module")
def opened(godot: Godot, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    project = tmp_path_factory.mktemp("sample") / "godot"
    shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns(".godot"))
    return project, import_all(godot, project)


def test_it_opens_without_a_warning(opened: tuple[Path, Ran]):
    assert (opened[1].code, opened[1].complaints) == (0, [])


def test_opening_it_changes_no_file(opened: tuple[Path, Ran]):
    def contents(folder: Path) -> dict[str, bytes]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in files
            if ".godot" not in path.relative_to(folder).parts
        }

    assert contents(opened[0]) == contents(SAMPLE)


@pytest.mark.parametrize("scene", ["walk", "dream"])
def test_its_scenes_run_without_a_warning(
    godot: Godot, opened: tuple[Path, Ran], tmp_path: Path, scene: str
):
    words = ("--headless", f"res://sample/{scene}.tscn", "--quit-after", "30")
    ran = godot.run(opened[0], *words, env={"XDG_STATE_HOME": str(tmp_path)})
    assert (ran.code, ran.complaints) == (0, [])
