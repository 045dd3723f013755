"""A line of the history dragged into the viewport of a real Godot editor that draws."""

from pathlib import Path

import pytest

from tests.engines.godot_engine import Godot, Ran
from tests.engines.godot_project import ROOT, names_of, run_cases
from tests.engines.godot_shipped import EDITOR
from tests.engines.served import serve
from tests.engines.test_godot_shipped import NO_VULKAN
from tests.tiny_bundle import write_tiny_bundle

pytestmark = pytest.mark.engine
CASES = ["drag"]
SCREEN = 88


@pytest.fixture(scope="module")
def checked(
    godot: Godot, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, list[str]], Ran]:
    """What every case found in one run of the editor."""
    base = tmp_path_factory.mktemp("drag")
    states, pictures = base / "states", base / "pictures"
    pictures.mkdir()
    data = {
        "states": str(states),
        "pictures": str(pictures),
        "pointer": godot.pointer(SCREEN),
    }
    bundle = write_tiny_bundle(base / "tiny")
    with serve(states / "live", bundle), godot.screen(SCREEN) as drawing:
        env = {**drawing, "PYTHONPATH": str(ROOT)}
        return run_cases(godot, project, CASES, data, *EDITOR, env=env)


@pytest.mark.parametrize("name", [name for case in CASES for name in names_of(case)])
def test_in_the_editor(checked: tuple[dict[str, list[str]], Ran], name: str):
    found, ran = checked
    assert found.get(name, ran.output[-3000:]) == []


def test_nothing_is_complained_of(checked: tuple[dict[str, list[str]], Ran]):
    _, ran = checked
    assert ran.code == 0
    assert [line for line in ran.complaints if line not in NO_VULKAN] == []
