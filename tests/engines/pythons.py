"""Pythons of the engines' own, each with some packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def engines() -> Path:
    """The folder of all engines."""
    return Path(os.environ.get("PLAYREEL_ENGINES", "/var/cache/playreel/engines"))


def find_python(name: str, *packages: str, beside: Path | None = None) -> Path:
    """A Python in the folder of that name, set up now if need be.

    It also sees the packages of the Python ``beside``; what was begun and not ended is begun anew.
    """
    root = engines() / name
    if not root.exists():
        partial = root.with_name(f"{root.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", partial], check=True)
        pip = [partial / "bin/python", "-m", "pip", "install", "--quiet", "--no-cache-dir"]
        subprocess.run([*pip, *packages], check=True)
        if beside is not None:
            (site_packages(partial) / "beside.pth").write_text(f"{site_packages(beside)}\n")
        partial.rename(root)
    return root / "bin/python"


def site_packages(root: Path) -> Path:
    """Where an environment keeps its packages."""
    (found,) = root.glob("lib/python*/site-packages")
    return found
