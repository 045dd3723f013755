"""A whole server in a thread of its own, and links that open its page in a browser."""

import asyncio
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.server.web.browser import PATIENCE
from toolkit.packed_clip import unpack_clip
from toolkit.server.app import AppSettings, Running, running
from toolkit.server.engine import Frames
from toolkit.server.limits import Limits
from toolkit.server.service import Service
from toolkit.server.settings import ServiceSettings
from toolkit.wire.fields import JobRecord

T = TypeVar("T")
DRAWING = "tests.server.web.drawing_engine:open_engine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server that is up; ``stop`` takes it down, ``link`` opens the page once."""

    up: Running
    loop: asyncio.AbstractEventLoop
    ending: asyncio.Event

    @property
    def origin(self) -> str:
        return f"http://{self.up.file.address}"

    def link(self) -> str:
        return self.up.page_url()

    def ask(self, call: Callable[[Service], T]) -> T:
        """What ``call`` gives when it is run where the server runs."""

        async def run() -> T:
            return call(self.up.service)

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(PATIENCE / 1000)

    def until(self, true: Callable[[Service], bool]) -> None:
        """Return when something is true of the server; a page is told before it is over there."""

        async def look() -> None:
            while not true(self.up.service):
                await asyncio.sleep(0.02)

        asyncio.run_coroutine_threadsafe(look(), self.loop).result(PATIENCE / 1000)

    def jobs(self, words: str, *, sketches: bool = False) -> list[JobRecord]:
        """Every real job, or sketch, whose prompt holds the words, oldest first."""
        found, _ = self.ask(
            lambda service: service.store.search(
                words.split(), favourite=False, before=0, limit=200
            )
        )
        kinds = ("interactive",) if sketches else ("normal", "background")
        return [record for record in reversed(found) if record.priority in kinds]

    def pixels(self, record: JobRecord) -> Frames:
        """The frames that a job made."""
        assert record.result is not None
        sha256 = record.result.result
        return unpack_clip(self.ask(lambda service: service.results.read(sha256))).frames


@contextmanager
def served(
    state: Path, bundle: Path, *, engine: str = DRAWING, port: int = 0,
    worlds: Mapping[str, Path] | None = None, **limits: Any,
) -> Generator[Served]:  # fmt: skip
    """A server until the block ends; unless told, its world is the garden of the drawing engine."""
    service = ServiceSettings(
        state=state, bundles=(bundle,), limits=Limits(**limits), engine=engine,
        worlds={"garden": bundle} if worlds is None else worlds,
    )  # fmt: skip
    settings = AppSettings(service=service, port=port)
    started: list[Served] = []
    ready = threading.Event()

    async def run() -> None:
        async with running(settings) as up:
            ending = asyncio.Event()
            started.append(Served(up=up, loop=asyncio.get_running_loop(), ending=ending))
            ready.set()
            await ending.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE / 1000), "the server did not start"
    try:
        yield started[0]
    finally:
        started[0].loop.call_soon_threadsafe(started[0].ending.set)
        thread.join(PATIENCE / 1000)
        assert not thread.is_alive(), "the server did not stop"
