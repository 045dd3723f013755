import threading
from dataclasses import replace

import numpy as np
import pytest

from tests.tiny_bundle import write_tiny_bundle
from toolkit.batch.rendezvous import Rendezvous, met
from toolkit.diffusion.noise import gaussian
from toolkit.errors import ModelMismatch
from toolkit.generate import generate
from toolkit.messages import SpriteRequest
from toolkit.pipelines.sprites import plan, tell
from toolkit.runtime.denoiser import Call
from toolkit.runtime.models import Models, load_models

REQUEST = SpriteRequest(
    prompt="a red knight", num_frames=2, width=16, height=32, num_inference_steps=3
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """A bundle with a few-step network, which answers in another colour."""
    folder = tmp_path_factory.mktemp("b")
    return load_models(write_tiny_bundle(folder / "bundle", student=0.7), threads=1)


def together(models: Models, requests: list[SpriteRequest], most: int) -> list[np.ndarray]:
    """The frames of each request, made in threads that meet."""
    meeting = Rendezvous(most=lambda _: most)
    shared = met(models, meeting)
    made: dict[int, np.ndarray] = {}

    def work(index: int) -> None:
        try:
            made[index] = generate(requests[index], shared).frames
        finally:
            meeting.leave()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(requests))]
    for thread in threads:
        meeting.enter()
        thread.start()
    for thread in threads:
        thread.join()
    return [made[index] for index in range(len(requests))]


@pytest.mark.parametrize("most", [1, 2, 8])
def test_joined_runs_make_what_single_ones_make(models: Models, most: int):
    """Different lengths, sizes, guidance and loops: those that fit are joined, none waits."""
    requests = [
        replace(REQUEST, seed=1),
        replace(REQUEST, seed=2, prompt="blue slime"),
        replace(REQUEST, seed=3, num_inference_steps=7),
        replace(REQUEST, seed=4, guidance_scale=1),
        replace(REQUEST, seed=5, loop=False),
        replace(REQUEST, seed=6, width=32, actions=("idle", "walk")),
        replace(REQUEST, seed=7, num_inference_steps=4, guidance_scale=1),
        replace(REQUEST, seed=8, num_inference_steps=4, guidance_scale=2),
    ]
    for request, frames in zip(requests, together(models, requests, most), strict=True):
        np.testing.assert_array_equal(frames, generate(request, models).frames)


def call(models: Models, seed: int) -> Call:
    told = tell(plan(REQUEST)[0], REQUEST, models)
    sigma = np.full(2, 0.5, np.float32)
    return Call(x=gaussian((2, 4, 32, 16), seed=seed), sigma=sigma, branches=2, told=told)


def test_many_calls_are_one_run(models: Models):
    calls = [call(models, seed) for seed in range(3)]
    runs = models.denoiser.predict_many(calls)
    for each, made in zip(calls, runs, strict=True):
        single = models.denoiser.predict(each.x, each.sigma, each.branches, each.told)
        np.testing.assert_array_equal(made, single)


def test_a_run_that_fails_fails_for_all_who_wait(models: Models):
    meeting = Rendezvous(most=lambda _: 2)
    shared = met(models, meeting).denoiser
    good = call(models, 0)
    bad = replace(good, told=replace(good.told, text_embeds=np.zeros((2, 1, 1), np.float32)))
    errors: list[BaseException] = []

    def work() -> None:
        try:
            shared.predict(bad.x, bad.sigma, bad.branches, bad.told)
        except ModelMismatch as error:
            errors.append(error)
        finally:
            meeting.leave()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        meeting.enter()
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 2
