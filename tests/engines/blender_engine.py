"""A real Blender: the ``bpy`` wheels without a window, and Debian's with one.

Both are set up once below ``PLAYREEL_ENGINES`` (default ``/var/cache/playreel/engines``): each
wheel, some 400 MB, by pip into an environment of its own, which needs Python 3.11; the window by
``debootstrap`` as root. What cannot be had is an error and never a skip.
"""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engines.pythons import find_python

VERSIONS = ("5.0.1", "4.2.23")
SCRIPTS = Path(__file__).parent / "blender"
COMPLAINT = re.compile(r"^.*(?:Traceback|Error:|Warning:|ERROR|panic).*$", re.MULTILINE)
HARMLESS = ("DeprecationWarning",)


@dataclass(frozen=True)
class Ran:
    """What a run of Blender left behind."""

    code: int
    output: str
    seen: Any
    """What the script showed."""

    @property
    def complaints(self) -> list[str]:
        """Lines that speak of errors or warnings."""
        found = COMPLAINT.findall(self.output)
        return [line for line in found if not any(word in line for word in HARMLESS)]


@dataclass(frozen=True)
class Bpy:
    """Blender as a module of a Python of its own, with its own user folder."""

    python: Path
    version: str
    user: Path

    def run(self, script: str, *arguments: object, seconds: float = 570) -> Ran:
        """Run a script of ``SCRIPTS`` to its end; a run that does not end is an error."""
        shown = self.user / "seen.json"
        shown.unlink(missing_ok=True)
        ended = subprocess.run(
            [self.python, SCRIPTS / f"{script}.py", shown, *map(str, arguments)],
            env={**os.environ, "BLENDER_USER_RESOURCES": str(self.user), "HOME": str(self.user)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
        )
        output = ended.stdout.decode("utf-8", "replace")
        seen = json.loads(shown.read_text("utf-8")) if shown.exists() else None
        return Ran(ended.returncode, output, seen)

    def show(self, script: str, *arguments: object, seconds: float = 570) -> Any:
        """What a script showed that had to end well."""
        ran = self.run(script, *arguments, seconds=seconds)
        assert ran.code == 0, ran.output[-4000:]
        assert ran.seen is not None, ran.output[-4000:]
        return ran.seen

    @property
    def extension_tool(self) -> Path:
        """Blender's own program that builds and validates extensions."""
        (found,) = self.python.parent.parent.rglob("bl_pkg/cli/blender_ext.py")
        return found


def find_bpy(version: str, user: Path) -> Bpy:
    """Blender of that version, set up now if need be; fails when it cannot be had."""
    python = find_python(f"bpy-{version}", f"bpy=={version}")
    user.mkdir(parents=True, exist_ok=True)
    return Bpy(python, version, user)
