"""A turntable of a mesh: as a request to a server, or drawn by ``playreel`` beside Blender."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import JobCancelled, JobFailed, ServerUnreachable
from toolkit.messages import TurntableRequest, encode_request
from toolkit.wire.answers import HelloOk

from .deliveries import Delivery

MESH, OUT, NAME = "mesh.glb", "out", "turntable"
ENDS = (".json", ".glb")
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

    def body(self, mesh: str) -> Mapping[str, Any]:
        """The request object to submit beside a mesh file of that name.

        Raises:
            BadRequest: a field is out of range.
        """
        request = TurntableRequest(
            mesh=mesh, views=self.views, elevation=self.elevation, width=self.width,
            height=self.height, fps=self.fps, path=self.path,
        )  # fmt: skip
        body: dict[str, Any] = json.loads(encode_request(request))
        return body

    def arguments(self) -> list[str]:
        """The program's flags."""
        stops = ",".join(f"{azimuth:.2f}:{elevation:.2f}" for azimuth, elevation in self.path)
        return [
            f"--views={self.views}", f"--size={self.width}x{self.height}", f"--fps={self.fps}",
            f"--path={stops}" if stops else f"--elevation={self.elevation}",
        ]  # fmt: skip


def takes_mesh(server: HelloOk | None, size: int) -> bool:
    """Whether a server draws meshes, and one of so many bytes."""
    return (
        server is not None
        and "meshes" in server.features
        and size <= int(server.limits.get("max_upload", 0))
    )


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


def draw_turntable(program: str, mesh: bytes, form: TurntableForm, delivery: Delivery) -> Work:
    """The program at work on a mesh; it makes numbered frames with their JSON."""

    def command(folder: Path) -> list[str]:
        return [
            program, "turntable", str(folder / MESH), *form.arguments(),
            "--export=png_sequence", f"--name={NAME}", f"--out={folder / OUT}", "--embedded",
        ]  # fmt: skip

    return Work(command, {MESH: mesh}, delivery)


def carve_mesh(program: str, frames: Mapping[str, bytes], delivery: Delivery) -> Work:
    """The program at work on a turntable's frames and their JSON; it makes a ``.glb``."""
    (document,) = (name for name in frames if name.endswith(".json"))

    def command(folder: Path) -> list[str]:
        return [
            program, "mesh", str(folder / document), "--format=glb", f"--name={NAME}",
            f"--out={folder / OUT}",
        ]  # fmt: skip

    return Work(command, frames, delivery)


class Work:
    """One run of the program in a folder of its own; ask ``ended`` now and then."""

    def __init__(
        self, command: Callable[[Path], list[str]], files: Mapping[str, bytes], delivery: Delivery
    ) -> None:
        """``command`` gets the folder that holds ``files``; what it makes lies in ``OUT`` there."""
        self.delivery = delivery
        self._folder = Path(tempfile.mkdtemp(prefix="playreel-"))
        self._cancelled = False
        for name, content in files.items():
            (self._folder / name).write_bytes(content)
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command(self._folder), stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip

    def ended(self) -> bool:
        """Whether the program is through, well or not."""
        return self._process.poll() is not None

    def made(self) -> Path:
        """What it made: the JSON of frames, or a mesh.

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
        found = [path for path in sorted((self._folder / OUT).iterdir()) if path.suffix in ENDS]
        return found[0]

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
