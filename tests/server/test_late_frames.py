"""When a game at a fixed rate steps while its worker is behind, on a clock that jumps."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable

import pytest

from toolkit.server.limits import Limits
from toolkit.server.pipes import Note
from toolkit.server.protocol import Peer
from toolkit.server.sessions import GRACE, Sessions
from toolkit.server.worker import WorkerSettings
from toolkit.wire.asks import SessionAct, SessionOpen

OPENED = {"say": "opened", "ask": 1, "session": "g", "world": "dots", "width": 1, "height": 1,
          "actions": ["noop", "left"], "tick": 0, "rows": 0, "columns": 0, "kinds": []}  # fmt: skip
FRAME = {"say": "frame", "session": "g", "tick": 1, "act": 0, "width": 1, "height": 1,
         "valid": 1.0, "anchored": False}  # fmt: skip


class Jumping(selectors.SelectSelector):
    """Nobody waits: where the loop would, its time goes on at once."""

    now = 0.0

    def select(self, timeout=None):
        self.now += timeout or 0
        return super().select(0)


class Office:
    """The rest of the server: nothing happens there."""

    limits = Limits()
    events = incoming = None


class Game:
    """A game of ten ticks a second whose worker is this script."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.steps: list[tuple[float, int]] = []
        """When each was asked of the worker, and with which act."""
        self.sessions = Sessions(WorkerSettings(memory=0), Limits(), spawn=self._spawn)
        self.peer = Peer(Office(), clock=self.loop.time, wake=lambda: None)
        self.peer.outbox.max_frame = 1000
        self.sessions.handle(SessionOpen(session="g", world="dots", mode="tick", fps=10), self.peer)
        self.sessions.heard(Note(OPENED))

    def _spawn(self, note: Note) -> None:
        if note.body["do"] == "step":
            self.steps.append((round(self.loop.time(), 6), note.body["act"]))

    async def frame(self, at: float) -> None:
        """The worker has made a frame."""
        await self.wait(at)
        self.sessions.heard(Note(FRAME, b"rgb"))

    async def act(self, act: int, at: float) -> None:
        await self.wait(at)
        self.sessions.handle(SessionAct(session="g", act=act, action=1), self.peer)

    async def wait(self, until: float) -> None:
        await asyncio.sleep(until - self.loop.time())


def played(script: Callable[[Game], Awaitable[None]]) -> list[tuple[float, int]]:
    """The steps of a game by this script."""

    async def play() -> list[tuple[float, int]]:
        game = Game()
        await script(game)
        return game.steps

    def loop() -> asyncio.AbstractEventLoop:
        jumping = Jumping()
        made = asyncio.SelectorEventLoop(jumping)
        made.time = lambda: jumping.now
        return made

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(play())


def test_a_step_that_is_late_is_made_when_the_worker_is_ready():
    async def script(game: Game) -> None:
        await game.frame(0.25)
        await game.frame(0.29)
        await game.wait(0.35)

    assert played(script) == [(0.1, 0), (pytest.approx(0.25 + GRACE), 0), (0.3, 0)]


def test_an_act_that_answers_the_late_frame_is_used_at_once():
    async def script(game: Game) -> None:
        await game.frame(0.25)
        await game.act(1, 0.252)
        await game.act(2, 0.253)
        await game.frame(0.29)
        await game.wait(0.35)

    assert played(script) == [(0.1, 0), (0.252, 1), (0.3, 2)]


def test_of_many_ticks_that_passed_one_is_owed():
    async def script(game: Game) -> None:
        await game.frame(0.65)
        await game.frame(0.66)
        await game.frame(0.71)
        await game.wait(0.85)

    assert played(script) == [(0.1, 0), (pytest.approx(0.65 + GRACE), 0), (0.7, 0), (0.8, 0)]


def test_a_tick_within_the_grace_is_that_step():
    async def script(game: Game) -> None:
        await game.frame(0.298)
        await game.frame(0.31)
        await game.wait(0.35)

    assert played(script) == [(0.1, 0), (0.3, 0)]


def test_a_game_that_ends_within_the_grace_steps_no_more():
    async def script(game: Game) -> None:
        await game.frame(0.25)
        game.sessions.leave(game.peer)
        await game.wait(0.5)

    assert played(script) == [(0.1, 0)]
