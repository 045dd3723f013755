"""A lane: one worker process and the jobs that go through it, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import PlayreelError
from toolkit.server.jobs import Jobs
from toolkit.server.limits import Limits
from toolkit.server.pipes import Note
from toolkit.server.turns import Lane
from toolkit.server.worker import Worker, WorkerSettings
from toolkit.server.worker_asks import WorkerAsks
from toolkit.wire.answers import JobProgress
from toolkit.wire.codec import from_json
from toolkit.wire.fields import JobRecord, JobStateName, ResultInfo
from toolkit.wire.refused import Refused


class Hooks:
    """What a lane needs from the server around it; tests fill it with plain functions."""

    def __init__(
        self,
        *,
        work_for: Callable[[JobRecord], Note],
        keep_result: Callable[[ResultInfo, bytes], ResultInfo],
        on_progress: Callable[[JobProgress], None],
        on_preview: Callable[[str, Mapping[str, Any], bytes], None],
    ) -> None:
        self.work_for = work_for
        self.keep_result = keep_result
        self.on_progress = on_progress
        self.on_preview = on_preview


@dataclass(slots=True)
class Current:
    """The job at work."""

    job: str
    ended: asyncio.Event
    heard_at: float
    cancelling: asyncio.TimerHandle | None = None


class WorkLane:
    """Takes jobs from the queue, has them made, and reports each state as it comes.

    A worker that does not stop within ``limits.cancel_seconds`` of a cancel, or says nothing for
    ``limits.stall_seconds``, is killed; the next job gets a new one.
    """

    def __init__(
        self, lane: Lane, jobs: Jobs, settings: WorkerSettings, limits: Limits, hooks: Hooks
    ) -> None:
        self.lane: Lane = lane
        self.worker = Worker(settings, heard=self._heard, lost=self._lost)
        self.loaded: set[str] = set()
        self._jobs, self._limits, self._hooks = jobs, limits, hooks
        self._wake = asyncio.Event()
        self._current: Current | None = None
        self._asks = WorkerAsks(self.worker.tell)
        self._why = ""
        """Why the worker was killed, for the job that was at work."""

    @property
    def job(self) -> str:
        """The job at work, or empty."""
        return self._current.job if self._current else ""

    @property
    def asked(self) -> int:
        """Loads and exports that wait for the worker's answer."""
        return len(self._asks)

    def wake(self) -> None:
        """There may be a job, or the store can be written again."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                self._wake.clear()
                record = self._jobs.take(self.lane)
                if record is None:
                    await self._wake.wait()
                else:
                    await self._work(record)
        finally:
            if self._current is not None:
                self._jobs.interrupt(self._current.job)
                self._current = None
            await self.worker.stop()

    async def _work(self, record: JobRecord) -> None:
        loop = asyncio.get_running_loop()
        self._current = Current(record.job, asyncio.Event(), loop.time())
        try:
            note = self._hooks.work_for(record)
        except Refused as error:
            self._jobs.fail(record.job, error.code, str(error))
        else:
            await self.worker.tell(note)
            await self._watch(self._current)
        if self._current.cancelling is not None:
            self._current.cancelling.cancel()
        self._current = None

    async def _watch(self, current: Current) -> None:
        """Return when the job has ended; kill a worker that has gone silent."""
        loop = asyncio.get_running_loop()
        while not current.ended.is_set():
            left = current.heard_at + self._limits.stall_seconds - loop.time()
            if left <= 0:
                self._kill("worker_stalled")
                await current.ended.wait()
                return
            try:
                await asyncio.wait_for(current.ended.wait(), left)
            except TimeoutError:
                continue

    def cancel(self, job: str) -> None:
        """The job is wanted no more; if it is at work here, it ends within half a second."""
        current = self._current
        if current is None or current.job != job or current.cancelling is not None:
            return
        self._kill_later(current)
        loop = asyncio.get_running_loop()
        self._cancel_task = loop.create_task(self.worker.tell(Note({"do": "cancel", "job": job})))

    async def load(self, model: str) -> None:
        """Return when the worker holds the model.

        Raises:
            Refused: it cannot be loaded.
        """
        await self._asks.answer_to({"do": "load", "model": model})

    async def export(self, png: bytes, format_name: str, name: str) -> bytes:
        """A zip of the result's files in a format.

        Raises:
            Refused: no such format, or the clip does not fit it.
        """
        body = {"do": "export", "format": format_name, "name": name}
        return (await self._asks.answer_to(body, png)).payload

    async def unload(self, model: str) -> None:
        """Return when the model's memory is given back: its process is gone.

        Raises:
            Refused: ``conflict`` while a job is at work.
        """
        if model not in self.loaded:
            return
        if self._current is not None:
            raise Refused("conflict", "a job is at work; cancel it or wait, then unload.")
        await self.worker.stop()

    def _kill_later(self, current: Current) -> None:
        """Give the worker its time to stop."""
        current.cancelling = asyncio.get_running_loop().call_later(
            self._limits.cancel_seconds, self._kill_unless_stopped, current
        )

    def _kill_unless_stopped(self, current: Current) -> None:
        """A worker that is still being started cannot be killed yet; it gets its time again."""
        if self._current is not current:
            return
        if self.worker.alive:
            self._kill("worker_lost")
        else:
            self._kill_later(current)

    def _kill(self, why: str) -> None:
        self._why = why
        self.worker.kill()

    def _heard(self, note: Note) -> None:
        body = note.body
        if "ask" in body:
            if body["say"] == "loaded":
                self.loaded.add(body["model"])
            self._asks.heard(note)
            return
        current = self._current
        if current is None or body.get("job") != current.job or self._why:
            return  # what a killed worker still said would hand its next job to a dying process
        current.heard_at = asyncio.get_running_loop().time()
        match body["say"]:
            case "state":
                self._advance(current.job, body["state"])
            case "progress":
                values = {name: value for name, value in body.items() if name != "say"}
                self._hooks.on_progress(JobProgress(**values))
            case "preview":
                self._hooks.on_preview(current.job, body["metadata"], note.payload)
            case "done":
                self._finish(current, body["info"], note.payload)
            case "stopped":
                self._jobs.stopped(current.job)
                current.ended.set()
            case "failed":
                self._jobs.fail(current.job, body["code"], body["message"])
                current.ended.set()
            case unknown:
                raise AssertionError(f"a worker said {unknown!r}")

    def _advance(self, job: str, state: JobStateName) -> None:
        if model := self._jobs.known(job).model:
            self.loaded.add(model)
        self._jobs.advance(job, state)

    def _finish(self, current: Current, info: Mapping[str, Any], content: bytes) -> None:
        try:
            packed: ResultInfo = from_json(ResultInfo, {**info, "result": "0" * 64})
            self._jobs.finish(current.job, self._hooks.keep_result(packed, content))
        except PlayreelError as error:
            code = error.code if isinstance(error, Refused) else "store_unavailable"
            self._jobs.fail(current.job, code, str(error))
        current.ended.set()

    def _lost(self, code: int) -> None:
        self.loaded.clear()
        why, self._why = self._why, ""
        self._asks.lost(code)
        if self._current is not None:
            stalled = why == "worker_stalled"
            self._jobs.fail(
                self._current.job,
                "worker_stalled" if stalled else "worker_lost",
                "the worker went silent and was ended; submit the job again."
                if stalled
                else f"the worker process died ({code}), perhaps out of memory; ask for less.",
            )
            self._current.ended.set()
