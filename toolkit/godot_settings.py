"""``project.godot``: whether the plugin can run in a Godot project, and switching it on there."""

from __future__ import annotations

import re
from pathlib import Path

from exporters.write import write_files
from toolkit.errors import BadRequest

FILE = "project.godot"
PLUGIN = "res://addons/playreel/plugin.cfg"
CONFIG_VERSION = 5
"""What every Godot 4 writes; Godot 3 writes 4."""
OLDEST = (4, 3)
SECTION = re.compile(r"^\[editor_plugins\][ \t]*\n", re.MULTILINE)
ENABLED = re.compile(r"^enabled=PackedStringArray\(([^\n]*)\)[ \t]*$", re.MULTILINE)


def read_project(project: Path) -> str:
    """The text of a project's ``project.godot``.

    Raises:
        BadRequest: there is none, it cannot be read, or its Godot is older than 4.3.
    """
    path = project / FILE
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise BadRequest(
            f"{project} is no Godot project, it has no {FILE}; give the folder that has one."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"cannot read {path}: {error}.") from error
    _require_version(path, text)
    return text


def is_enabled(text: str) -> bool:
    """Whether the plugin is on in a project of this text."""
    found = _enabled_line(text.replace("\r\n", "\n"))
    return bool(found and f'"{PLUGIN}"' in found[1])


def enable(project: Path) -> bool:
    """Switch the plugin on and say whether it was off; all else in the file stays as it is.

    Raises:
        BadRequest: as ``read_project``.
        OutputError: the file cannot be written.
    """
    text = read_project(project)
    if is_enabled(text):
        return False
    write_files({FILE: enabled(text).encode()}, project)
    return True


def enabled(text: str) -> str:
    """The text with the plugin among those that are on; for one that has it off."""
    newline = "\r\n" if "\r\n" in text else "\n"
    return _enabled(text.replace("\r\n", "\n")).replace("\n", newline)


def _enabled(text: str) -> str:
    found = _enabled_line(text)
    if found is not None:
        others = f"{found[1]}, " if found[1].strip() else ""
        return f'{text[: found.start(1)]}{others}"{PLUGIN}"{text[found.end(1) :]}'
    line = f'\nenabled=PackedStringArray("{PLUGIN}")\n'
    if section := SECTION.search(text):
        return f"{text[: section.end()]}{line}{text[section.end() :]}"
    return f"{text.rstrip()}\n\n[editor_plugins]\n{line}"


def _enabled_line(text: str) -> re.Match[str] | None:
    """The line of ``[editor_plugins]`` that names the plugins that are on."""
    section = SECTION.search(text)
    if section is None:
        return None
    following = text.find("\n[", section.end())
    return ENABLED.search(text, section.end(), following if following >= 0 else len(text))


def _require_version(path: Path, text: str) -> None:
    version = re.search(r"^config_version=(\d+)", text, re.MULTILINE)
    if version is None or int(version[1]) != CONFIG_VERSION:
        said = version[1] if version else "missing"
        raise BadRequest(
            f"config_version of {path} is {said}, Godot 4 writes {CONFIG_VERSION}; "
            "open the project in Godot 4.3 or later once."
        )
    features = re.search(r'^config/features=.*?"(\d+)\.(\d+)"', text, re.MULTILINE)
    if features and (int(features[1]), int(features[2])) < OLDEST:
        raise BadRequest(
            f"{path} is of Godot {features[1]}.{features[2]}; the plugin needs 4.3 or later."
        )
