"""The dock in a Godot editor that draws, with the shipped model, and the pictures of it.

``python -m tests.engines.godot_shipped FOLDER`` takes those that the README shows anew.
"""

import contextlib
import os
import shlex
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.engines.godot_engine import Godot, Ran, find_godot
from tests.engines.godot_project import ROOT, import_all, make_project, run_cases
from toolkit.state_folder import read_server

CASES = ["shipped"]
SERVE = ROOT / "tests" / "engines" / "serve_shipped.py"
SCREEN = 87
EDITOR = (
    "--editor", "--rendering-method", "gl_compatibility", "--audio-driver", "Dummy",
    "--resolution", "1600x1000", "--position", "0,0",
)  # fmt: skip
SHOWN = {"3_preview": "preview.png", "4_added": "dock.png"}
"""Which pictures are kept, and under which names."""


def run_shipped(
    godot: Godot, project: Path, base: Path
) -> tuple[dict[str, list[str]], Ran, dict[str, Path]]:
    """What the case found in an imported project, its run, and its pictures by name."""
    states, pictures = base / "states", base / "pictures"
    (states / "shipped").mkdir(parents=True)
    pictures.mkdir()
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
    return found, ran, {path.stem: path for path in sorted(pictures.iterdir())}


def take_pictures(folder: Path) -> None:
    """Run the case and keep the pictures that people are shown."""
    godot = find_godot()
    with tempfile.TemporaryDirectory() as base:
        project = make_project(Path(base) / "project")
        import_all(godot, project)
        found, ran, pictures = run_shipped(godot, project, Path(base))
        if set(SHOWN) - set(pictures):
            sys.exit(f"{found}\n{ran.output[-3000:]}")
        for name, file in SHOWN.items():
            shutil.copy(pictures[name], folder / file)


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]))
