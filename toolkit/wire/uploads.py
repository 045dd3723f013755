"""Pictures and meshes on their way to a server, and the jobs that wait for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.wire.answers import UploadReady
from toolkit.wire.asks import ClientMessage, JobSubmit, UploadStart
from toolkit.wire.frames import HEADER, UPLOAD, encode_frame, split


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A picture or mesh on its way, and the job that waits for it."""

    content: bytes
    sha256: str
    submit: JobSubmit


class Uploads:
    """Files by the job that waits for them; each job is asked for once its file is there."""

    def __init__(
        self,
        *,
        ask: Callable[[ClientMessage], None],
        send: Callable[[bytes], None],
        is_asked: Callable[[str], bool],
        new_id: Callable[[str], str],
    ) -> None:
        self._ask, self._send, self._is_asked, self._new_id = ask, send, is_asked, new_id
        self._waiting: dict[str, Sending] = {}

    def __contains__(self, job: str) -> bool:
        return job in self._waiting

    def add(self, content: bytes, submit: JobSubmit) -> None:
        """Send a file; the job follows when it is there."""
        sha256 = hash_of(content)
        self._waiting[submit.job] = Sending(content=content, sha256=sha256, submit=submit)
        self.start(submit.job)

    def start(self, job: str) -> None:
        """Announce the file of a job, perhaps again: it may be there in part only."""
        sending = self._waiting[job]
        size = len(sending.content)
        self._ask(UploadStart(id=self._new_id("upload"), upload=sending.sha256, size=size))

    def drop(self, job: str) -> None:
        """The job is accepted or refused."""
        self._waiting.pop(job, None)

    def waiting_for(self, sha256: str) -> list[str]:
        """Jobs that wait for a file."""
        return [job for job, sending in self._waiting.items() if sending.sha256 == sha256]

    def ready(self, answer: UploadReady) -> None:
        """The server takes a file or has it: send its chunks, then ask for the job."""
        for job in self.waiting_for(answer.upload):
            sending = self._waiting[job]
            if self._is_asked(sending.submit.id):
                continue  # it was sent for another job of the same file
            if not answer.known:
                most = answer.chunk_size + HEADER.size
                for frame in split(UPLOAD, answer.stream, {}, sending.content, max_frame=most):
                    self._send(encode_frame(frame))
            self._ask(sending.submit)
            return


def hash_of(content: bytes) -> str:
    """The name of an upload."""
    return hashlib.sha256(content).hexdigest()


def naming(request: Mapping[str, Any], content: bytes, field: str) -> Mapping[str, Any]:
    """The request with its picture or mesh, if there is one, named by the hash of the upload."""
    if not content:
        return request
    name = f"/{request.get('mesh', '')}" if field == "mesh" else ""
    return {**request, field: f"sha256:{hash_of(content)}{name}"}
