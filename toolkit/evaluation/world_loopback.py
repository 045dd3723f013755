"""How fast a world is for who plays it: live games on a real server, from action to frame."""

from __future__ import annotations

import functools
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toolkit.client import Client
from toolkit.errors import JobFailed
from toolkit.wire.answers import Failure
from toolkit.wire.asks import SessionAct, SessionOpen
from toolkit.wire.failures import error_of

WARM_UP = 20
"""Frames before those that count."""
FPS, WITHIN = 25.0, 60.0
"""Frames a second of a game in real time, and milliseconds within which an action shall show."""
PATIENCE = 120.0
"""Seconds to wait for a frame; the first one waits until the world is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a player saw of one game."""

    delays: NDArray[np.float64]
    """Seconds from each action to the frame that used it."""
    seconds: float
    """From the first of those actions to the last frame."""
    frames: int
    """Frames that came meanwhile, one an action in lock-step."""

    def figures(self) -> dict[str, float]:
        """Frames a second, and milliseconds from an action to its frame."""
        ms = self.delays * 1000
        return {
            "frames_a_second": self.frames / self.seconds,
            "p50_ms": float(np.percentile(ms, 50)),
            "p95_ms": float(np.percentile(ms, 95)),
            "max_ms": float(ms.max()),
            "frames": len(ms),
        }


def in_lock_step(
    state: Path, world: str, actions: Sequence[int], *, seed: int,
    between: Callable[[int], object] | None = None,
) -> Played:  # fmt: skip
    """A game that steps on each action, which is said as soon as the frame before has come.

    The first ``WARM_UP`` frames do not count. ``between`` is given each action before the game is;
    the time that it takes counts as nobody's delay.
    """
    opening = SessionOpen(session=_new_name(), world=world, seed=seed)
    return _play(state, opening, actions, between)


def in_real_time(state: Path, world: str, actions: Sequence[int], *, seed: int) -> dict[str, float]:
    """A game that steps ``FPS`` times a second, and how many actions showed in time.

    An action is said as soon as the frame before has come, so it also waits for its tick: about
    40 ms pass between the two where no frame is late.
    """
    opening = SessionOpen(session=_new_name(), world=world, seed=seed, mode="tick", fps=FPS)
    played = _play(state, opening, actions, None)
    on_time = float((played.delays * 1000 <= WITHIN).mean())
    return {**played.figures(), "fps": FPS, "within_ms": WITHIN, "on_time": on_time}


def _new_name() -> str:
    """A session's, which no game has whose connection has just ended."""
    return f"speed-{secrets.token_hex(4)}"


def _play(
    state: Path, opening: SessionOpen, actions: Sequence[int],
    between: Callable[[int], object] | None,
) -> Played:  # fmt: skip
    """Play in a connection of its own, with which the game ends.

    Raises:
        PlayreelError: the server refused something, went away or showed nothing for long.
    """
    name, delays = opening.session, list[float]()
    began, before = 0.0, 0
    with Client.connect(state, client="evaluation", patience=0.0) as client:
        client.talk.tell(opening)
        _until_shown(client, name, 0)
        for act, action in enumerate(actions, 1):
            if between is not None:
                between(action)
            said = time.perf_counter()
            if act == WARM_UP + 1:
                began, before = said, client.talk.screens[name].count
            client.talk.tell(SessionAct(session=name, act=act, action=action))
            _until_shown(client, name, act)
            delays.append(time.perf_counter() - said)
        return Played(
            delays=np.array(delays[WARM_UP:]),
            seconds=time.perf_counter() - began,
            frames=client.talk.screens[name].count - before,
        )


def _until_shown(client: Client, session: str, act: int) -> None:
    """Send what is to be sent and return when the frame that used this action has come."""
    client.flush()
    if not client.wait_for(functools.partial(_is_shown, client, session, act), PATIENCE):
        raise JobFailed(f"the world showed no frame for {PATIENCE:.0f} seconds.")


def _is_shown(client: Client, session: str, act: int) -> bool:
    for news in client.talk.news:
        if isinstance(news, Failure):
            raise error_of(news.code, news.message)
    screen = client.talk.screens.get(session)
    return screen is not None and screen.metadata["act"] >= act
