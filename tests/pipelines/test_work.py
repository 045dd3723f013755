from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tiny_bundle import write_tiny_bundle
from toolkit.generate import generate
from toolkit.messages import SpriteRequest
from toolkit.pipelines.work import Work, work_of
from toolkit.runtime.denoiser import OnnxDenoiser, Told
from toolkit.runtime.model_card import Student
from toolkit.runtime.models import Models, load_models

REQUEST = SpriteRequest(prompt="a red knight", num_frames=2, width=32, height=16)


class Counting(OnnxDenoiser):
    """Counts the runs by their branches."""

    def __init__(self, inner: OnnxDenoiser) -> None:
        super().__init__(inner.session, patch=inner.patch)
        self.runs = {1: 0, 2: 0}

    def predict(
        self, x: NDArray[np.float32], sigma: NDArray[np.float32], branches: int, told: Told
    ) -> NDArray[np.float32]:
        self.runs[branches] += 1
        return super().predict(x, sigma, branches, told)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return load_models(write_tiny_bundle(tmp_path_factory.mktemp("b") / "bundle"), threads=1)


@pytest.mark.parametrize(
    "request_",
    [
        replace(REQUEST, num_inference_steps=1),
        replace(REQUEST, num_inference_steps=20),
        replace(REQUEST, num_inference_steps=7, guidance_scale=1),
        replace(REQUEST, actions=("idle", "walk"), directions=4, num_inference_steps=5),
        replace(REQUEST, sampler="unipc", num_inference_steps=10),
        replace(REQUEST, sampler="lcm", num_inference_steps=4),
    ],
)
def test_the_runs_are_those_that_generating_makes(models: Models, request_: SpriteRequest):
    counting = Counting(models.denoiser)
    clip = generate(request_, replace(models, denoiser=counting))
    work = work_of(request_, patch=models.card.patch)
    assert (work.single_runs, work.guided_runs) == (counting.runs[1], counting.runs[2])
    assert work.frames == clip.num_frames
    assert work.tokens == clip.num_frames * 2 * 1
    assert work.takes == len(clip.tags)


@pytest.mark.parametrize(("steps", "runs"), [(4, {1: 4, 2: 0}), (5, {1: 3, 2: 2})])
def test_a_student_draws_its_own_steps_without_guidance(
    models: Models, steps: int, runs: dict[int, int]
):
    student = Student(num_inference_steps=4, guidance_scale=2.5)
    quality, quick = Counting(models.denoiser), Counting(models.denoiser)
    card = replace(models.card, student=student)
    apt = replace(models, denoiser=quality, student=quick, card=card)
    request = replace(REQUEST, num_inference_steps=steps)
    generate(request, apt)
    asked, idle = (quick, quality) if steps == 4 else (quality, quick)
    assert asked.runs == runs
    assert idle.runs == {1: 0, 2: 0}
    work = work_of(request, patch=models.card.patch, student=student)
    assert {1: work.single_runs, 2: work.guided_runs} == runs


def test_works_add_up():
    one = work_of(REQUEST, patch=16)
    assert one + one == Work(
        frames=4, takes=2, tokens=8, single_runs=2 * one.single_runs,
        guided_runs=2 * one.guided_runs,
    )  # fmt: skip
    assert (one + one).evaluations == 2 * one.evaluations
