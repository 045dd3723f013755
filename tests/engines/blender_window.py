"""Debian's newest Blender with a window, on a screen without a monitor."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines.blender_engine import SCRIPTS
from tests.engines.debian import unpack
from tests.engines.pythons import engines

PACKAGES = (
    "blender", "python3-numpy", "python3-cattr", "python3-requests", "python3-zstandard",
    "xvfb", "xauth", "libgl1-mesa-dri", "libegl1", "x11-apps", "xdotool", "imagemagick",
)  # fmt: skip
SCREEN = 77
PLAYREEL_TAB = (1136, 329)
"""Where the extension's tab is when the sidebar of the first layout is open."""
LONGEST = 900.0
"""Seconds that a window may take on a machine that has other things to do."""


@dataclass(frozen=True)
class BlenderWindow:
    """A Blender that shows its window on a screen of its own."""

    root: Path
    """The folder of its Debian."""

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A new folder that Blender sees too; ``inside`` gives its path there."""
        with tempfile.TemporaryDirectory(dir=self.root / "tmp", prefix="playreel-") as made:
            yield Path(made)

    def inside(self, path: Path) -> str:
        """What Blender calls a path in its Debian."""
        return f"/{path.relative_to(self.root)}"

    def first_minute(self, folder: Path, prompt: str, shading: str = "SOLID") -> tuple[str, Path]:
        """Run the script ``window`` in a folder that holds ``x.zip`` and ``state``.

        Gives what Blender printed, and a picture of its screen with the panel open.
        """
        shutil.copy(SCRIPTS / "window.py", folder)
        paths = [self.inside(folder / name) for name in ("seen.json", "x.zip", "state")]
        with self._screen(), (folder / "log").open("wb") as log:
            command = [
                "blender", "--gpu-backend", "opengl", "--factory-startup", "--window-geometry",
                "0", "0", "1400", "900", "--python", self.inside(folder / "window.py"), "--",
                *paths, prompt, shading,
            ]  # fmt: skip
            with self._start(folder, command, log) as process:
                wait_for(folder / "seen.json", process)
                self._in_debian(folder, "xdotool mousemove {} {} click 1".format(*PLAYREEL_TAB))
                (folder / "clicked").touch()
                wait_for(folder / "drawn", process)
                self._in_debian(folder, "xwd -root -silent | convert xwd:- $HOME/screen.png")
                (folder / "taken").touch()
                assert process.wait(LONGEST) == 0, (folder / "log").read_text()
        return (folder / "log").read_text(), folder / "screen.png"

    @contextmanager
    def _screen(self) -> Iterator[None]:
        reader, writer = os.pipe()
        size = ["-screen", "0", "1400x900x24", "-nolisten", "tcp", "-noreset"]
        size += ["-displayfd", str(writer)]
        with subprocess.Popen(
            ["chroot", self.root, "Xvfb", f":{SCREEN}", *size], pass_fds=[writer],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as xvfb:  # fmt: skip
            os.close(writer)
            with os.fdopen(reader) as said:  # up to the line's end, else Xvfb dies of a broken pipe
                assert said.readline(), "Xvfb did not start"
            try:
                yield
            finally:
                xvfb.terminate()

    def _start(self, folder: Path, command: list[str], log: object) -> subprocess.Popen[bytes]:
        home = self.inside(folder)
        env = {
            "PATH": "/usr/sbin:/usr/bin:/bin", "HOME": home, "DISPLAY": f":{SCREEN}",
            "BLENDER_USER_RESOURCES": f"{home}/user", "LIBGL_ALWAYS_SOFTWARE": "1",
        }  # fmt: skip
        return subprocess.Popen(
            ["chroot", self.root, *command], stdout=log, stderr=subprocess.STDOUT, env=env,
        )  # fmt: skip

    def _in_debian(self, folder: Path, line: str) -> None:
        """Run a line of shell that sees the screen."""
        env = {
            "PATH": "/usr/sbin:/usr/bin:/bin", "DISPLAY": f":{SCREEN}",
            "HOME": self.inside(folder),
        }  # fmt: skip
        subprocess.run(["chroot", self.root, "sh", "-c", line], check=True, env=env)


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Return when the file is there; a process that ends before has failed."""
    deadline = time.monotonic() + LONGEST
    while not path.exists():
        assert process.poll() is None, (path.parent / "log").read_text()
        assert time.monotonic() < deadline, (path.parent / "log").read_text()
        time.sleep(0.2)


def find_window() -> BlenderWindow:
    """The Blender, set up now if need be: 1.6 GB and some minutes; fails if it cannot be had."""
    root = engines() / "blender"
    if not (root / "usr/bin/blender").exists():
        unpack(root, "sid", PACKAGES)
    return BlenderWindow(root)
