"""The Godot plugin: installed or updated in a project, or as one zip for the Asset Library."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from exporters.write import write_files
from toolkit import __version__
from toolkit.errors import BadRequest, OutputError
from toolkit.godot_settings import read_project

SOURCE = Path(__file__).parent.parent / "bridges" / "godot"
FOLDER = "addons/playreel"
RECORD = f"{FOLDER}/.installed.json"
"""Hashes of what was installed. Godot passes over names that begin with a dot."""
LEFT_OUT = (".import", ".pyc")
"""Godot makes import settings itself, for its own version."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""One date for every entry, so that equal sources give equal bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """What an installation changed: paths inside the project, in order."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def addon_files() -> dict[str, bytes]:
    """Every file of the plugin by its path in a project, below ``addons/playreel``."""
    root = SOURCE / FOLDER
    return {
        path.relative_to(SOURCE).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix not in LEFT_OUT
    }


def install(project: Path, *, force: bool = False) -> Installed:
    """Bring a project's plugin to this version, all files or none; other files stay untouched.

    Files that an earlier installation wrote and that no longer belong to the plugin go, unless
    the user has changed them. ``force`` replaces changed files too.

    Raises:
        BadRequest: this is no project for the plugin, or files were changed by hand.
        OutputError: the system refuses.
    """
    read_project(project)
    if (project / FOLDER).is_symlink():
        raise BadRequest(f"{project / FOLDER} is a link; remove it first.")
    files, known = addon_files(), _read_record(project)
    present = {name: _hash_of(project / name) for name in {*files, *known}}
    new = {name: _hash(content) for name, content in files.items()}
    if not force:
        _require_untouched(project, present, new, known)
    changed = {name: files[name] for name in files if present[name] != new[name]}
    if changed or known != new:
        record = json.dumps({"version": __version__, "files": new}, indent=1) + "\n"
        write_files({**changed, RECORD: record.encode()}, project)
    stale = [name for name in known if name not in new and present[name] == known[name]]
    return Installed(written=tuple(changed), removed=tuple(_remove(project, stale)))


def write_zip(target: Path) -> Path:
    """Write the plugin's zip into a folder, or to a file that ends in ``.zip``; the file's path.

    Raises:
        OutputError: the system refuses.
    """
    named = target.suffix == ".zip"
    folder = target.parent if named else target
    name = target.name if named else f"playreel-godot-{__version__}.zip"
    (path,) = write_files({name: build_zip()}, folder)
    return path


def build_zip() -> bytes:
    """The plugin's zip, rooted at ``addons/playreel``; equal sources give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in addon_files().items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _require_untouched(
    project: Path,
    present: Mapping[str, str],
    new: Mapping[str, str],
    known: Mapping[str, str],
) -> None:
    changed = sorted(
        name for name in new if present[name] not in ("", new[name], known.get(name, ""))
    )
    if changed:
        raise BadRequest(
            f"{project / changed[0]} was changed by hand ({len(changed)} such files); "
            "keep a copy and add --force to replace them."
        )


def _read_record(project: Path) -> dict[str, str]:
    """Hashes by path of the last installation; empty when there was none."""
    path = project / RECORD
    if not path.exists():
        return {}
    try:
        files = json.loads(path.read_text("utf-8"))["files"]
        return {name: str(files[name]) for name in files if _is_ours(name)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{path} is damaged; remove it and add --force.") from error


def _is_ours(name: str) -> bool:
    """Whether a record may speak of a path: it must not make us remove anything elsewhere."""
    return name.startswith(f"{FOLDER}/") and ".." not in name.split("/")


def _hash_of(path: Path) -> str:
    """Of the file's content; an empty text for a missing file."""
    if not path.is_file():
        return ""
    try:
        return _hash(path.read_bytes())
    except OSError as error:
        raise OutputError(f"cannot read {path}: {error.strerror or error}.") from error


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _remove(project: Path, names: list[str]) -> list[str]:
    """Take files away, and folders that this leaves empty; those that cannot be removed stay."""
    removed: list[str] = []
    for name in names:
        with suppress(OSError):
            (project / name).unlink()
            removed.append(name)
            for folder in (project / name).parents:
                if folder == project / FOLDER:
                    break
                folder.rmdir()
    return removed
