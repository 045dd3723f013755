"""A project in which its user cannot write anything, in a real, headless Godot editor."""

from pathlib import Path

import pytest

from tests.engines.godot_engine import Godot, Ran
from tests.engines.godot_project import import_all, make_project, names_of, nobody, run_cases
from tests.engines.godot_sprites import hero, info_of, write_sprite

pytestmark = pytest.mark.engine
CASES = ["read_only"]
SCENE = '[gd_scene format=3]\n\n[node name="Root" type="Node2D"]\n'
Checked = tuple[dict[str, list[str]], Ran, Path, dict[str, bytes]]


@pytest.fixture(scope="module")
def checked(godot: Godot, open_folder: Path) -> Checked:
    """What every case found in one run of the editor, and all files as they were before it."""
    project = make_project(open_folder / "still")
    write_sprite(project / "sprites", "hero", hero())
    (project / "there.tscn").write_text(SCENE)
    assert import_all(godot, project).complaints == []
    for path in [project, *project.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    before = files(project)
    data = {"hero_info": info_of(hero())}
    found, ran = run_cases(godot, project, CASES, data, user=nobody())
    return found, ran, project, before


@pytest.mark.parametrize("name", [name for case in CASES for name in names_of(case)])
def test_in_the_editor(checked: Checked, name: str):
    assert checked[0].get(name, checked[1].output[-3000:]) == []


def test_the_editor_lives_on_and_the_plugin_breaks_nowhere(checked: Checked):
    assert checked[1].code == 0
    assert [line for line in checked[1].complaints if "SCRIPT" in line or "Playreel" in line] == []


def test_no_file_is_new_or_another(checked: Checked):
    assert files(checked[2]) == checked[3]


def files(project: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(project)): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file()
    }
