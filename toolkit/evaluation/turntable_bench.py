"""Turntables of a mesh drawn by us and by other renderers, each in a process of its own."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit import __version__
from toolkit.errors import PlayreelError
from toolkit.evaluation.bench_meshes import HEADS, triangles_of, write_head
from toolkit.evaluation.turntable_drawers import DRAWERS, PACKAGES
from toolkit.messages import TurntableRequest
from toolkit.pipelines.mesh_turntable import frame_mesh
from toolkit.pipelines.turntable import views_of
from toolkit.rendering.mesh_files import read_mesh
from toolkit.rendering.view import rotation

VIEWS, SIZE = 64, 256
PATIENCE = 600
"""Seconds that one of the others may take for one mesh."""
SCRIPT = Path(__file__).with_name("turntable_drawers.py")
Run = dict[str, Any] | None
JUDGE = "trimesh and embreex"
"""Whose silhouettes the others are compared with."""
PASSES = {
    "pyvista": "rgba normal depth",
    "Blender Cycles": "rgba normal depth",
    "Blender Workbench": "rgba depth",
}
ALL_PASSES = "rgba normal depth"
INSTALL = {
    "trimesh": "trimesh", "embreex": "embreex", "scipy": "scipy", "pyvista": "pyvista",
    "bpy": "bpy==5.0.1",
}  # fmt: skip
"""Package to what pip is asked for; Blender's wheel of that version is for Python 3.11."""


def bench_turntable(
    peers: Path,
    *,
    rounds: int = 1,
    views: int = VIEWS,
    size: int = SIZE,
    meshes: tuple[str, ...] = tuple(HEADS),
    patience: int = PATIENCE,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Seconds, peak memory and silhouettes of every drawer there is, in turns, for each mesh.

    ``playreel bench turntable --json`` prints what comes back;
    ``tables.print_turntables`` shows it. Seconds are from the mesh file to the passes
    of all views, without the start of the process and its imports; before that, everyone draws
    one view that does not count.

    Args:
        peers: the Python that has the others' packages.
        rounds: how often everyone draws each mesh; the middle of the times counts.
        views: of each turntable; ``size`` is their side in pixels.
        meshes: names in ``HEADS``.
        patience: seconds after which one of the others is ended; its row then has no values.
        report: gets a line before each step.

    Raises:
        PlayreelError: ``peers`` does not run, or a drawer failed; its last line is in the message.
    """
    missing = missing_packages(peers)
    names = [name for name in DRAWERS if not set(PACKAGES.get(name, ())) & set(missing)]
    with tempfile.TemporaryDirectory() as folder:
        studio = _Studio(place=Path(folder), peers=peers, patience=patience, report=report)
        drawn = {mesh: studio.measured(names, mesh, rounds, views, size) for mesh in meshes}
    return {
        "format": 1,
        "views": views,
        "size": size,
        "rounds": rounds,
        "patience": patience,
        "meshes": drawn,
        "missing": [how_to_install(package, peers) for package in missing],
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }


def missing_packages(peers: Path) -> list[str]:
    """The packages of ``INSTALL`` that the Python lacks."""
    look = (
        "import importlib.util, json, sys;"
        "print(json.dumps([n for n in sys.argv[1:] if importlib.util.find_spec(n) is None]))"
    )
    try:
        done = subprocess.run(
            [peers, "-P", "-c", look, *INSTALL], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise PlayreelError(f"{peers} does not run as a Python ({error}); give another.") from error
    return json.loads(done.stdout)


def how_to_install(package: str, peers: Path) -> str:
    """One sentence on who is left out for want of a package, and what brings it in."""
    names = " and ".join(name for name, needed in PACKAGES.items() if package in needed)
    verb = "are" if " and Blender" in names else "is"
    return f"{names} {verb} left out: {peers} -m pip install {INSTALL[package]}."


def request_of(mesh: Path, views: int, size: int) -> TurntableRequest:
    """What we are asked for: all the passes that others have too, seen from parallel rays."""
    return TurntableRequest(
        mesh=str(mesh), views=views, width=size, height=size, up="y",
        passes=("rgba", "normal", "depth"),
    )  # fmt: skip


def order_of(mesh: Path, views: int, size: int) -> dict[str, Any]:
    """Where the cameras of our request stand, in words that any renderer can be told.

    ``right``, ``up`` and ``toward`` the camera are its axes, ``target`` is what the middle of the
    picture shows; ``span`` units are as wide as the picture, and within ``reach`` of the target
    lies the whole mesh.
    """
    request = request_of(mesh, views, size)
    places = views_of(request)
    framing = frame_mesh(read_mesh(mesh, up="y"), request, places)
    x, y = framing.anchor_pixel
    shift = np.array([size / 2 - x, y - size / 2, 0]) / framing.scale
    axes = [rotation(view) for view in places]
    cameras = [
        {
            **dict(zip(("right", "up", "toward"), rows.tolist(), strict=True)),
            "target": (np.array(framing.anchor) + shift @ rows).tolist(),
        }
        for rows in axes
    ]
    span, reach = size / framing.scale, 4 * framing.radius
    return {"mesh": str(mesh), "size": size, "samples": request.samples, "views": cameras,
            "span": span, "reach": reach}  # fmt: skip


def overlap(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> float:
    """The least of all views' intersection over union, of pixels that are half covered or more."""
    count = min(len(ours), len(theirs))
    pairs = zip(ours[:count] >= 128, theirs[:count] >= 128, strict=True)
    return min(float((a & b).sum() / max((a | b).sum(), 1)) for a, b in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Studio:
    """Where drawers run one after the other."""

    place: Path
    peers: Path
    patience: int
    report: Callable[[str], None]

    def measured(
        self, names: list[str], mesh: str, rounds: int, views: int, size: int
    ) -> dict[str, Any]:
        whole = order_of(write_head(mesh, self.place), views, size)
        runs: dict[str, list[Run]] = {name: [] for name in names}
        for turn in range(rounds + 1):
            order = whole if turn else {**whole, "views": whole["views"][:1]}
            for name in [name for name in names if None not in runs[name]]:
                self.report(f"{mesh}, {len(order['views'])} views: {name}")
                runs[name].append(self.run(name, order))
        judge = runs.get(JUDGE, [None])[-1]
        rows = [_row(name, runs[name][1:], judge) for name in names]
        return {"triangles": triangles_of(mesh), "drawers": rows}

    def run(self, name: str, order: dict[str, Any]) -> Run:
        """What a drawer told; None when it took too long."""
        asked = self.place / "order.json"
        asked.write_text(json.dumps(order), "utf-8")
        command = [*self._program(name), name, str(asked), str(self.place)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False,
                timeout=None if name == "playreel" else self.patience,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None
        if done.returncode != 0:
            reason = (done.stderr.strip() or "no output").splitlines()[-1]
            raise PlayreelError(f"{name} failed: {reason}; mend or uninstall it in {self.peers}.")
        told = json.loads((self.place / "told.json").read_text("utf-8"))
        return {**told, "silhouettes": np.load(self.place / "silhouettes.npy")}

    def _program(self, name: str) -> list[str]:
        if name == "playreel":
            return [sys.executable, "-m", "toolkit.evaluation.turntable_drawers"]
        return [str(self.peers), "-P", str(SCRIPT)]


def _largest(peaks: list[float | None]) -> int | None:
    known = [peak for peak in peaks if peak is not None]
    return round(max(known)) if known else None


def _row(name: str, runs: list[Run], judge: Run) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "passes": PASSES.get(name, ALL_PASSES)}
    ended = [run for run in runs if run is not None]
    if not runs or len(ended) < len(runs):
        return {**row, "version": "", "seconds": None, "peak_mib": None, "overlap": None}
    silhouettes = ended[-1]["silhouettes"]
    return {
        **row,
        "version": ended[-1]["version"] or __version__,
        "seconds": round(statistics.median(run["seconds"] for run in ended), 2),
        "peak_mib": _largest([run["peak_mib"] for run in ended]),
        "overlap": None if judge is None else round(overlap(silhouettes, judge["silhouettes"]), 5),
    }
