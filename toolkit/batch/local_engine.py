"""Clips made on this machine, several at a time where one network run for all is faster."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping

from toolkit.batch.batch_size import Shape
from toolkit.batch.making import Job, Outcome, make
from toolkit.batch.rendezvous import Rendezvous, met
from toolkit.errors import JobCancelled
from toolkit.runtime.denoiser import Call
from toolkit.runtime.models import Models

WAKE_SECONDS = 1.0
"""How often waiting looks up, so that Ctrl-C is heard on every system."""


class LocalEngine:
    """Threads that share one loaded bundle; ``at_once`` of them join their network runs.

    ``sizes`` says how many takes of a shape share a run, one where a shape is missing; without
    it, all that can.
    """

    def __init__(
        self, models: Models, *, at_once: int, sizes: Mapping[Shape, int] | None = None
    ) -> None:
        self.capacity = at_once

        def most(call: Call) -> int:
            frames, _, height, width = call.x.shape
            return at_once if sizes is None else sizes.get((frames, height, width), 1)

        self._meeting = Rendezvous(most=most)
        self._models = met(models, self._meeting)
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Outcome | BaseException] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(at_once)]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Hand a job in; it counts as present at once, so that its run waits for its company."""
        self._meeting.enter()
        self._jobs.put(job)

    def next(self) -> Outcome:
        """Wait for the next job that is finished."""
        while True:
            try:
                found = self._done.get(timeout=WAKE_SECONDS)
            except queue.Empty:
                continue
            if isinstance(found, BaseException):
                raise found
            return found

    def close(self) -> None:
        """Stop between two steps and wait for the threads."""
        self._cancelled.set()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                outcome: Outcome | BaseException = make(job, self._models, self._cancelled.is_set)
            except JobCancelled:
                continue
            except BaseException as error:  # the driver raises it where it can be seen
                outcome = error
            finally:
                self._meeting.leave()
            self._done.put(outcome)
