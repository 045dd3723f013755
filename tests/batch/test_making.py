from dataclasses import replace

import pytest

from tests.tiny_bundle import write_tiny_bundle
from toolkit.batch.assets import QualityBar
from toolkit.batch.making import Failed, Job, Made, make, seeds_of
from toolkit.batch.paths import retry_seed
from toolkit.errors import JobCancelled
from toolkit.generate import generate
from toolkit.messages import SpriteRequest
from toolkit.postprocess.quality import quality
from toolkit.runtime.models import Models, load_models

REQUEST = SpriteRequest(
    prompt="a red knight", num_frames=4, width=16, height=16, seed=5, num_inference_steps=1
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return load_models(write_tiny_bundle(tmp_path_factory.mktemp("b") / "bundle"), threads=1)


def job(bar: QualityBar, first_seed: int | None = None, request: SpriteRequest = REQUEST) -> Job:
    return Job(name="knight", request=request, bar=bar, first_seed=first_seed)


def test_seeds_are_the_own_one_and_then_derived_ones_each_once():
    bar = QualityBar(limits={}, retries=3)
    seeds = seeds_of(job(bar))
    assert seeds == (5, *(retry_seed(5, attempt) for attempt in (1, 2, 3)))
    assert len(set(seeds)) == 4
    assert seeds_of(job(bar, first_seed=seeds[2])) == (seeds[2], 5, seeds[1], seeds[3])
    assert seeds_of(job(bar, first_seed=9)) == (9, 5, seeds[1], seeds[2])


def test_the_first_seed_that_passes_is_taken(models: Models):
    """Loop seams of the tiny bundle differ by seed; the limit lets only the smoothest pass."""
    seeds = seeds_of(job(QualityBar(limits={}, retries=5)))
    seams = [measured(models, seed) for seed in seeds]
    best = seams.index(min(seams))
    assert best > 0
    made = make(job(QualityBar(limits={"loop_seam_ratio": seams[best]}, retries=5)), models)
    assert isinstance(made, Made)
    assert [attempt.seed for attempt in made.attempts] == list(seeds[: best + 1])
    assert (made.chosen.seed, made.request.seed) == (seeds[best], seeds[best])
    assert made.chosen.exceeded == ()
    assert made.attempts[0].exceeded == (
        f"loop_seam_ratio is {seams[0]:g}, allowed {seams[best]:g}",
    )


def measured(models: Models, seed: int) -> float:
    return quality(generate(replace(REQUEST, seed=seed), models)).loop_seam_ratio


def test_when_none_passes_the_one_with_least_wrong_is_kept(models: Models):
    made = make(job(QualityBar(limits={"colors": 1, "empty_frames": 0}, retries=2)), models)
    assert isinstance(made, Made)
    assert len(made.attempts) == 3
    assert made.chosen == made.attempts[0]
    assert [text.split()[0] for text in made.chosen.exceeded] == ["colors"]


def test_what_goes_wrong_with_one_job_is_its_own_failure(models: Models):
    broken = SpriteRequest(prompt="x", image=b"no picture")
    failed = make(job(QualityBar(limits={}), request=broken), models)
    assert isinstance(failed, Failed)
    assert failed.name == "knight"
    assert "cannot be read" in failed.reason


def test_a_cancelled_job_is_no_failure(models: Models):
    with pytest.raises(JobCancelled):
        make(job(QualityBar(limits={})), models, lambda: True)
