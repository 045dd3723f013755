"""A whole server in a thread of its own, for tests that are clients themselves."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager

from tests.server.live import PATIENCE
from toolkit.server.app import AppSettings, Running, running


@contextmanager
def threaded(settings: AppSettings) -> Generator[Running]:
    """The running server; it is down when the block is left."""
    ready, done = threading.Event(), threading.Event()
    found: list[Running] = []

    async def serve() -> None:
        async with running(settings) as up:
            found.append(up)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield found[0]
    finally:
        done.set()
        thread.join()
