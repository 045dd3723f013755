"""The games of a worker: opened, stepped, kept and put back; each answer names its session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from toolkit.errors import PlayreelError
from toolkit.server.engine import Engine, Frames, World
from toolkit.server.pipes import Note


class Say(Protocol):
    """Sends an answer to the server."""

    def __call__(self, say: str, payload: bytes = b"", **body: Any) -> None:
        """``say`` names the kind of answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where a game stands: frames since its start and the last action used."""

    tick: int = 0
    act: int = 0


@dataclass(slots=True, kw_only=True)
class Game:
    """One open game."""

    name: str
    seed: int
    world: World
    moment: Moment = field(default_factory=Moment)
    kept: dict[str, tuple[bytes, Moment]] = field(default_factory=dict[str, tuple[bytes, Moment]])


class Worlds:
    """Every open game of one worker, by session."""

    def __init__(self, engine: Engine, say: Say) -> None:
        self._engine, self._say = engine, say
        self._games: dict[str, Game] = {}

    def do(self, note: Note) -> None:
        """One command; a failure is an answer and ends nothing."""
        try:
            self._do(str(note.body["session"]), note.body)
        except PlayreelError as error:
            self._refuse(note.body, str(error))
        except Exception as error:  # a world that fails must not end the others
            self._refuse(note.body, f"the world failed ({type(error).__name__}).")

    def _do(self, session: str, body: Mapping[str, Any]) -> None:
        match body["do"]:
            case "open":
                name, seed = str(body["world"]), int(body["seed"])
                world = self._engine.open_world(name, seed)
                self._begin(session, Game(name=name, seed=seed, world=world), body)
            case "step":
                self._step(session, self._games[session], body)
            case "keep":
                game = self._games[session]
                game.kept[str(body["snapshot"])] = (game.world.snapshot(), game.moment)
                self._tell(session, body, "kept")
            case "restore":
                self._restore(session, self._games[session], body)
            case "branch":
                self._begin(str(body["branch"]), self._copy(self._games[session]), body)
            case "close":
                self._tell(session, body, "closed")
                del self._games[session]
            case unknown:
                raise AssertionError(f"no command {unknown!r}")

    def _begin(self, session: str, game: Game, body: Mapping[str, Any]) -> None:
        self._games[session] = game
        frame = game.world.look()
        height, width, _ = frame.shape
        grid = game.world.grid
        self._say(
            "opened", ask=body["ask"], session=session, world=game.name, width=width,
            height=height, actions=game.world.actions, tick=game.moment.tick, rows=grid.rows,
            columns=grid.columns, kinds=grid.kinds,
        )  # fmt: skip
        self._show(session, game, frame)

    def _copy(self, game: Game) -> Game:
        world = self._engine.open_world(game.name, game.seed)
        world.restore(game.world.snapshot())
        return replace(game, world=world, kept=dict(game.kept))

    def _step(self, session: str, game: Game, body: Mapping[str, Any]) -> None:
        if cells := body.get("cells"):
            game.world.say([int(cell) for cell in cells])
        frame = game.world.step(int(body["action"]))
        game.moment = Moment(tick=game.moment.tick + 1, act=int(body["act"]))
        self._show(session, game, frame)

    def _restore(self, session: str, game: Game, body: Mapping[str, Any]) -> None:
        state, game.moment = game.kept[str(body["snapshot"])]
        game.world.restore(state)
        self._tell(session, body, "restored")
        self._show(session, game, game.world.look())

    def _show(self, session: str, game: Game, frame: Frames) -> None:
        height, width, _ = frame.shape
        moment, health = game.moment, game.world.health
        self._say(
            "frame", frame.tobytes(), session=session, tick=moment.tick, act=moment.act,
            width=width, height=height, valid=round(health.valid, 4), anchored=health.anchored,
        )  # fmt: skip

    def _tell(self, session: str, body: Mapping[str, Any], state: str) -> None:
        tick = self._games[session].moment.tick
        self._say("session", ask=body["ask"], session=session, state=state, tick=tick,
                  snapshot=body.get("snapshot", ""))  # fmt: skip

    def _refuse(self, body: Mapping[str, Any], message: str) -> None:
        self._say("refused", ask=body["ask"], session=body["session"], code="bad_request",
                  message=message)  # fmt: skip
