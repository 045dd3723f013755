"""A newer Debian in a folder of its own, for programs that this machine's is too old for."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path


def unpack(root: Path, suite: str, packages: Sequence[str]) -> None:
    """Unpack a suite with these packages into a folder, which appears once it is whole.

    What was there before goes. Needs root and ``debootstrap``; fails when the packages cannot be
    had.
    """
    partial = root.with_name(f"{root.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    # bookworm's debootstrap does not know every newer suite by name; the script of sid serves
    command = ["debootstrap", "--variant=minbase", suite, str(partial), mirror(), "sid"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    # a mirror may lag behind; signatures are checked all the same
    apt = "apt-get -o Acquire::Retries=5 -o Acquire::Check-Valid-Until=false"
    install = f"{apt} update && {apt} install -y --no-install-recommends {' '.join(packages)}"
    subprocess.run(
        ["chroot", str(partial), "sh", "-c", install],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
    shutil.rmtree(root, ignore_errors=True)
    partial.rename(root)


def mirror() -> str:
    """The mirror that this machine's own apt uses."""
    for path in sorted(Path("/etc/apt").rglob("*.[ls][io][su][tr]*")):
        if path.is_file() and (
            found := re.search(r"https?://\S+/debian/?(?=\s)", path.read_text())
        ):
            return found[0]
    return "http://deb.debian.org/debian"
