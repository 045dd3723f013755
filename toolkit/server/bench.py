"""How fast the server answers, beside a job that keeps the processor busy; prints real numbers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from toolkit.client import AsyncClient
from toolkit.clip import Clip
from toolkit.packed_clip import pack_clip
from toolkit.server.blobs import Blobs
from toolkit.server.store import Store
from toolkit.server.timings import (
    EVENTS,
    quantile,
    start_busy_job,
    time_events,
    time_pings,
    time_result,
    time_unload,
    time_world,
)
from toolkit.server.worker import STATM

IDLE, ACTIVE = 100, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerBench:
    """What was measured; times in milliseconds unless they say seconds."""

    ready_seconds: float
    """From starting the process to answering, without a model."""
    clients: int
    round_trip_p50: float
    """Of ``ping``, by the active clients while a clip is made."""
    round_trip_p99: float
    connection_kib: float
    """Memory of the server per idle connection; 0 where the system does not tell."""
    events: int
    """Stored events that each active client was sent."""
    events_per_second: float
    clients_without_a_gap: int
    result_mib: float
    result_mib_per_second: float
    """One 60-frame 256x256 result in chunks to one client."""
    world_frames_per_second: float
    """72x72 RGB at a fixed rate of 60, beside the same clip."""
    world_p95: float
    """From an action to the frame that used it, in lock-step."""
    model_mib_loaded: float
    model_mib_unloaded: float
    """Memory of the workers with the model, and after it was unloaded."""

    def to_dict(self) -> dict[str, float]:
        """The numbers by name."""
        return asdict(self)


def bench_server(folder: Path, bundle: Path, *, report: Callable[[str], None]) -> ServerBench:
    """Start a server on a free port with its state in ``folder`` and measure it."""
    result = store_large_result(folder)
    began = time.perf_counter()
    command = [sys.executable, "-m", "toolkit.server.bench_process", str(folder), str(bundle)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None, "it was started with a pipe"
            process.stdout.readline()
            ready = time.perf_counter() - began
            return asyncio.run(measure(folder, process.pid, ready, result, report))
        finally:
            process.terminate()


def store_large_result(folder: Path) -> str:
    """Put 60 frames of 256x256 noise, which no compression makes smaller, among the results."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    frames = np.random.default_rng(0).integers(0, 256, (60, 256, 256, 4), np.uint8)
    content = pack_clip(Clip(frames=frames, fps=12)).png
    store = Store(folder / "jobs.sqlite")
    shelf = Blobs(folder / "results", store, "results", quota=len(content), kept=set[str])
    result = shelf.put(content)
    store.close()
    return result


async def measure(
    folder: Path, pid: int, ready: float, result: str, report: Callable[[str], None]
) -> ServerBench:
    """All measurements, one after the other, on a server that is up."""
    async with AsyncExitStack() as stack:
        active = [await join(stack, folder, f"active:{number}") for number in range(ACTIVE)]
        before = resident(pid)
        report(f"connecting {IDLE} idle clients")
        idle = await stack.enter_async_context(AsyncExitStack())
        for number in range(IDLE):
            await join(idle, folder, f"idle:{number}")
        per_connection = max(0.0, (resident(pid) - before) / IDLE / 1024)
        report("reading a large result")
        size, rate = await time_result(active[0], result)
        job = await start_busy_job(active[0])
        report(f"round trips of {ACTIVE} clients beside a clip being made")
        trips = sorted([time for times in await time_pings(active) for time in times])
        report("a world beside it")
        fps, p95 = await time_world(active[1])
        await job.cancel()
        await job.wait()
        await idle.aclose()
        report(f"{EVENTS} events to {ACTIVE} clients")
        events_rate, whole = await time_events(active, job.name)
        loaded, unloaded = await time_unload(active[0])
        return ServerBench(
            ready_seconds=round(ready, 3),
            clients=IDLE + ACTIVE,
            round_trip_p50=round(quantile(trips, 0.5), 2),
            round_trip_p99=round(quantile(trips, 0.99), 2),
            connection_kib=round(per_connection, 1),
            events=EVENTS,
            events_per_second=round(events_rate),
            clients_without_a_gap=whole,
            result_mib=round(size / 2**20, 1),
            result_mib_per_second=round(rate / 2**20, 1),
            world_frames_per_second=round(fps, 1),
            world_p95=round(p95, 2),
            model_mib_loaded=round(loaded / 2**20, 1),
            model_mib_unloaded=round(unloaded / 2**20, 1),
        )


async def join(stack: AsyncExitStack, folder: Path, name: str) -> AsyncClient:
    """One more connected client."""
    return await stack.enter_async_context(AsyncClient.connect(folder, client=name))


def resident(pid: int) -> int:
    """Bytes of memory of a process; 0 where the system does not tell."""
    try:
        return int(Path(STATM.format(pid)).read_text().split()[1]) * 4096
    except OSError:
        return 0
