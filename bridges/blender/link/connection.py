"""Being connected: looking for the server, trying again, and saying what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from toolkit.errors import BadRequest
from toolkit.server_address import START, Address
from toolkit.wire.conversation import Conversation
from toolkit.wire.fields import SUBPROTOCOL

from .line import Line

State = Literal["disconnected", "waiting", "connecting", "connected", "refused"]
"""``waiting`` tries again by itself; ``refused`` needs the user."""
TICK = 0.004
"""Seconds that one tick may take."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class Connection:
    """A conversation with the server that outlives connections.

    ``find`` says where the server is, each time anew: after its restart the port may be another.
    """

    def __init__(
        self,
        find: Callable[[], Address | None],
        *,
        version: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.talk = Conversation(client="blender", version=version)
        self.state: State = "disconnected"
        self.trouble = ""
        """What is wrong and what to do about it, or empty."""
        self._find, self._clock = find, clock
        self._line: Line | None = None
        self._pause = FIRST_PAUSE
        self._retry_at = 0.0

    def connect(self) -> None:
        """Try now."""
        self._drop()
        self._pause = FIRST_PAUSE
        self.state = "waiting"
        self._retry_at = self._clock()

    def disconnect(self) -> None:
        """End the connection; jobs go on at the server."""
        self._drop()
        self.state, self.trouble = "disconnected", ""

    @property
    def wanted(self) -> bool:
        """Whether ticks have anything to do."""
        return self.state in ("waiting", "connecting", "connected")

    @property
    def greeted(self) -> bool:
        """Whether the server has said what it can."""
        return self.state == "connected" and self.talk.server is not None

    def tick(self, budget: float = TICK) -> bool:
        """Move messages for at most about ``budget`` seconds; whether anything came."""
        deadline = self._clock() + budget
        if self.state == "waiting" and self._clock() >= self._retry_at:
            self._begin()
        if self._line is None:
            return False
        came = self._move(self._line, deadline)
        if self._line.lost:
            self._give_up(self._line)
        return came

    def _begin(self) -> None:
        address = self._find()
        if address is None:
            self._wait(f"no server is running here; {START}.")
            return
        self.state = "connecting"
        self._line = Line(address)

    def _move(self, line: Line, deadline: float) -> bool:
        came = False
        while True:
            if line.open and self.state == "connecting":
                self._greet()
            while line.open and self.talk.outgoing:
                line.send(self.talk.outgoing.popleft())
            moved = line.pump()
            came = came or moved
            if not self._hear(line, deadline) or not moved or self._clock() >= deadline:
                return came

    def _greet(self) -> None:
        self.talk.connected()
        self.state, self.trouble = "connected", ""
        self._pause = FIRST_PAUSE

    def _hear(self, line: Line, deadline: float) -> bool:
        """Take in what came; whether all of it was."""
        if self.state == "connecting" and line.open:
            self._greet()
        while (message := line.take()) is not None:
            try:
                self.talk.receive(message)
            except BadRequest as error:
                line.close()
                line.lost = f"the server said something odd: {error}"
                return False
            if self._clock() >= deadline:
                return False
        return True

    def _give_up(self, line: Line) -> None:
        self._line = None
        match line.status:
            case 401:
                self._refuse("the server refused the token; is it of another state folder?")
            case 400 | 403:
                self._refuse(f"the server does not speak {SUBPROTOCOL}; update Playreel.")
            case _ if self.state == "connected":
                self._pause = FIRST_PAUSE
                self._wait(f"the connection was lost ({line.lost}); trying again.")
            case _:
                self._wait(f"no server answers ({line.lost}); {START}.")

    def _refuse(self, trouble: str) -> None:
        self.state, self.trouble = "refused", trouble

    def _wait(self, trouble: str) -> None:
        self.state, self.trouble = "waiting", trouble
        self._retry_at = self._clock() + self._pause
        self._pause = min(LONGEST_PAUSE, self._pause * 2)

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
