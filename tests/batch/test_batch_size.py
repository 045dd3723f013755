from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tiny_bundle import write_tiny_bundle
from toolkit.batch.batch_size import Trial, choose_size, choose_sizes
from toolkit.messages import SpriteRequest
from toolkit.runtime.denoiser import Call, OnnxDenoiser
from toolkit.runtime.models import Models, load_models

REQUEST = SpriteRequest(prompt="x", num_frames=1, width=16, height=16)


class Clock:
    """Time that passes only when the network runs: ``cost(calls)`` seconds a run."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Timed(OnnxDenoiser):
    """A denoiser that takes scripted time, and may give joined calls other bits."""

    def __init__(
        self, inner: OnnxDenoiser, clock: Clock, cost: Callable[[int], float], drift: float
    ) -> None:
        super().__init__(inner.session, patch=inner.patch)
        self.clock, self.cost, self.drift = clock, cost, drift

    def predict_many(self, calls: list[Call]) -> list[NDArray[np.float32]]:
        self.clock.now += self.cost(len(calls))
        shift = np.float32(self.drift if len(calls) > 1 else 0)
        return [answer + shift for answer in super().predict_many(calls)]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return load_models(write_tiny_bundle(tmp_path_factory.mktemp("b") / "bundle"), threads=1)


def timed(models: Models, cost: Callable[[int], float], drift: float = 0) -> tuple[Models, Clock]:
    clock = Clock()
    return replace(models, denoiser=Timed(models.denoiser, clock, cost, drift)), clock


@pytest.mark.parametrize(
    ("cost", "most", "size", "tried"),
    [
        (lambda calls: 1 + calls, 8, 8, [2, 4, 8]),
        (lambda calls: 1 + calls, 3, 2, [2]),
        (lambda calls: calls, 8, 1, [2]),
        (lambda calls: calls**2, 8, 1, [2]),
        (lambda calls: [0, 2, 2.5, 0, 9][calls], 8, 2, [2, 4]),
    ],
)
def test_the_fastest_size_wins_and_larger_ones_are_tried_while_it_pays(
    models: Models, cost: Callable[[int], float], most: int, size: int, tried: list[int]
):
    slow, clock = timed(models, cost)
    choice = choose_size(slow, REQUEST, most=most, clock=clock)
    assert choice.size == size
    assert [trial.size for trial in choice.trials] == tried


def test_a_gain_that_changes_bits_is_not_taken(models: Models):
    drifting, clock = timed(models, lambda calls: 1 + calls, drift=1e-6)
    choice = choose_size(drifting, REQUEST, most=8, clock=clock)
    assert choice.size == 1
    assert choice.trials == (Trial(size=2, gain=1.333, exact=False),)
    assert str(choice).endswith("brings nothing here (2: 1.33x (other bits))")


def test_each_frequent_shape_has_its_own_size(models: Models):
    slow, clock = timed(models, lambda calls: 1 + calls)
    said: list[str] = []
    requests = [REQUEST] * 5 + [replace(REQUEST, width=32)] * 4 + [replace(REQUEST, height=32)] * 3
    sizes = choose_sizes(slow, requests, report=said.append, clock=clock)
    assert sizes == {(1, 16, 16): 4, (1, 16, 32): 4}
    assert said[1].startswith("1 frames of 32x16: 4 takes a network run, the fastest with equal")
