"""A child process that runs models, so that whatever happens there ends one job at most."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.server.pipes import Note, pack, read_async

ENGINE = "toolkit.server.bundle_engine:open_engine"
PIPE_LIMIT = 2**20
WRITE_LIMIT = 2**24
"""Bytes a worker may leave unread before it counts as hanging."""
STATM = "/proc/{}/statm"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What a worker process is started with."""

    memory: int
    """Most bytes of address space; 0 for no limit."""
    engine: str = ENGINE
    """``module:function`` that opens the engine."""
    gives_way: bool = True
    """Whether the server and all else on this machine go first, as they should before a clip; not
    before a frame that somebody plays, which a busy game engine would then hold up."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """For that function."""

    def to_json(self) -> str:
        """The one argument of the process."""
        own = {"engine": self.engine, "memory": self.memory, "gives_way": self.gives_way}
        return json.dumps({**self.options, **own})


class Worker:
    """One child process; started when first needed and again after its end.

    ``heard`` gets every message of the process, ``lost`` its exit code when it ends, however
    that came about.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        *,
        heard: Callable[[Note], None],
        lost: Callable[[int], None],
    ) -> None:
        self._settings, self._heard, self._lost = settings, heard, lost
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Its process id, or 0."""
        return self._process.pid if self._process else 0

    def resident(self) -> int:
        """Bytes of memory that it holds; 0 without a process or where the system does not tell."""
        try:
            pages = int(Path(STATM.format(self.pid)).read_text().split()[1])
        except (OSError, IndexError, ValueError):
            return 0
        return pages * 4096

    async def tell(self, note: Note) -> None:
        """Send a command, starting the process when there is none."""
        async with self._starting:
            if self._process is None:
                await self._start()
        process = self._process
        if process is None or process.stdin is None:
            return  # it ended meanwhile, and ``lost`` has said so
        if process.stdin.transport.get_write_buffer_size() > WRITE_LIMIT:
            self.kill()
            return
        process.stdin.write(pack(note))

    def kill(self) -> None:
        """End the process at once; ``lost`` follows."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """End the process and wait until it is gone."""
        self.kill()
        if self._reading is not None:
            await self._reading

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "toolkit.server.worker_process",
            self._settings.to_json(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=PIPE_LIMIT,
        )
        self._reading = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None, "it was started with a pipe"
        try:
            while note := await read_async(process.stdout):
                self._heard(note)
        finally:
            code = await _ended(process)
            self._process = None
            self._lost(code)


async def _ended(process: asyncio.subprocess.Process) -> int:
    """The exit code of a process whose output has ended; one that lingers is killed."""
    try:
        return await asyncio.wait_for(process.wait(), timeout=1.0)
    except TimeoutError:
        process.kill()
        return await process.wait()
