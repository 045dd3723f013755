"""The panel in a Blender with a window, with the shipped model, and the picture of it.

``python -m tests.engines.blender_shipped FILE.png`` takes the one that the README shows anew.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from tests.engines.blender_window import find_window
from tests.engines.served import serve_shipped
from toolkit.blender_zip import write_zip
from toolkit.client import Client
from toolkit.messages import SpriteRequest

BEFORE = ("a green slime hopping", "a yellow coin spinning")
"""What the history holds when Blender comes."""
PROMPT = "a red knight walking right"


def copy_address(state: Path, folder: Path) -> None:
    """Give what says how to reach a server to a Blender that cannot see its folder."""
    folder.mkdir()
    for name in ("server.json", "token"):
        shutil.copy(state / name, folder)


def fill_history(state: Path) -> None:
    """Have the server draw what came before."""
    with Client.connect(state=state) as client:
        for prompt in BEFORE:
            client.submit(SpriteRequest(prompt=prompt, seed=4)).result()


def take_picture(path: Path) -> None:
    """A user's first minute, as its screen looked in the end."""
    window = find_window()
    with tempfile.TemporaryDirectory() as base, serve_shipped(Path(base) / "state") as state:
        fill_history(state)
        with window.folder() as folder:
            write_zip(folder / "x.zip")
            copy_address(state, folder / "state")
            log, shot = window.first_minute(folder, PROMPT, "MATERIAL")
            seen = json.loads((folder / "seen.json").read_text())
            print(f"{seen['version']}: {seen['things']}, {seen['pictures']} pictures\n{log}")
            shutil.copy(shot, path)


if __name__ == "__main__":
    take_picture(Path(sys.argv[1]))
