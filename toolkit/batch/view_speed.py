"""How fast this machine draws a mesh: one view of it, measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from toolkit.batch.mesh_source import MeshSource
from toolkit.messages import TurntableRequest
from toolkit.pipelines.speed import Speed
from toolkit.pipelines.turntable import generate_turntable
from toolkit.runtime.memory import peak_mib


def view_key(request: TurntableRequest, mesh: MeshSource) -> str:
    """What a view's speed depends on."""
    width, height = request.size
    return f"mesh-{mesh.digest[:16]}-{width}x{height}x{request.samples}-{len(request.passes)}"


def measure_view(
    request: TurntableRequest,
    mesh: MeshSource,
    clock: Callable[[], float] = time.perf_counter,
) -> Speed:
    """The speed of a frame of a turntable, loading of the mesh included."""
    one = replace(request, views=1, directions=0, path=())
    with mesh.placed(one) as placed:
        generate_turntable(placed, None)  # the first drawing in a process also compiles
        began = clock()
        generate_turntable(placed, None)
        taken = clock() - began
    return Speed(
        single_seconds=0.0,
        guided_seconds=0.0,
        operations=0,
        peak_mib=peak_mib(),
        frame_seconds=taken / len(request.passes),
    )
