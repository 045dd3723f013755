"""The dock in a Godot editor that draws, with the shipped model: from a sentence to the scene."""

import contextlib
import os
import shlex
import signal
import sys
from pathlib import Path

import pytest

from tests.engines.godot_engine import Ran, find_godot
from tests.engines.godot_project import ROOT, import_all, make_project, names_of, run_cases
from toolkit.state_folder import read_server

pytestmark = pytest.mark.engine
CASES = ["shipped"]
SERVE = ROOT / "tests" / "engines" / "serve_shipped.py"
SCREEN = 87
EDITOR = (
    "--editor", "--rendering-method", "gl_compatibility", "--audio-driver", "Dummy",
    "--resolution", "1280x800",
)  # fmt: skip
NO_VULKAN = (  # the editor asks for it though it draws with OpenGL
    "ERROR: Required extension VK_KHR_surface not found.",
    'ERROR: Condition "err != OK" is true. Returning: err',
)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[str]], Ran, Path]:
    """What the case found, its run, and the folder of its pictures."""
    godot = find_godot()
    base = tmp_path_factory.mktemp("shipped")
    project, states, pictures = make_project(base / "project"), base / "states", base / "pictures"
    (states / "shipped").mkdir(parents=True)
    pictures.mkdir()
    assert import_all(godot, project).complaints == []
    data = {
        "states": str(states),
        "pictures": str(pictures),
        "playreel": shlex.join([sys.executable, str(SERVE)]),
    }
    try:
        with godot.screen(SCREEN) as drawing:
            env = {**drawing, "PYTHONPATH": str(ROOT)}
            found, ran = run_cases(godot, project, CASES, data, *EDITOR, env=env)
    finally:
        server = read_server(states / "shipped")
        if server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGTERM)
    return found, ran, pictures


@pytest.mark.parametrize("name", [name for case in CASES for name in names_of(case)])
def test_in_the_editor(checked: tuple[dict[str, list[str]], Ran, Path], name: str):
    found, ran, _ = checked
    assert found.get(name, ran.output[-3000:]) == []


def test_nothing_is_complained_of(checked: tuple[dict[str, list[str]], Ran, Path]):
    assert checked[1].code == 0
    assert [line for line in checked[1].complaints if line not in NO_VULKAN] == []


def test_the_editor_was_drawn(checked: tuple[dict[str, list[str]], Ran, Path]):
    names = sorted(path.stem for path in checked[2].iterdir())
    assert names == ["1_no_server", "2_typed", "3_preview", "4_added"]
