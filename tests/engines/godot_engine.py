"""A real Godot 4.6: one that is there already, or Debian's, set up in a folder of its own.

``PLAYREEL_GODOT`` names a program; else ``godot`` on PATH serves; else Debian's forky suite is
unpacked below ``PLAYREEL_ENGINES`` (default ``/var/cache/playreel/engines``), once, which needs
root and ``debootstrap``; Xvfb and xdotool come from there too, else from PATH. The unpacked
programs run through their own loader: their libraries come from that folder, and every path they
are given is this machine's.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines.debian import unpack
from tests.engines.pythons import engines

PACKAGES = (
    "godot", "xvfb", "xauth", "libgl1", "libgl1-mesa-dri", "libglx-mesa0", "libegl1", "xdotool",
)  # fmt: skip
PROGRAMS = ("godot", "Xvfb", "xdotool")
LIBRARIES = "usr/lib/x86_64-linux-gnu"
NOISE = re.compile(r"\x1b\[[0-9;]*m|X509")
COMPLAINT = re.compile(
    r"^\s*(?:SCRIPT ERROR|ERROR|WARNING|USER ERROR|USER WARNING)\b.*", re.MULTILINE
)
HARMLESS = (
    "X509",  # this system has no certificates
    "Blocking in message-queue",
    "Vulkan", "V-Sync", "libdecor", "XKB",
)  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """What a run of Godot left behind."""

    code: int
    output: str

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings that it printed, without those of a bare machine."""
        found = COMPLAINT.findall(self.output)
        return [line.strip() for line in found if not any(word in line for word in HARMLESS)]


@dataclass(frozen=True)
class Godot:
    """A Godot editor that can be run."""

    command: tuple[str, ...]
    root: Path | None = None
    """The folder of a Debian of its own, or ``None`` for a program of this machine."""

    def run(
        self,
        project: Path,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        user: int | None = None,
        seconds: float = 570,
    ) -> Ran:
        """Run to the end in a project; a run that does not end is an error."""
        drop = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        ended = subprocess.run(
            [*drop, *self.command, "--path", str(project), *arguments],
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
        )
        return Ran(ended.returncode, NOISE.sub("", ended.stdout.decode("utf-8", "replace")))

    @contextmanager
    def screen(self, number: int) -> Iterator[dict[str, str]]:
        """A screen without a monitor; the environment that draws on it."""
        # an editor's first client only asks and goes; a reset then would refuse the second
        size = ["-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"]
        inside = ["chroot", str(self.root)] if self.root else []
        reader, writer = os.pipe()
        with subprocess.Popen(
            [*inside, "Xvfb", f":{number}", *size, "-displayfd", str(writer)],
            pass_fds=[writer],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as xvfb:
            os.close(writer)
            with os.fdopen(reader) as said:
                # the whole line: Xvfb writes it in two parts and dies if nobody hears the second
                assert said.readline().endswith("\n"), "Xvfb did not start"
            try:
                yield self._drawing(number)
            finally:
                xvfb.terminate()

    def pointer(self, number: int) -> list[str]:
        """The words before those that tell xdotool what the pointer of a screen does."""
        inside = ["chroot", str(self.root)] if self.root else []
        return [*inside, "env", f"DISPLAY=:{number}", "xdotool"]

    def _drawing(self, number: int) -> dict[str, str]:
        if self.root is None:
            return {"DISPLAY": f":{number}", "LIBGL_ALWAYS_SOFTWARE": "1"}
        libraries = self.root / LIBRARIES
        return {
            "DISPLAY": f"unix:{self.root}/tmp/.X11-unix/X{number}",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "LIBGL_DRIVERS_PATH": str(libraries / "dri"),
            "GBM_BACKENDS_PATH": str(libraries / "gbm"),
            "__EGL_VENDOR_LIBRARY_DIRS": str(self.root / "usr/share/glvnd/egl_vendor.d"),
        }


def find_godot() -> Godot:
    """The engine, set up now if need be; fails, never skips, when it cannot be had."""
    if chosen := os.environ.get("PLAYREEL_GODOT"):
        return Godot((chosen,))
    if found := shutil.which("godot"):
        return Godot((found,))
    root = engines() / "godot"
    if not all((root / "usr/bin" / program).exists() for program in PROGRAMS):
        unpack(root, "forky", PACKAGES)  # about 1 GB and a minute or two
    return Godot(unpacked_command(root), root)


def unpacked_command(root: Path) -> tuple[str, ...]:
    """What runs the Godot of an unpacked Debian without entering it."""
    libraries = root / LIBRARIES
    path = f"{libraries}:{libraries / 'pulseaudio'}"
    loader = root / "lib64/ld-linux-x86-64.so.2"
    return (str(loader), "--library-path", path, str(root / "usr/bin/godot"))
