"""From a sentence in the dock to a sprite that plays in the scene, with the shipped model."""

from pathlib import Path

import pytest

from tests.engines.godot_engine import Godot, Ran
from tests.engines.godot_project import names_of
from tests.engines.godot_shipped import CASES, run_shipped

pytestmark = pytest.mark.engine
Shipped = tuple[dict[str, list[str]], Ran, dict[str, Path]]
NO_VULKAN = (  # the editor asks for it though it draws with OpenGL
    "ERROR: Required extension VK_KHR_surface not found.",
    'ERROR: Condition "err != OK" is true. Returning: err',
)


@pytest.fixture(scope="module")
def checked(godot: Godot, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    return run_shipped(godot, project, tmp_path_factory.mktemp("shipped"))


@pytest.mark.parametrize("name", [name for case in CASES for name in names_of(case)])
def test_in_the_editor(checked: Shipped, name: str):
    found, ran, _ = checked
    assert found.get(name, ran.output[-3000:]) == []


def test_nothing_is_complained_of(checked: Shipped):
    assert checked[1].code == 0
    assert [line for line in checked[1].complaints if line not in NO_VULKAN] == []


def test_the_editor_was_drawn(checked: Shipped):
    assert list(checked[2]) == ["1_no_server", "2_typed", "3_preview", "4_added"]
