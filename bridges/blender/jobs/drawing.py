"""A turntable of a mesh, drawn by the program ``playreel`` in a process beside Blender."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import JobCancelled, JobFailed, ServerUnreachable

from .deliveries import Delivery

MESH, OUT, NAME = "mesh.glb", "out", "turntable"
MOST_STOPS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class TurntableForm:
    """What the user chose for a turntable of a mesh."""

    views: int = 16
    elevation: float = 20.0
    width: int = 256
    height: int = 256
    fps: float = 12.0
    path: tuple[tuple[float, float], ...] = ()
    """Stops of azimuth and elevation of the scene's camera, instead of a turn."""

    def arguments(self) -> list[str]:
        """The program's flags."""
        stops = ",".join(f"{azimuth:.2f}:{elevation:.2f}" for azimuth, elevation in self.path)
        return [
            f"--views={self.views}", f"--size={self.width}x{self.height}", f"--fps={self.fps}",
            f"--path={stops}" if stops else f"--elevation={self.elevation}",
        ]  # fmt: skip


def find_program(chosen: str) -> str:
    """The path of the program ``playreel``.

    Raises:
        ServerUnreachable: it is not on this machine's path and not where the user says.
    """
    found = shutil.which(chosen or "playreel")
    if found is None:
        raise ServerUnreachable(
            f"the program {chosen or 'playreel'} is not found; install it with: pip install "
            "'playreel[mesh]', or set its path in the extension's preferences."
        )
    return found


class Drawing:
    """One run of the program; ask ``ended`` now and then."""

    def __init__(self, program: str, mesh: bytes, form: TurntableForm, delivery: Delivery) -> None:
        self.delivery = delivery
        self._folder = Path(tempfile.mkdtemp(prefix="playreel-"))
        self._cancelled = False
        (self._folder / MESH).write_bytes(mesh)
        command = [
            program, "turntable", str(self._folder / MESH), *form.arguments(),
            "--export=png_sequence", f"--name={NAME}", f"--out={self._folder / OUT}",
        ]  # fmt: skip
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

    def ended(self) -> bool:
        """Whether the program is through, well or not."""
        return self._process.poll() is not None

    def frames(self) -> Path:
        """The JSON of the frames that it drew.

        Raises:
            JobCancelled: it was stopped.
            JobFailed: it came to nothing; the message is the program's own.
        """
        if self._cancelled:
            raise JobCancelled("the job was cancelled.")
        if self._process.returncode != 0:
            lines = (self._folder / "log").read_text("utf-8", "replace").strip().splitlines()
            said = lines[-1].removeprefix("error: ") if lines else "it said nothing"
            raise JobFailed(said[:400])
        return self._folder / OUT / f"{NAME}.frames.json"

    def cancel(self) -> None:
        """Stop the program."""
        self._cancelled = True
        self._process.terminate()

    def clear(self) -> None:
        """Take its files away; ends the program if it still runs."""
        if not self.ended():
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
