"""What the bench of the server times, one thing a function, on clients that are connected."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import time

from toolkit.client import AsyncClient
from toolkit.messages import SpriteRequest
from toolkit.remote_job import AsyncJob
from toolkit.wire.answers import ModelListed, SessionOpened
from toolkit.wire.asks import (
    JobMark,
    ModelList,
    ModelLoad,
    ModelUnload,
    Ping,
    SessionAct,
    SessionClose,
    SessionOpen,
)

PINGS = 60
"""Of each active client."""
EVENTS = 10_000
FRAMES = 300
FRAMES_PER_SECOND = 60.0
BUSY = SpriteRequest(prompt="a knight walking", num_frames=16, width=128, height=128,
                     num_inference_steps=100)  # fmt: skip


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

    await asyncio.gather(*(mark(client, EVENTS // len(active)) for client in active))
    last = first + EVENTS // len(active) * len(active)
    for client in active:
        await client.wait_for(functools.partial(has_seen, client, last))
    seconds = time.perf_counter() - began
    return EVENTS / seconds, sum(client.talk.gaps == 0 for client in active)


def has_seen(client: AsyncClient, seq: int) -> bool:
    """Whether the client has the event."""
    return client.talk.seq >= seq


async def time_unload(client: AsyncClient) -> tuple[int, int]:
    """Bytes of the worker with the model loaded, and without.

    It is loaded again first: the job before may have been cancelled together with its worker.
    """
    known = await client.ask(ModelList())
    assert isinstance(known, ModelListed), "models were listed"
    loaded = await client.ask(ModelLoad(model=known.models[0].model))
    assert isinstance(loaded, ModelListed), "models were listed"
    unloaded = await client.ask(ModelUnload(model=loaded.models[0].model))
    assert isinstance(unloaded, ModelListed), "models were listed"
    return loaded.models[0].resident, unloaded.models[0].resident
