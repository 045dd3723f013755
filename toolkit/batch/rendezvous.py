"""Several takes at once: the network runs that they wait for are joined into one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from toolkit.runtime.denoiser import Call, OnnxDenoiser, Told
from toolkit.runtime.models import Models


@dataclass(slots=True, eq=False)
class _Waiting:
    """A call of a network and, once it was served, its answer."""

    network: OnnxDenoiser
    call: Call
    answer: NDArray[np.float32] | None = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Room:
    """Who is in and what they wait for."""

    present: int = 0
    waiting: list[_Waiting] = field(default_factory=list[_Waiting])


class Rendezvous:
    """Where threads meet: networks run once all threads that are in wait for one.

    Threads say ``enter`` before their first prediction and ``leave`` after their last. The one
    that comes last runs the networks for all, so nobody waits for a thread that never comes. One
    run serves at most ``most(call)`` calls like that one.
    """

    def __init__(self, *, most: Callable[[Call], int]) -> None:
        self.most = most
        self._room = _Room()
        self._changed = threading.Condition()

    def enter(self) -> None:
        """Count the calling thread in."""
        with self._changed:
            self._room.present += 1

    def leave(self) -> None:
        """Count the calling thread out; the others may now be complete."""
        with self._changed:
            self._room.present -= 1
            self._serve_if_complete()

    def serve(self, network: OnnxDenoiser, call: Call) -> NDArray[np.float32]:
        """The network's answer to a call, made together with those to the other threads."""
        mine = _Waiting(network, call)
        with self._changed:
            self._room.waiting.append(mine)
            self._serve_if_complete()
            self._changed.wait_for(lambda: mine.answer is not None or mine.error is not None)
        if mine.error is not None:
            raise mine.error
        assert mine.answer is not None
        return mine.answer

    def _serve_if_complete(self) -> None:
        """Serve everybody once all are waiting; the lock is held, but nobody could use it."""
        if len(self._room.waiting) < self._room.present or not self._room.waiting:
            return
        waiting, self._room.waiting = self._room.waiting, []
        for group in joined(waiting, self.most):
            self._serve(group)
        self._changed.notify_all()

    def _serve(self, group: Sequence[_Waiting]) -> None:
        try:
            answers = group[0].network.predict_many([each.call for each in group])
        except Exception as error:  # each thread reports it as its own
            for each in group:
                each.error = error
            return
        for each, answer in zip(group, answers, strict=True):
            each.answer = answer


class MetDenoiser(OnnxDenoiser):
    """A denoiser for the threads of a rendezvous."""

    def __init__(self, network: OnnxDenoiser, meeting: Rendezvous) -> None:
        super().__init__(network.session, patch=network.patch)
        self._network, self._meeting = network, meeting

    def predict(
        self, x: NDArray[np.float32], sigma: NDArray[np.float32], branches: int, told: Told
    ) -> NDArray[np.float32]:
        """As ``OnnxDenoiser.predict``, together with the calls of the other threads."""
        call = Call(x=x, sigma=sigma, branches=branches, told=told)
        return self._meeting.serve(self._network, call)


def met(models: Models, meeting: Rendezvous) -> Models:
    """The models for the threads of a rendezvous."""
    student = models.student and MetDenoiser(models.student, meeting)
    return replace(models, denoiser=MetDenoiser(models.denoiser, meeting), student=student)


def joined(waiting: Sequence[_Waiting], most: Callable[[Call], int]) -> list[list[_Waiting]]:
    """The calls in groups that one run can serve, of at most ``most(call)`` calls."""
    groups: list[list[_Waiting]] = []
    for each in waiting:
        for group in groups:
            alike = group[0].network is each.network and group[0].call.joins(each.call)
            if alike and len(group) < most(each.call):
                group.append(each)
                break
        else:
            groups.append([each])
    return groups
