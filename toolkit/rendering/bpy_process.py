"""A Blender in a process of its own that poses and draws an animated file; see ``bpy_scene``."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.errors import BadRequest, JobCancelled, PlayreelError
from toolkit.rendering.exr import read_exr

SCRIPT = Path(__file__).with_name("bpy_scene.py")
GLANCE = 0.2
"""Seconds between two looks whether the work was cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What Blender is to open and how it is to draw."""

    file: str
    rest: str = ""
    """The same glTF without its actions; empty for other formats."""
    known: tuple[str, ...] = ()
    """Actions of a glTF in its order."""
    actions: tuple[str, ...] = ()
    num_frames: int = 1
    size: tuple[int, int] = (256, 256)
    samples: int = 2
    ambient: float = 0.2
    lights: tuple[float, ...] = ()
    """Strength of each."""
    unlit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action of the file, as it is drawn."""

    name: str
    """Empty for a file that is not animated."""
    seconds: float
    """That all its frames last together; 0 for a still."""
    loop: bool


class BpyScene:
    """An opened file; use it in a ``with``, whose end ends the process.

    Raises:
        PlayreelError: that Python has no ``bpy``.
        BadRequest: Blender cannot read the file, or it lacks an action; the message says which.
        JobCancelled: ``cancelled()`` became true.
    """

    def __init__(
        self, order: Order, name: str, *, python: Path | None, cancelled: Callable[[], bool]
    ) -> None:
        self._name, self._python = name, python or Path(sys.executable)
        self._cancelled = cancelled
        self._folder = tempfile.TemporaryDirectory(prefix="playreel-", ignore_cleanup_errors=True)
        self.place = Path(self._folder.name)
        (self.place / "order.json").write_text(json.dumps(asdict(order)), "utf-8")
        self._lines: queue.Queue[str] = queue.Queue()
        self._process = self._start()
        self.actions: tuple[Action, ...] = ()
        self.objects: tuple[str, ...] = ()

    def __enter__(self) -> BpyScene:
        try:
            told = self._hear()
        except BaseException:
            self._end()
            raise
        self.objects = tuple(told["objects"])
        self.actions = tuple(
            Action(name=said["name"], seconds=said["seconds"], loop=said["loop"])
            for said in told["actions"]
        )
        self._gone = [place["gone"] for said in told["actions"] for place in said["places"]]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._end()

    def pose(self, number: int) -> NDArray[np.float64]:
        """Every corner f64 ``[N, 3]`` at a pose, y up, its root brought back."""
        return y_up(np.load(self.place / f"pose_{number}.npy").astype(np.float64))

    def gone(self, number: int) -> NDArray[np.float64]:
        """The way f64 ``[3]`` that the root has gone at a pose, y up."""
        return y_up(np.array(self._gone[number]))

    def draw(self, ask: Mapping[str, Any]) -> dict[str, NDArray[np.float32]]:
        """Channels f32 ``[H, W]`` of what a camera sees, by pass and channel: ``Normal.X``."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(ask) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._failure() from error
        self._hear()
        picture = self.place / "frame.exr"
        channels = read_exr(picture.read_bytes())
        picture.unlink()
        return {name.partition(".")[2]: plane for name, plane in channels.items()}

    def _start(self) -> subprocess.Popen[str]:
        command = [str(self._python), "-P", str(SCRIPT), str(self.place / "order.json")]
        try:
            with (self.place / "log").open("wb") as log:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                    encoding="utf-8",
                )  # fmt: skip
        except OSError as error:
            self._folder.cleanup()
            raise BadRequest(
                f"{self._python} does not run as a Python: {error.strerror or error}; "
                "give one that has bpy with --bpy-python."
            ) from error
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()
        return process

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def _hear(self) -> dict[str, Any]:
        """The next thing that Blender says."""
        while True:
            if self._cancelled():
                raise JobCancelled("cancelled while Blender was at work.")
            try:
                line = self._lines.get(timeout=GLANCE)
            except queue.Empty:
                continue
            if not line:
                raise self._failure()
            told: dict[str, Any] = json.loads(line)
            if "refused" in told:
                raise BadRequest(f"{self._name} {told['refused']}.")
            return told

    def _failure(self) -> PlayreelError:
        """Why it ended without a word."""
        log = (self.place / "log").read_text("utf-8", "replace")
        if "No module named 'bpy'" in log:
            return PlayreelError(
                f"backend is bpy, and {self._python} has none; install it there (bpy==5.0.1 is for "
                "Python 3.11), or give another Python with --bpy-python."
            )
        last = (log.strip().splitlines() or ["it said nothing"])[-1]
        return BadRequest(
            f"{self._name} cannot be read by Blender ({last:.200}); open it there and export it "
            "as .glb."
        )

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._folder.cleanup()


def y_up(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Blender's vectors, z up and front to -y, as ours: y up and front to +z."""
    return np.stack([vectors[..., 0], vectors[..., 2], -vectors[..., 1]], -1)


def z_up(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Our vectors as Blender's."""
    return np.stack([vectors[..., 0], -vectors[..., 2], vectors[..., 1]], -1)
