"""What a request costs in network runs and tokens, known before anything is loaded."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from toolkit.diffusion.guidance import GUIDED_SIGMAS, LEAN_EVERY
from toolkit.diffusion.schedule import flow_sigmas
from toolkit.messages import Request, SpriteRequest, TurntableRequest
from toolkit.pipelines.drawn_turntable import as_sprite
from toolkit.pipelines.sprites import plan
from toolkit.runtime.model_card import ModelCard, Student


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The size of a request; sizes of several add up."""

    frames: int = 0
    takes: int = 0
    """Clips of one action and direction each."""
    tokens: int = 0
    """Patches of all frames, each attended to by all of its take."""
    single_runs: int = 0
    """Network runs with the prompt only."""
    guided_runs: int = 0
    """Network runs with and without the prompt: twice the work of a single one."""

    @property
    def evaluations(self) -> int:
        """Passes through the network."""
        return self.single_runs + 2 * self.guided_runs

    def __add__(self, other: Work) -> Work:
        return Work(
            frames=self.frames + other.frames,
            takes=self.takes + other.takes,
            tokens=self.tokens + other.tokens,
            single_runs=self.single_runs + other.single_runs,
            guided_runs=self.guided_runs + other.guided_runs,
        )


def asked_of_network(request: Request) -> SpriteRequest | None:
    """What a request asks of the network, in size, steps and seed; ``None`` of a mesh."""
    if isinstance(request, SpriteRequest):
        return request
    return None if request.mesh else as_sprite(request)


def work_of_request(request: Request, card: ModelCard) -> Work:
    """The size of a request; a mesh asks nothing of the network, its frames are views."""
    asked = asked_of_network(request)
    if asked is not None:
        return work_of(asked, patch=card.patch, student=card.student)
    assert isinstance(request, TurntableRequest), "only turntables show a mesh"
    return Work(frames=request.num_views * len(request.passes), takes=1)


def work_of(request: SpriteRequest, *, patch: int, student: Student | None = None) -> Work:
    """The work of a request for a bundle with patches of this side and this few-step mode."""
    takes = len(plan(request))
    low, high = GUIDED_SIGMAS
    sigmas = flow_sigmas(request.num_inference_steps)[:-1].astype(np.float32).astype(float)
    inside = int(((sigmas >= low) & (sigmas <= high)).sum())
    folded = student is not None and student.serves(request)
    guided = math.ceil(inside / LEAN_EVERY) if request.guidance_scale != 1 and not folded else 0
    cells = (request.height // patch) * (request.width // patch)
    return Work(
        frames=takes * request.num_frames,
        takes=takes,
        tokens=takes * request.num_frames * cells,
        single_runs=takes * (len(sigmas) - guided),
        guided_runs=takes * guided,
    )
