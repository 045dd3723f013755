"""How fast the server answers, beside a job that keeps the processor busy; prints real numbers."""

from __future__ import annotations

import asyncio
import functools
import hashlib
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
from toolkit.messages import SpriteRequest
from toolkit.packed_clip import pack_clip
from toolkit.remote_job import AsyncJob
from toolkit.server.blobs import Blobs
from toolkit.server.store import Store
from toolkit.server.worker import STATM
from toolkit.wire.answers import ModelListed, SessionOpened
from toolkit.wire.asks import (
    JobMark,
    ModelList,
    ModelUnload,
    Ping,
    SessionAct,
    SessionClose,
    SessionOpen,
)

IDLE, ACTIVE = 100, 8
PINGS = 60
"""Of each active client."""
EVENTS = 10_000
FRAMES = 300
FRAMES_PER_SECOND = 60.0
BUSY = SpriteRequest(prompt="a knight walking", num_frames=16, width=128, height=128,
                     num_inference_steps=100)  # fmt: skip


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


def quantile(ordered: list[float], share: float) -> float:
    """The value that this share of an ascending list does not exceed."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def time_result(client: AsyncClient, result: str) -> tuple[int, float]:
    """Bytes of the result, and bytes a second until it was whole and its hash was right."""
    began = time.perf_counter()
    client.talk.fetch(result)
    await client.flush()
    content: list[bytes] = []

    def whole() -> bool:
        found = client.talk.fetched(result)
        content.extend([] if found is None else [found])
        return bool(content)

    await client.wait_for(whole)
    assert hashlib.sha256(content[0]).hexdigest() == result, "fetched checks it too"
    return len(content[0]), len(content[0]) / (time.perf_counter() - began)


async def start_busy_job(client: AsyncClient) -> AsyncJob:
    """A clip that is being made, and takes longer than all measurements beside it."""
    job = await client.submit(BUSY)
    await client.wait_for(lambda: job.name in client.talk.records)
    await client.wait_for(lambda: client.talk.records[job.name].state == "running")
    return job


async def time_pings(clients: list[AsyncClient]) -> list[list[float]]:
    """Milliseconds of every round trip of every client; all ask at once."""

    async def ask(client: AsyncClient) -> list[float]:
        times: list[float] = []
        for _ in range(PINGS):
            began = time.perf_counter()
            await client.ask(Ping())
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.02)
        return times

    return await asyncio.gather(*(ask(client) for client in clients))


async def time_world(client: AsyncClient) -> tuple[float, float]:
    """Frames a second at a fixed rate, and the 95th percentile of act to frame in lock-step."""
    await client.ask(SessionOpen(session="tick", world="noise", mode="tick", fps=FRAMES_PER_SECOND))
    began = time.perf_counter()
    seen = frames_of(client, "tick")
    await client.wait_for(lambda: frames_of(client, "tick") >= seen + FRAMES)
    fps = FRAMES / (time.perf_counter() - began)
    await client.ask(SessionClose(session="tick"))
    opened = await client.ask(SessionOpen(session="step", world="noise"))
    assert isinstance(opened, SessionOpened), "the world was opened"
    times: list[float] = []
    await client.wait_for(lambda: frames_of(client, "step") == 1)
    for act in range(1, FRAMES + 1):
        began = time.perf_counter()
        client.talk.tell(SessionAct(session="step", act=act, action=0))
        await client.flush()
        await client.wait_for(functools.partial(has_frames, client, act + 1))
        times.append((time.perf_counter() - began) * 1000)
    await client.ask(SessionClose(session="step"))
    return fps, quantile(sorted(times), 0.95)


def frames_of(client: AsyncClient, session: str) -> int:
    """Frames of a game that have come."""
    screen = client.talk.screens.get(session)
    return screen.count if screen else 0


def has_frames(client: AsyncClient, count: int) -> bool:
    """Whether so many frames of the lock-step game have come."""
    return frames_of(client, "step") >= count


async def time_events(active: list[AsyncClient], job: str) -> tuple[float, int]:
    """Events a second until all clients have them, and how many clients saw no gap."""
    first = max(client.talk.seq for client in active)
    began = time.perf_counter()

    async def mark(client: AsyncClient, count: int) -> None:
        for number in range(count):
            client.talk.tell(JobMark(job=job, favourite=number % 2 == 0))
            await client.flush()
            if number % 200 == 199:
                await client.ask(Ping())  # no faster than the server takes it

    await asyncio.gather(*(mark(client, EVENTS // ACTIVE) for client in active))
    last = first + EVENTS // ACTIVE * ACTIVE
    for client in active:
        await client.wait_for(functools.partial(has_seen, client, last))
    seconds = time.perf_counter() - began
    return EVENTS / seconds, sum(client.talk.gaps == 0 for client in active)


def has_seen(client: AsyncClient, seq: int) -> bool:
    """Whether the client has the event."""
    return client.talk.seq >= seq


async def time_unload(client: AsyncClient) -> tuple[int, int]:
    """Bytes of the workers with the model loaded, and without."""
    loaded = await client.ask(ModelList())
    assert isinstance(loaded, ModelListed), "models were listed"
    unloaded = await client.ask(ModelUnload(model=loaded.models[0].model))
    assert isinstance(unloaded, ModelListed), "models were listed"
    return loaded.models[0].resident, unloaded.models[0].resident
