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
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit import __version__
from toolkit.errors import PlayreelError
from toolkit.evaluation.bench_meshes import HEADS, write_head
from toolkit.evaluation.turntable_drawers import DRAWERS, PACKAGES
from toolkit.messages import TurntableRequest
from toolkit.pipelines.mesh_turntable import frame_mesh
from toolkit.pipelines.turntable import views_of
from toolkit.rendering.mesh_files import read_mesh
from toolkit.rendering.view import rotation

VIEWS, SIZE = 64, 256
SCRIPT = Path(__file__).with_name("turntable_drawers.py")
JUDGE = "trimesh and embreex"
"""Whose silhouettes the others are compared with."""
PASSES = {
    "pyvista": "rgba normal depth",
    "Blender Cycles": "rgba normal depth",
    "Blender Workbench": "rgba depth",
}
ALL_PASSES = "rgba normal depth"
INSTALL = {"trimesh": "trimesh", "embreex": "embreex", "pyvista": "pyvista", "bpy": "bpy==5.0.1"}
"""Package to what pip is asked for; Blender's wheel of that version is for Python 3.11."""


def bench_turntable(
    peers: Path,
    *,
    rounds: int = 1,
    views: int = VIEWS,
    size: int = SIZE,
    meshes: tuple[str, ...] = tuple(HEADS),
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Seconds, peak memory and silhouettes of every drawer there is, in turns, for each mesh.

    ``playreel bench turntable --json`` prints what comes back;
    ``turntable_tables.print_turntables`` shows it. Seconds are from the mesh file to the passes
    of all views, without the start of the process and its imports; before that, everyone draws
    one view that does not count.

    Args:
        peers: the Python that has the others' packages.
        rounds: how often everyone draws each mesh; the middle of the times counts.
        report: gets a line before each step.

    Raises:
        PlayreelError: ``peers`` does not run, or a drawer failed; its last line is in the message.
    """
    missing = missing_packages(peers)
    names = [name for name in DRAWERS if not set(PACKAGES.get(name, ())) & set(missing)]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        drawn = {
            mesh: _drawn(names, mesh, place, peers, rounds, views, size, report) for mesh in meshes
        }
    return {
        "format": 1,
        "views": views,
        "size": size,
        "rounds": rounds,
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


def _drawn(
    names: list[str], mesh: str, place: Path, peers: Path, rounds: int, views: int, size: int,
    report: Callable[[str], None],
) -> dict[str, Any]:  # fmt: skip
    path = write_head(mesh, place)
    whole = order_of(path, views, size)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        order = whole if turn else {**whole, "views": whole["views"][:1]}
        for name in names:
            report(f"{mesh}, {len(order['views'])} views: {name}")
            runs[name].append(_run(name, order, place, peers))
    judged = runs[JUDGE][-1]["silhouettes"] if JUDGE in runs else None
    rows = [_row(name, runs[name][1:], judged) for name in names]
    return {"triangles": _triangles(mesh), "drawers": rows}


def _triangles(mesh: str) -> int:
    skull, ear = HEADS[mesh]
    return 2 * skull[0] * (skull[1] - 1) + 4 * ear[0] * (ear[1] - 1)


def _row(name: str, runs: list[dict[str, Any]], judged: Any) -> dict[str, Any]:
    silhouettes = runs[-1]["silhouettes"]
    return {
        "name": name,
        "version": runs[-1]["version"] or __version__,
        "passes": PASSES.get(name, ALL_PASSES),
        "seconds": round(statistics.median(run["seconds"] for run in runs), 2),
        "peak_mib": round(max(run["peak_mib"] for run in runs)),
        "overlap": None if judged is None else round(overlap(silhouettes, judged), 5),
    }


def _run(name: str, order: dict[str, Any], place: Path, peers: Path) -> dict[str, Any]:
    asked = place / "order.json"
    asked.write_text(json.dumps(order), "utf-8")
    program = [sys.executable, "-m", "toolkit.evaluation.turntable_drawers"]
    if name != "playreel":
        program = [str(peers), "-P", str(SCRIPT)]
    done = subprocess.run(
        [*program, name, str(asked), str(place)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        reason = (done.stderr.strip() or "no output").splitlines()[-1]
        raise PlayreelError(f"{name} failed: {reason}; uninstall it or mend it.")
    told = json.loads((place / "told.json").read_text("utf-8"))
    return {**told, "silhouettes": np.load(place / "silhouettes.npy")}
