"""The server as a program: it serves until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from toolkit.server.app import AppSettings, Running, running


async def run_until_stopped(settings: AppSettings, started: Callable[[Running], None]) -> None:
    """Serve until a signal to end comes; ``started`` is called once the port is open."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt
            break
    async with running(settings) as server:
        started(server)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({stopping, server.work}, return_when=asyncio.FIRST_COMPLETED)
        if server.work.done():
            await server.work
