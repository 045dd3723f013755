"""The model actors of a cluster, by number: every program that asks finds the same ones."""

# ray's annotations leave most of it open
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple

from toolkit import __version__
from toolkit.cluster.actor import CONTROL, GROUPS, ModelActor, SentBundle, bundle_bytes
from toolkit.cluster.connection import unreachable
from toolkit.runtime.model_card import read_card
from toolkit.runtime.session import Provider

CORES_PER_ACTOR = 2


class _Name(NamedTuple):
    """What an actor is called; the oldest of a number counts."""

    born: int
    """Nanoseconds since 1970."""
    number: int


class Workers:
    """Handles of the actors of one kind, started where there are none yet.

    An actor belongs to the program that started it and ends with it. Others that use it then meet
    ``RayActorError`` and go on with ``replace``.

    Raises:
        ClusterUnreachable: the cluster has no room for an actor and none is there.
    """

    def __init__(self, ray: Any, *, provider: Provider, threads: int | None, address: str) -> None:
        self._ray = ray
        self._arguments = provider, threads or CORES_PER_ACTOR
        self._kind = f"{__version__}-{provider}-{threads or 'auto'}-"
        self._dead: set[_Name] = set()
        present = sorted({name.number for name in self._present()})
        self._share, free = shares(ray.available_resources(), provider, threads)
        _, most = shares(ray.cluster_resources(), provider, threads)
        room = min(free, most - len(present))  # what was just started still counts as free
        self.numbers = (
            *present,
            *islice((at for at in count() if at not in present), max(room, 0)),
        )
        if not self.numbers:
            raise unreachable(address, f"nothing is free of {self._share}")
        self._own: dict[int, tuple[_Name, Any]] = {}
        self._found = {number: self._find_or_start(number) for number in self.numbers}

    def __getitem__(self, number: int) -> Any:
        """The actor of that number."""
        return self._found[number][1]

    def replace(self, number: int, dead: Any) -> None:
        """Another actor in place of a dead one, unless it was replaced already.

        Ray's own restarts would do, but refuse what is handed in while they last.
        """
        name, actor = self._found[number]
        if actor == dead:
            self._dead.add(name)
            self._own.pop(number, None)
            self._found[number] = self._find_or_start(number)

    def send(self, folder: Path) -> SentBundle:
        """A bundle in the object store, for those actors that do not hold it yet.

        Raises:
            ModelNotFound, ModelMismatch: it is not whole.
        """
        return SentBundle(hash=read_card(folder).hash, files=[self._ray.put(bundle_bytes(folder))])

    def cancel(self, number: int, ticket: str) -> None:
        """Stop a task that was given to an actor, without waiting for it."""
        self[number].cancel.options(concurrency_group=CONTROL).remote(ticket)

    def pids(self) -> list[int]:
        """The processes of the actors."""
        asked = [
            self[number].pid.options(concurrency_group=CONTROL).remote() for number in self.numbers
        ]
        return self._ray.get(asked)

    def close(self) -> None:
        """End the actors that were started here."""
        for actor in self._own.values():
            self._end(actor)

    def _present(self) -> list[_Name]:
        """Names of the actors of this kind that live on the cluster, the oldest first."""
        names = self._ray.util.list_named_actors()
        parts = [name[len(self._kind) :].split("-") for name in names if self._is_ours(name)]
        found = [_Name(int(born), int(number)) for number, born in parts]
        return sorted(name for name in found if name not in self._dead)

    def _is_ours(self, name: str) -> bool:
        return name.startswith(self._kind)

    def _find_or_start(self, number: int) -> tuple[_Name, Any]:
        """The oldest actor of that number; of two that were started at once, one goes again."""
        while True:
            known = self._with(number) or [self._start(number)]
            oldest = min([*known, *self._with(number)])
            if (own := self._own.get(number)) is not None and own[0] == oldest:
                return own
            with suppress(ValueError):  # it died meanwhile
                found = oldest, self._ray.get_actor(self._text(oldest))
                if number in self._own:
                    self._end(self._own.pop(number))
                return found

    def _with(self, number: int) -> list[_Name]:
        return [name for name in self._present() if name.number == number]

    def _start(self, number: int) -> _Name:
        """An actor under a name that none had: Ray remembers the dead by theirs."""
        name = _Name(time.time_ns(), number)
        kind = self._ray.remote(
            max_restarts=0, concurrency_groups=dict(GROUPS), name=self._text(name), **self._share
        )(ModelActor)
        self._own[number] = name, kind.remote(*self._arguments, self._ray.get)
        return name

    def _text(self, name: _Name) -> str:
        return f"{self._kind}{name.number}-{name.born}"

    def _end(self, own: tuple[_Name, Any]) -> None:
        with suppress(self._ray.exceptions.RayError, ValueError):
            self._ray.kill(own[1])


def shares(
    resources: Mapping[str, float], provider: Provider, threads: int | None
) -> tuple[dict[str, float], int]:
    """What one actor takes of a cluster, and how many fit: a GPU each, or its threads' cores."""
    cpus = resources.get("CPU", 0)
    if provider != "cpu":
        count = int(resources.get("GPU", 0))
        return {"num_gpus": 1, "num_cpus": min(1, cpus)}, count
    cores = min(threads or CORES_PER_ACTOR, int(cpus))
    return {"num_cpus": cores}, int(cpus) // cores if cores else 0
