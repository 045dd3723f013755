"""The plugin in a real, headless Godot editor, on real servers and on odd ones."""

import contextlib
import os
import shlex
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.engines.godot_engine import Godot, Ran
from tests.engines.godot_project import ROOT, names_of, run_cases
from tests.engines.godot_servers import (
    another_program,
    another_version,
    odd_server,
    same_version,
    write_state,
)
from tests.engines.served import SCRIPT, serve
from tests.server.scripted_engine import picture
from tests.tiny_bundle import write_tiny_bundle
from toolkit.messages import SpriteRequest
from toolkit.state_folder import read_server

pytestmark = pytest.mark.engine
CASES = ["lines", "live"]
KNIGHT = SpriteRequest(prompt="a slow red knight", width=16, height=16, num_frames=2, seed=3)
WANTED = (
    "which this version does not know",  # what an odd server said
    'Parameter "t" is null',  # thumbnails cannot be drawn without a window
)


def end_what_is_left(states: Path) -> None:
    """A server that a failed test left running."""
    for folder in states.iterdir():
        server = read_server(folder)
        if server is not None and server.pid != os.getpid():
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGTERM)


@pytest.fixture(scope="module")
def checked(
    godot: Godot, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, list[str]], Ran]:
    """What every case found in one run of the editor."""
    base = tmp_path_factory.mktemp("live")
    states = base / "states"
    bundle = write_tiny_bundle(base / "tiny")
    data = {
        "states": str(states),
        "python": sys.executable,
        "serve": str(SCRIPT),
        "bundle": str(bundle),
        "playreel": shlex.join([sys.executable, "-m", "toolkit"]),
        "knight": [frame.tobytes().hex() for frame in picture(KNIGHT)],
    }
    with contextlib.ExitStack() as stack:
        stack.callback(end_what_is_left, states)
        stack.enter_context(serve(states / "live", bundle))
        live = read_server(states / "live")
        assert live is not None
        write_state(states / "wrong_token", live.port)
        for name, reply in (
            ("odd", same_version),
            ("another_version", another_version),
            ("another_program", another_program),
        ):
            write_state(states / name, stack.enter_context(odd_server(reply)))
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            write_state(states / "stale", closed.getsockname()[1])
        (states / "empty").mkdir()
        return run_cases(godot, project, CASES, data, env={"PYTHONPATH": str(ROOT)})


@pytest.mark.parametrize("name", [name for case in CASES for name in names_of(case)])
def test_in_the_editor(checked: tuple[dict[str, list[str]], Ran], name: str):
    found, ran = checked
    assert found.get(name, ran.output[-3000:]) == []


def test_nothing_else_is_complained_of(checked: tuple[dict[str, list[str]], Ran]):
    _, ran = checked
    assert ran.code == 0
    assert [line for line in ran.complaints if not any(words in line for words in WANTED)] == []


def test_the_token_is_written_nowhere(checked: tuple[dict[str, list[str]], Ran]):
    assert "Bearer" not in checked[1].output
