from pathlib import Path

import pytest

from tests.engines.godot_engine import find_godot
from tests.engines.godot_project import import_all, make_project, run_cases, names_of

pytestmark = pytest.mark.engine
Found = dict[str, list[str]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    godot = find_godot()
    project = make_project(tmp_path_factory.mktemp("godot") / "wire")
    assert import_all(godot, project).complaints == []
    results, ran = run_cases(godot, project, ["wire"], {})
    assert ran.complaints == [], ran.output[-4000:]
    return results


@pytest.mark.parametrize("test", names_of("wire"))
def test_in_the_editor(found: Found, test: str):
    assert found.get(test) == []
