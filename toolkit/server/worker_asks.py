"""Questions to a worker beside its job, such as to load a model or to export a result."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from toolkit.server.pipes import Note
from toolkit.wire.refused import Refused


class WorkerAsks:
    """Every question that waits for its answer; ``tell`` sends one to the worker."""

    def __init__(self, tell: Callable[[Note], Awaitable[None]]) -> None:
        self._tell = tell
        self._waiting: dict[int, asyncio.Future[Note]] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._waiting)

    async def answer_to(self, body: Mapping[str, Any], payload: bytes = b"") -> Note:
        """Ask again, once, when the worker ends first: a job before this one may have ended it.

        Raises:
            Refused: the worker refused it, or ended twice.
        """
        try:
            return await self._answer_once(body, payload)
        except Refused as refused:
            if refused.code != "worker_lost":
                raise
            return await self._answer_once(body, payload)

    async def _answer_once(self, body: Mapping[str, Any], payload: bytes) -> Note:
        self._last += 1
        answer: asyncio.Future[Note] = asyncio.get_running_loop().create_future()
        self._waiting[self._last] = answer
        await self._tell(Note({**body, "ask": self._last}, payload))
        return await answer

    def heard(self, note: Note) -> None:
        """An answer came."""
        body = note.body
        answer = self._waiting.pop(body["ask"], None)
        if answer is None or answer.done():
            return
        if body["say"] == "refused":
            answer.set_exception(Refused(body["code"], body["message"]))
        else:
            answer.set_result(note)

    def lost(self, code: int) -> None:
        """The worker ended, and will not answer."""
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Refused("worker_lost", f"the worker ended with {code}."))
        self._waiting.clear()
