"""Files onto disk, all or none; the only place in exporters that opens a file."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from toolkit.errors import OutputError

SETTINGS = ".import"
"""What Godot fills in with its ids, and the user changes: once there, it is the project's own."""
_CAUSES = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
    errno.EACCES: "there is no permission; choose another folder",
    errno.EPERM: "there is no permission; choose another folder",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.EEXIST: "a file is where the folder should be; choose another folder",
    errno.ENOTDIR: "a file is where the folder should be; choose another folder",
    errno.EISDIR: "a folder has the name of a file; move it away or choose another folder",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def write_files(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """The paths of the files, written into the folder (made when missing) in their order.

    Everything is first written under temporary names beside its target and then renamed, so no
    reader sees half a file. On failure nothing temporary and no folder or file that was not
    there before is left. Godot's import settings stay as they are where there are some.

    Raises:
        OutputError: a name leaves the folder, or the system refuses; the message says why.
    """
    targets = [folder / _checked_name(name) for name in files]
    folders: list[Path] = []
    temporary: dict[Path, Path] = {}
    created: list[Path] = []
    try:
        for target in (folder / "any", *targets):
            _make_folder(target.parent, folders)
        for name, target in zip(files, targets, strict=True):
            if target.suffix == SETTINGS and target.is_file():
                continue
            temporary[target] = target.with_name(f".playreel-{secrets.token_hex(8)}.part")
            _write_new(temporary[target], files[name])
        _refuse_folders(targets)
        for target, source in temporary.items():
            is_new = not target.exists()
            source.replace(target)
            created += [target] if is_new else []
    except OSError as error:
        _remove([*temporary.values(), *created], folders)
        cause = _CAUSES.get(error.errno or 0, error.strerror or str(error))
        raise OutputError(f"cannot write to {folder}: {cause}.") from error
    except BaseException:
        _remove([*temporary.values(), *created], folders)
        raise
    return targets


def _checked_name(name: str) -> str:
    """The name, if it is a plain file name or one below simple sub-folders."""
    parts = name.split("/")
    unsafe = any(not part or part.startswith("..") or part == "." for part in parts)
    if unsafe or any(sign in name for sign in '\\:\0<>"|?*'):
        raise OutputError(
            f"file name is {name!r}; use plain names or folder/name, without '..', drives and "
            "backslashes."
        )
    return name


def _make_folder(folder: Path, made: list[Path]) -> None:
    """Make the folder and its missing parents, and note each one in ``made``."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        made.append(path)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(folder))


def _write_new(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)


def _refuse_folders(targets: Iterable[Path]) -> None:
    for target in targets:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(target))


def _remove(files: Iterable[Path], folders: Iterable[Path]) -> None:
    """Take away what the failed call made; what cannot be removed stays."""
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
    for folder in reversed(list(folders)):
        with suppress(OSError):
            folder.rmdir()
