"""Godot projects with the plugin in them, and what its tests inside the editor found."""

import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.engines.godot_engine import Godot, Ran
from toolkit.godot_addon import build_zip

ROOT = Path(__file__).parent.parent.parent
CHECKS = Path(__file__).parent / "godot" / "addons" / "playreel_check"
PATIENCE = 1700
"""Seconds; a starved machine takes long for little."""
SETTINGS = """\
config_version=5

[application]

config/name="Playreel Check"

[debug]

gdscript/warnings/exclude_addons=false
gdscript/warnings/untyped_declaration=2
gdscript/warnings/unused_variable=2
gdscript/warnings/unused_parameter=2
gdscript/warnings/shadowed_variable=2
gdscript/warnings/narrowing_conversion=2
gdscript/warnings/integer_division=2

[editor_plugins]

enabled=PackedStringArray({plugins})
"""


def make_project(folder: Path) -> Path:
    """A project with the plugin as its zip holds it, and the runner of tests in the editor."""
    plugins = ", ".join(
        f'"res://addons/{name}/plugin.cfg"' for name in ("playreel", "playreel_check")
    )
    folder.mkdir(parents=True)
    (folder / "project.godot").write_text(SETTINGS.format(plugins=plugins))
    with zipfile.ZipFile(io.BytesIO(build_zip())) as archive:
        archive.extractall(folder)
    shutil.copytree(CHECKS, folder / "addons" / "playreel_check")
    return folder


def import_all(godot: Godot, project: Path) -> Ran:
    """One pass over a clean checkout."""
    return godot.run(project, "--headless", "--import")


def names_of(case: str) -> list[str]:
    """The tests that a file of cases holds, as ``case.test``."""
    text = (CHECKS / "cases" / f"{case}.gd").read_text("utf-8")
    return [f"{case}.{name}" for name in re.findall(r"^func (test_\w+)\(", text, re.MULTILINE)]


def nobody() -> int | None:
    """A user who may not write everywhere, for tests that run as root; else nobody is needed."""
    return 65534 if os.geteuid() == 0 else None


def run_cases(
    godot: Godot,
    project: Path,
    cases: list[str],
    data: Mapping[str, Any],
    *arguments: str,
    env: Mapping[str, str] | None = None,
    user: int | None = None,
) -> tuple[dict[str, list[str]], Ran]:
    """What every test of the cases found false, from one run of the editor, and the run."""
    folder = project.parent / f"{project.name}-{'-'.join(cases)}"
    folder.mkdir()
    if user is not None:
        os.chown(folder, user, user)
    given, results = folder / "data.json", folder / "results.json"
    given.write_text(json.dumps({"vectors": str(ROOT / "tests" / "vectors"), **data}))
    environment = {
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "share"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
        "PLAYREEL_CHECK": ",".join(cases),
        "PLAYREEL_CHECK_DATA": str(given),
        "PLAYREEL_CHECK_RESULTS": str(results),
        **(env or {}),
    }
    where = arguments or ("--headless", "--editor")
    ran = godot.run(project, *where, env=environment, user=user, seconds=PATIENCE)
    found = json.loads(results.read_text("utf-8")) if results.exists() else {}
    return found, ran
