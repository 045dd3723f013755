"""The worker's own program: reads commands from stdin, answers on stdout, dies with the server.

``python -m toolkit.server.worker_process SETTINGS`` with JSON: ``engine`` (``module:function``
that takes the settings), ``memory`` in bytes, ``gives_way``, and what that engine needs.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any, BinaryIO

from toolkit.errors import (
    BadRequest,
    JobCancelled,
    ModelError,
    PlayreelError,
    ProviderUnavailable,
    ResourceLimit,
)
from toolkit.messages import Progress, Request, TurntableRequest, decode_request
from toolkit.packed_clip import pack_clip
from toolkit.runtime.threads import cache_folder
from toolkit.server.confine import forbid, give_way, limit_memory
from toolkit.server.engine import Engine, Frames
from toolkit.server.pipes import Note, pack, read
from toolkit.server.preview import encode_preview
from toolkit.server.rate import Every
from toolkit.server.worlds import Worlds
from toolkit.wire.codec import to_json
from toolkit.wire.fields import ErrorCode

PROGRESS_SECONDS = 0.1
PREVIEW_SECONDS = 0.4


class Desk:
    """Where commands arrive and answers leave; the cancel of a job overtakes all else."""

    def __init__(self, commands: BinaryIO, answers: BinaryIO) -> None:
        self._commands, self._answers = commands, answers
        self._queue: queue.SimpleQueue[Note] = queue.SimpleQueue()
        self._cancelled: set[str] = set()
        self._writing = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while note := read(self._commands):
            if note.body["do"] == "cancel":
                self._cancelled.add(note.body["job"])
            else:
                self._queue.put(note)
        os._exit(0)  # the server is gone: nobody waits for what is being made

    def next(self) -> Note:
        """The next command."""
        return self._queue.get()

    def cancelled(self, job: str) -> bool:
        """Whether the server asked to stop this job."""
        return job in self._cancelled

    def say(self, say: str, payload: bytes = b"", **body: Any) -> None:
        """Send an answer; without a server to read it the process ends."""
        with self._writing:
            try:
                self._answers.write(pack(Note({"say": say, **body}, payload)))
                self._answers.flush()
            except BrokenPipeError:
                os._exit(0)


def serve(desk: Desk, engine: Engine) -> None:
    """Do what is asked until the server goes away."""
    worlds = Worlds(engine, desk.say)
    while True:
        note = desk.next()
        body = note.body
        match body["do"]:
            case "generate":
                run_job(desk, engine, body, note.payload)
            case "load":
                load(desk, engine, body["model"], body["ask"])
            case "export":
                write_export(desk, body, note.payload)
            case _:
                worlds.do(note)


def load(desk: Desk, engine: Engine, model: str, ask: int) -> None:
    """Load a model and say so, or why not."""
    try:
        engine.load(model)
    except Exception as error:  # whatever a model does, the worker lives on and says it
        desk.say("refused", ask=ask, code=code_of(error), message=sentence_of(error))
    else:
        desk.say("loaded", ask=ask, model=model)


def write_export(desk: Desk, body: Mapping[str, Any], png: bytes) -> None:
    """Export a result and say the zip, or why not."""
    from toolkit.server.exporting import export_zip

    try:
        content = export_zip(png, body["format"], body["name"])
    except Exception as error:  # whatever a result does, the worker lives on and says it
        desk.say("refused", ask=body["ask"], code=code_of(error), message=sentence_of(error))
    else:
        desk.say("exported", content, ask=body["ask"])


def run_job(desk: Desk, engine: Engine, body: Mapping[str, Any], upload: bytes) -> None:
    """Make the clip of a job; exactly one of ``done``, ``stopped``, ``failed`` is said."""
    job = str(body["job"])
    try:
        make(desk, engine, body, upload)
    except JobCancelled:
        desk.say("stopped", job=job)
    except Exception as error:  # whatever a model does, the worker lives on and says it
        if code_of(error) == "internal":
            traceback.print_exc()
        desk.say("failed", job=job, code=code_of(error), message=sentence_of(error))


def make(desk: Desk, engine: Engine, body: Mapping[str, Any], upload: bytes) -> None:
    """Load, denoise or render, pack; every phase is said when it begins."""
    job = str(body["job"])
    if body["model"]:
        engine.load(body["model"])
    stop_if_cancelled(desk, job)
    request = with_upload(decode_request(body["request"]), upload)
    desk.say("state", job=job, state="running")
    reporter = Reporter(desk, job, takes=engine.takes(request))
    clip = engine.generate(body["model"], request, reporter.report, lambda: desk.cancelled(job))
    stop_if_cancelled(desk, job)
    desk.say("state", job=job, state="exporting")
    packed = pack_clip(clip)
    desk.say("done", packed.png, job=job, info=to_json(packed.info))


def with_upload(request: Request, upload: bytes) -> Request:
    """The request with the picture or mesh that was sent for it, if one was."""
    if isinstance(request, TurntableRequest) and request.mesh:
        if not upload:
            raise BadRequest(f"{request.mesh} came empty; send it again.")
        return replace(request, mesh_bytes=upload)
    return replace(request, image=upload)


def stop_if_cancelled(desk: Desk, job: str) -> None:
    """Return when the job is still wanted.

    Raises:
        JobCancelled: it is not.
    """
    if desk.cancelled(job):
        raise JobCancelled("cancelled between two phases.")


class Reporter:
    """Progress and previews of one job, no more often than anybody can look."""

    def __init__(self, desk: Desk, job: str, *, takes: int) -> None:
        self._desk, self._job, self._takes = desk, job, takes
        self._done = 0
        self._began = time.monotonic()
        self._progress = Every(PROGRESS_SECONDS, time.monotonic)
        self._preview = Every(PREVIEW_SECONDS, time.monotonic)

    def report(self, progress: Progress, frames: Frames) -> None:
        """Tell of one finished step; ``frames`` uint8 ``[T, H, W, 4]`` as they look so far."""
        self._done += 1
        total = progress.num_steps * self._takes
        if self._progress.due() or self._done == total:
            spent = time.monotonic() - self._began
            self._desk.say(
                "progress", job=self._job, step=progress.step, num_steps=progress.num_steps,
                label=progress.label, seconds_left=spent / self._done * (total - self._done),
            )  # fmt: skip
        if self._preview.due():
            metadata, content = encode_preview(self._job, progress, frames)
            self._desk.say("preview", content, job=self._job, metadata=metadata)
        if self._done == total:
            self._desk.say("state", job=self._job, state="decoding")


def code_of(error: Exception) -> ErrorCode:
    """The code by which programs know this failure."""
    match error:
        case ResourceLimit() | MemoryError():
            return "out_of_memory"
        case BadRequest():
            return "bad_request"
        case ModelError() | ProviderUnavailable():
            return "model_error"
        case _:
            return "internal"


def sentence_of(error: Exception) -> str:
    """What a person should read."""
    match error:
        case PlayreelError():
            return str(error)
        case MemoryError():
            return (
                "the worker's memory is used up; "
                "ask for fewer frames, a smaller size or a simpler mesh."
            )
        case _:
            return f"the worker failed ({type(error).__name__}); see the server's log."


def main() -> None:
    """Confine this process, open the engine and serve."""
    settings: dict[str, Any] = json.loads(sys.argv[1])
    os.environ["NUMBA_CACHE_DIR"] = str(cache_folder() / "kernels")  # all else is closed to it
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints goes to the log, not between the answers
    if settings["gives_way"]:
        give_way()
    limit_memory(settings["memory"])
    module, _, name = str(settings["engine"]).partition(":")
    engine: Engine = getattr(import_module(module), name)(settings)
    forbid(cache_folder())
    desk = Desk(sys.stdin.buffer, answers)
    desk.say("ready", pid=os.getpid())
    serve(desk, engine)


if __name__ == "__main__":
    main()
