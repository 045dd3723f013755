"""GDScript, linted and formatted by gdtoolkit."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("bridges/godot", "tests/engines/godot")


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [("gdtoolkit.linter",), ("gdtoolkit.formatter", "--check", "--line-length=100")]
)
def test_gdtoolkit_has_nothing_to_say(words: tuple[str, ...]):
    ran = subprocess.run(
        [sys.executable, "-m", *words, *FOLDERS], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_script_is_typed():
    """The engine's own check of types is on in every project that the tests open."""
    settings = (ROOT / "bridges" / "godot" / "project.godot").read_text("utf-8")
    assert "gdscript/warnings/exclude_addons=false" in settings
    assert "gdscript/warnings/untyped_declaration=2" in settings
