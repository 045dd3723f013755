"""The extension in Debian's newest Blender, with its window and its own timers."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.engines.blender_shipped import copy_address
from tests.engines.blender_window import find_window
from tests.engines.served import serve
from tests.tiny_bundle import write_tiny_bundle
from toolkit.blender_zip import write_zip

pytestmark = pytest.mark.engine
PANEL = (868, 90, 1118, 460)
"""Where the sidebar is: left, top, right, bottom."""
COMPLAINTS = ("Traceback", "Error", "rna_uiItemR", "not found")


def test_a_user_s_first_minute_in_a_window(tmp_path: Path):
    window = find_window()
    bundle = write_tiny_bundle(tmp_path / "bundle")
    with window.folder() as folder, serve(tmp_path / "state", bundle) as up:
        write_zip(folder / "x.zip")
        copy_address(up.state, folder / "state")
        log, shot = window.first_minute(folder, "a knight of noise")
        seen = json.loads((folder / "seen.json").read_text())
        with Image.open(shot) as image:
            screen = np.asarray(image.convert("RGB")).astype(int)
    assert seen["things"] == ["a_knight_of_noise"]
    assert len(seen["numbers"]) == 1
    assert 0 not in seen["numbers"], "the picture in the history is one that can be drawn"
    assert [line for line in log.splitlines() if any(word in line for word in COMPLAINTS)] == []
    left, top, right, bottom = PANEL
    panel = screen[top:bottom, left:right].reshape(-1, 3)
    assert len(np.unique(panel, axis=0)) > 50, "the panel is empty"
    shown = screen[200:600, 300:840].reshape(-1, 3)
    assert np.std(shown, axis=0).min() > 20, "no noise of the scripted engine is to be seen"
    print(
        f"{seen['version']}: {len(seen['ticks'])} ticks, longest {max(seen['ticks']) * 1e3:.1f} ms"
    )
