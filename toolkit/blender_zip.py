"""The Blender extension as one zip: its sources, the protocol modules that they use, one wheel.

Sources in ``bridges/blender`` write ``from toolkit.wire.codec import ...``. Inside Blender that
package is not there and must not be put on its path; so the zip has copies of just the modules
that are used, in a folder ``shared``, and every such import names them relatively.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from toolkit.errors import OutputError
from toolkit.writable import require_writable

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "bridges" / "blender"
SHARED = "shared"
LEFT_OUT = ("__pycache__", ".pyc")
IMPORT = re.compile(r"^([ \t]*)from (toolkit|exporters)((?:\.\w+)*) import ([^\n]*)$", re.MULTILINE)
TYPES_ONLY = re.compile(r"^if TYPE_CHECKING:\n(?:(?:[ \t]+[^\n]*)?\n)+", re.MULTILINE)
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""One date for every entry, so that equal sources give equal bytes."""


def zip_name() -> str:
    """The file name that Blender's own tools give: id and version."""
    manifest = (SOURCE / "blender_manifest.toml").read_text("utf-8")
    name, version = (
        found[1]
        for key in ("id", "version")
        if (found := re.search(rf'^{key} = "([^"]+)"', manifest, re.MULTILINE))
    )
    return f"{name}-{version}.zip"


def write_zip(target: Path) -> Path:
    """Write the extension into a folder, or to a file that ends in ``.zip``; the file's path.

    Raises:
        OutputError: the system refuses.
    """
    path = target if target.suffix == ".zip" else target / zip_name()
    require_writable(path.parent)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(build_zip())
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}; choose another folder."
        ) from error
    return path


def build_zip() -> bytes:
    """The extension's zip; equal sources give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(extension_files().items()):
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def extension_files() -> dict[str, bytes]:
    """Every file of the extension by its path in the zip."""
    own = {
        path.relative_to(SOURCE).as_posix(): path.read_bytes()
        for path in SOURCE.rglob("*")
        if path.is_file() and not any(part in path.as_posix() for part in LEFT_OUT)
    }
    shared = shared_modules(own)
    files = {
        name: rewritten(name, content.decode()).encode() if name.endswith(".py") else content
        for name, content in {**own, **shared}.items()
    }
    return {**files, "LICENSE": (ROOT / "LICENSE").read_bytes()}


def shared_modules(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Copies of all modules of ours that the files import, and that those import in turn."""
    found: dict[str, bytes] = {}
    queue = [content.decode() for name, content in files.items() if name.endswith(".py")]
    while queue:
        for module in imported(queue.pop()):
            name = f"{SHARED}/{module.relative_to(ROOT).as_posix()}"
            if name not in found:
                source = module.read_text("utf-8")
                found[name] = source.encode()
                queue.append(source)
    for name in list(found):
        for folder in PurePosixPath(name).parents[:-1]:
            found[f"{folder}/__init__.py"] = b'"""Copied from Playreel; change it there."""\n'
    return found


def imported(source: str) -> Iterator[Path]:
    """Files of the modules of ours that a source imports while it runs."""
    for _, package, dotted, names in IMPORT.findall(TYPES_ONLY.sub("", source)):
        base = ROOT.joinpath(package, *dotted.split(".")[1:])
        if dotted and base.with_suffix(".py").is_file():
            yield base.with_suffix(".py")
            continue
        for name in re.findall(r"\w+", names):
            module = base / f"{name}.py"
            assert module.is_file(), f"the extension needs {package}{dotted}.{name}"
            yield module


def rewritten(name: str, source: str) -> str:
    """The source of a file in the zip with its imports of ours made relative."""
    dots = "." * len(PurePosixPath(name).parts)

    def relative(found: re.Match[str]) -> str:
        indent, package, dotted, names = found.groups()
        return f"{indent}from {dots}{SHARED}.{package}{dotted} import {names}"

    return IMPORT.sub(relative, TYPES_ONLY.sub("", source))
