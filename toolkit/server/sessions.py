"""Live games: which client plays which, at whose pace, and what became of its frames."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from toolkit.server.limits import Limits
from toolkit.server.pipes import Note
from toolkit.server.protocol import Peer
from toolkit.server.worker import Worker, WorkerSettings
from toolkit.wire.answers import SessionOpened, SessionState
from toolkit.wire.asks import (
    SessionAct,
    SessionBranch,
    SessionClose,
    SessionOpen,
    SessionRestore,
    SessionSnapshot,
)
from toolkit.wire.refused import Refused

MOST_WAITING = 16
"""Acts of a lock-step game without their frames, and frames its client has not read."""
GRACE = 0.008
"""Seconds that a game which is behind its rate leaves its client to answer a frame with an act."""


@dataclass(slots=True, kw_only=True)
class Session:
    """One game of one client."""

    name: str
    peer: Peer
    fps: float
    """Frames a second, or 0 for lock-step."""
    actions: int = 0
    cells: int = 0
    """How many cells its client may say."""
    said: tuple[int, ...] = ()
    """What it said that the worker has not heard."""
    action: int = 0
    act: int = 0
    waiting: int = 0
    """Steps asked of the worker that have not come back."""
    late: bool = False
    """Whether a tick passed while the worker was behind."""
    snapshots: set[str] = field(default_factory=set[str])
    ticking: asyncio.Task[None] | None = None


SessionAsk = (
    SessionOpen | SessionAct | SessionSnapshot | SessionRestore | SessionBranch | SessionClose
)


class Sessions:
    """Every live game; all run in one worker process of their own, started with the first."""

    def __init__(
        self, settings: WorkerSettings, limits: Limits, *, spawn: Callable[[Note], None]
    ) -> None:
        self.worker = Worker(settings, heard=self.heard, lost=self.lost)
        self._limits = limits
        self._tell = spawn
        self._open: dict[str, Session] = {}
        self._asks: dict[int, tuple[Session, str]] = {}
        self._ask = 0

    def __len__(self) -> int:
        return len(self._open)

    def handle(self, ask: SessionAsk, peer: Peer) -> None:
        """What a client asks of its games; answers come when the worker has them.

        Raises:
            Refused: the session is not this client's, is there already, or a limit is reached.
        """
        match ask:
            case SessionOpen():
                fps = ask.fps if ask.mode == "tick" else 0.0
                session = self._add(ask.session, peer, fps)
                self._send(session, ask.id, "open", world=ask.world, seed=ask.seed)
            case SessionAct():
                self._act(self._own(ask.session, peer), ask)
            case SessionSnapshot():
                self._keep(self._own(ask.session, peer), ask)
            case SessionRestore():
                session = self._own(ask.session, peer)
                if ask.snapshot not in session.snapshots:
                    raise Refused(
                        "bad_request", f"there is no snapshot {ask.snapshot!r}; keep one first."
                    )
                self._send(session, ask.id, "restore", snapshot=ask.snapshot)
            case SessionBranch():
                origin = self._own(ask.session, peer)
                branch = self._add(ask.branch, peer, origin.fps)
                branch.snapshots = set(origin.snapshots)
                self._send(branch, ask.id, "branch", at=origin.name, branch=branch.name)
            case SessionClose():
                self._send(self._own(ask.session, peer), ask.id, "close")

    def leave(self, peer: Peer) -> None:
        """The client is gone, and with it its games."""
        for session in [session for session in self._open.values() if session.peer is peer]:
            self._forget(session)
            self._send(session, "", "close")

    def _add(self, name: str, peer: Peer, fps: float) -> Session:
        if name in self._open:
            raise Refused("conflict", f"session {name!r} is open; choose another name.")
        if len(self._open) >= self._limits.max_sessions:
            raise Refused(
                "limit_reached",
                f"{len(self._open)} sessions are open; at most {self._limits.max_sessions}.",
            )
        session = Session(name=name, peer=peer, fps=fps)
        self._open[name] = session
        return session

    def _own(self, name: str, peer: Peer) -> Session:
        session = self._open.get(name)
        if session is None or session.peer is not peer:
            raise Refused("unknown_session", f"you have no session {name!r}; open it first.")
        return session

    def _act(self, session: Session, ask: SessionAct) -> None:
        if session.actions and ask.action >= session.actions:
            raise Refused(
                "bad_request", f"action is {ask.action}; this world has {session.actions}."
            )
        if session.actions and ask.cells and len(ask.cells) != session.cells:
            takes = f"takes {session.cells}" if session.cells else "takes none"
            raise Refused("bad_request", f"{len(ask.cells)} cells are said; this world {takes}.")
        session.action, session.act = ask.action, ask.act
        session.said = ask.cells or session.said
        if session.fps:
            self._catch_up(session)
            return
        unread = session.peer.outbox.game_frames(session.name)
        if max(session.waiting, unread) >= MOST_WAITING:
            raise Refused("rate_limited", "read the frames of the game before you act again.")
        self._step(session)

    def _step(self, session: Session) -> None:
        session.waiting += 1
        said, session.said = session.said, ()
        self._send(session, "", "step", action=session.action, act=session.act, cells=said)

    def _keep(self, session: Session, ask: SessionSnapshot) -> None:
        if len(session.snapshots | {ask.snapshot}) > self._limits.max_snapshots:
            raise Refused(
                "limit_reached", f"a session keeps {self._limits.max_snapshots} snapshots."
            )
        session.snapshots.add(ask.snapshot)
        self._send(session, ask.id, "keep", snapshot=ask.snapshot)

    def _send(self, session: Session, re: str, do: str, *, at: str = "", **body: Any) -> None:
        """A command about a session to the worker, which knows it as ``at`` or by its name."""
        self._ask += 1
        if do != "step":
            self._asks[self._ask] = (session, re)
        self._tell(Note({"session": at or session.name, **body, "do": do, "ask": self._ask}))

    def heard(self, note: Note) -> None:
        """What the worker says; what concerns a game that is gone is passed over."""
        body = note.body
        match body["say"]:
            case "frame":
                self._show(note)
            case "opened":
                self._opened(note)
            case "session":
                session, re = self._asks.pop(body["ask"])
                if body["state"] == "closed":
                    self._forget(session)
                session.peer.outbox.answer(
                    SessionState(
                        re=re, session=session.name, state=body["state"], tick=body["tick"],
                        snapshot=body["snapshot"],
                    )
                )  # fmt: skip
            case "refused":
                self._refused(note)
            case _:
                pass

    def _refused(self, note: Note) -> None:
        body = note.body
        session, re = self._asks.pop(body["ask"], (self._open.get(body["session"]), ""))
        if session is None:
            return
        if not session.actions:
            self._forget(session)  # it never opened
        session.waiting = 0
        session.peer.refuse(re, body["code"], body["message"], session=session.name)

    def _opened(self, note: Note) -> None:
        body = note.body
        session, re = self._asks.pop(body["ask"])
        if self._open.get(session.name) is not session:
            return
        session.actions, session.cells = len(body["actions"]), body["rows"] * body["columns"]
        session.peer.outbox.answer(
            SessionOpened(
                re=re, session=session.name, world=body["world"], width=body["width"],
                height=body["height"], actions=tuple(body["actions"]), tick=body["tick"],
                rows=body["rows"], columns=body["columns"], kinds=tuple(body["kinds"]),
            )
        )  # fmt: skip
        if session.fps:
            session.ticking = asyncio.get_running_loop().create_task(self._tick(session))

    async def _tick(self, session: Session) -> None:
        """Step at a fixed rate; of the ticks for which the worker is not ready, one is owed."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + 1 / session.fps, loop.time())
            await asyncio.sleep(due - loop.time())
            if session.waiting:
                session.late = True
            else:
                session.late = False
                self._step(session)

    def _catch_up(self, session: Session) -> None:
        """Make the step that is owed, once the worker has made the one before."""
        if session.late and not session.waiting and self._open.get(session.name) is session:
            session.late = False
            self._step(session)

    def _show(self, note: Note) -> None:
        body = note.body
        session = self._open.get(body["session"])
        if session is None:
            return
        session.waiting = max(0, session.waiting - 1)
        metadata = {name: value for name, value in body.items() if name != "say"}
        session.peer.outbox.show_game(
            session.name,
            {**metadata, "format": "rgb"},
            note.payload,
            newest_only=bool(session.fps),
        )
        if session.late:
            asyncio.get_running_loop().call_later(GRACE, self._catch_up, session)

    def _forget(self, session: Session) -> None:
        if session.ticking is not None:
            session.ticking.cancel()
        if self._open.get(session.name) is session:
            del self._open[session.name]

    def lost(self, code: int) -> None:
        """The worker died and all games with it; their clients are told, first who waits."""
        why = f"the world's process died ({code}); open the session again."
        asked, self._asks = self._asks, {}
        for session, re in asked.values():
            if re:
                session.peer.refuse(re, "worker_lost", why, session=session.name)
        for session in list(self._open.values()):
            self._forget(session)
            session.peer.outbox.answer(
                SessionState(session=session.name, state="closed", tick=0, message=why)
            )
