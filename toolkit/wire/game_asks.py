"""What a client may say about games, live sessions of a simulated world; part of ``asks``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from toolkit.wire.fields import Count, Id, MaybeId, Range, Short

CellKind = Annotated[int, Range(0, 31)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpen:
    """Starts a game: ``lockstep`` steps on each action, ``tick`` at a fixed rate."""

    id: MaybeId = ""
    session: Id
    world: Short
    seed: Count = 0
    mode: Literal["lockstep", "tick"] = "lockstep"
    fps: Annotated[float, Range(1, 120)] = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAct:
    """One action; in ``tick`` mode it is held until the next."""

    id: MaybeId = ""
    session: Id
    act: Count
    """Number of this action, growing; frames name the last one they used."""
    action: Annotated[int, Range(0, 255)]
    """Index into the world's ``actions``."""
    cells: tuple[CellKind, ...] = ()
    """What each cell is to show from now on, row by row, as indices into the world's ``kinds``;
    0 leaves a cell to the world, and an empty list changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSnapshot:
    """Keeps the state of a game under a name."""

    id: MaybeId = ""
    session: Id
    snapshot: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRestore:
    """Puts a game back to a snapshot."""

    id: MaybeId = ""
    session: Id
    snapshot: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionBranch:
    """Starts a second game from the present state of the first."""

    id: MaybeId = ""
    session: Id
    branch: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionClose:
    """Ends a game."""

    id: MaybeId = ""
    session: Id
