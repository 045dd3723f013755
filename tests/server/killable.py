"""A server process and its workers, to be killed with SIGKILL and started again on its port."""

import os
import signal
from contextlib import ExitStack
from pathlib import Path

import psutil
from websockets.sync.client import connect

from tests.engines.served import begin
from tests.server.live import PATIENCE
from toolkit.client import Client, arguments
from toolkit.messages import SpriteRequest
from toolkit.server_address import Address, require_server
from toolkit.state_folder import read_server
from toolkit.wire.answers import JobMarked, JobQueued, JobState, Snapshot, StoredEvent, Subscribed
from toolkit.wire.asks import ClientMessage, Hello, Subscribe
from toolkit.wire.codec import decode_server, encode
from toolkit.wire.fields import MOST_FRAME, TERMINAL, JobRecord, Priority


class Killable:
    """The real server with the scripted engine over one state folder and on one port."""

    def __init__(self, state: Path, bundle: Path) -> None:
        self.state, self.bundle = state, bundle
        self.killed = self.workers_killed = 0
        self.process = begin(state, bundle)
        known = read_server(state)
        assert known is not None, "it is up, so it has said where"
        self.port = known.port

    def address(self) -> Address:
        """Where it is, whether it is up or not."""
        return require_server(self.state)

    def start(self) -> None:
        """Start it anew, on the same port; nothing when it is up."""
        if self.process.poll() is None:
            return
        self.process = begin(self.state, self.bundle, port=self.port)

    def workers(self) -> list[psutil.Process]:
        """Its child processes."""
        return psutil.Process(self.process.pid).children()

    def kill_worker(self, which: int) -> None:
        """SIGKILL one of its workers, 0 the first and -1 the last, if it has any."""
        if workers := self.workers():
            os.kill(workers[which].pid, signal.SIGKILL)
            self.workers_killed += 1

    def kill(self) -> None:
        """SIGKILL it; its workers must go by themselves."""
        workers = self.workers()
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        self.killed += 1
        _, left = psutil.wait_procs(workers, timeout=PATIENCE)
        assert left == [], "a worker outlived its server"


class Person:
    """A client across any number of connections, and the jobs that it wants."""

    def __init__(self, name: str, address: Address) -> None:
        self.client = Client(address, client=name, patience=0.0)
        self.client.open()
        self.away = False
        self.wanted: set[str] = set()

    def submit(self, job: str, request: SpriteRequest, priority: Priority) -> None:
        """Want a job; what cannot be said now is said after coming back."""
        self.wanted.add(job)
        self.client.submit(request, job=job, priority=priority)

    def cancel(self, job: str) -> None:
        """Want it no more."""
        self.client.talk.cancel(job)
        self.client.flush()

    def leave(self) -> None:
        """Close the connection as the protocol wants it."""
        self.away = True
        self.client.close()

    def vanish(self) -> None:
        """Drop the connection without a word."""
        self.away = True
        socket = self.client._socket
        assert socket is not None, "it was connected once"
        socket.close_socket()

    def come_back(self) -> None:
        """Connect again."""
        self.client.close()
        self.client.open()
        self.away = False

    def open_jobs(self) -> list[str]:
        """Jobs that it knows and that have not ended."""
        records = self.client.talk.records.values()
        return [record.job for record in records if record.state not in TERMINAL]

    def knows(self, jobs: set[str]) -> bool:
        """Whether it was told of all of these."""
        return jobs <= set(self.client.talk.records)

    def sees_all_ended(self) -> bool:
        """Whether nothing is left to be done."""
        return not self.open_jobs()

    def sees_one_at_work_or_none_open(self) -> bool:
        """Whether what it wants is known, and a worker is at something or all has ended."""
        records = self.client.talk.records.values()
        running = any(record.state == "running" for record in records)
        return self.knows(self.wanted) and (running or self.sees_all_ended())


class Ear:
    """A fresh connection that hears what any number of subscriptions bring."""

    def __init__(self, address: Address) -> None:
        self._stack = ExitStack()
        self._socket = self._stack.enter_context(connect(address.url, **arguments(address)))
        self._say(Hello(client="ear", max_frame=MOST_FRAME))
        self.epoch = ""

    def close(self) -> None:
        """Go."""
        self._stack.close()

    def snapshot(self) -> tuple[list[JobRecord], int]:
        """Every job as the server has it, and the ``seq`` of that."""
        self._say(Subscribe(since_seq=-1))
        subscribed = self._until(Subscribed)
        assert subscribed.reset
        self.epoch = subscribed.epoch
        records: list[JobRecord] = []
        more = True
        while more:
            page = self._until(Snapshot)
            records += page.jobs
            more = page.more
        return records, subscribed.seq

    def replay(self, since: int) -> list[StoredEvent]:
        """Every event beyond ``since`` of a server that is at rest."""
        self._say(Subscribe(since_seq=since, epoch=self.epoch))
        subscribed = self._until(Subscribed)
        assert not subscribed.reset
        return [self._until((JobQueued, JobState, JobMarked)) for _ in range(since, subscribed.seq)]

    def _say(self, message: ClientMessage) -> None:
        self._socket.send(encode(message))

    def _until(self, kind):
        """The next message of a kind."""
        while True:
            text = self._socket.recv(PATIENCE)
            if isinstance(text, str) and isinstance(message := decode_server(text), kind):
                return message
