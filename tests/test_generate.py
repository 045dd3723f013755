"""The whole path from request to clip, against the same arithmetic written out in numpy."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tiny_bundle import WORDS, write_tiny_bundle
from toolkit.clip import Clip
from toolkit.diffusion.noise import gaussian
from toolkit.errors import BadRequest, JobCancelled
from toolkit.generate import generate
from toolkit.messages import SAMPLERS, SamplerName, SpriteRequest, decode_request
from toolkit.postprocess.finish import FinishOptions, finish
from toolkit.postprocess.steady import steady
from toolkit.runtime.models import Models, load_models

REQUEST = SpriteRequest(
    prompt="a red knight", num_frames=2, width=32, height=48, seed=5, num_inference_steps=1
)
BIAS = np.array([0.2, -0.2, -0.4, 2], np.float32)[:, None, None]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return load_models(write_tiny_bundle(tmp_path_factory.mktemp("b") / "bundle"), threads=1)


def word_of(prompt: str) -> float:
    """The mean of the tiny encoder's ``pooled``: a prompt's word numbers, padded to 24."""
    return sum(WORDS.index(word) for word in prompt.split()) / len(WORDS) / 24


def tiny_denoiser(x: np.ndarray, prompt: str) -> np.ndarray:
    return np.clip(x / 3 + np.float32(word_of(prompt)) + BIAS, -1, 1)


def finished(pixels: np.ndarray) -> np.ndarray:
    clip = Clip(frames=steady(Clip.from_float(pixels.astype(np.float32))), fps=12)
    return finish(clip, FinishOptions(max_colors=REQUEST.max_colors)).frames


def last_preview(request: SpriteRequest, models: Models) -> np.ndarray:
    """The frames of the last step, before the finish."""
    seen: list[np.ndarray] = []
    generate(request, models, on_progress=lambda _, frames: seen.append(frames))
    return seen[-1]


def start(request: SpriteRequest) -> np.ndarray:
    return gaussian((request.num_frames, 4, request.height, request.width), seed=request.seed)


def test_one_euler_step_is_the_finished_prediction_from_seeded_noise(models: Models):
    clip = generate(REQUEST, models)
    np.testing.assert_array_equal(
        clip.frames, finished(tiny_denoiser(start(REQUEST), REQUEST.prompt))
    )
    assert clip.frames.shape == (2, 48, 32, 4)


@pytest.mark.parametrize("negative", ["", "blue slime coin"])
def test_guided_steps_lean_from_the_negative_or_empty_prompt(models: Models, negative: str):
    request = replace(REQUEST, negative_prompt=negative, num_inference_steps=2, guidance_scale=4)
    noise = start(request)
    first = tiny_denoiser(noise, request.prompt)  # sigma 1 lies outside guidance's interval
    half = first + np.float32(0.5) * (noise - first)
    told, untold = tiny_denoiser(half, request.prompt), tiny_denoiser(half, negative)
    expected = Clip.from_float(untold + 4 * (told - untold)).astype(int)
    made = last_preview(request, models).astype(int)
    assert np.abs(made - expected).max() <= 1


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_makes_the_same_clip_twice(models: Models, sampler: SamplerName):
    request = replace(REQUEST, sampler=sampler, num_inference_steps=4)
    first = generate(request, models)
    again = generate(decode_request(first.metadata["request"]), models)
    np.testing.assert_array_equal(first.frames, again.frames)
    assert first.metadata == again.metadata


def test_takes_share_their_noise_and_differ_by_their_words(models: Models):
    sheet = generate(replace(REQUEST, actions=("walk",), directions=2), models)
    assert [tag.name for tag in sheet.tags] == ["walk_right", "walk_left"]
    first, second = sheet.frames[:2], sheet.frames[2:]
    assert (first != second).any()
    repeated = replace(REQUEST, prompt="a red knight walking, facing right")
    np.testing.assert_array_equal(
        Clip.from_float(tiny_denoiser_of_unknown(start(repeated))),
        last_preview(repeated, models),
    )


def tiny_denoiser_of_unknown(x: np.ndarray) -> np.ndarray:
    """``a red knight walking, facing right``: the comma and ``facing`` are unknown words."""
    return tiny_denoiser(x, "a red knight walking [UNK] [UNK] right")


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_given_picture_is_the_first_frame_at_every_step(models: Models, sampler: SamplerName):
    art = np.zeros((48, 32, 4), np.uint8)
    art[8:48, 4:28] = (200, 40, 40, 255)
    buffer = io.BytesIO()
    Image.fromarray(art).save(buffer, "PNG")
    request = replace(REQUEST, image=buffer.getvalue(), sampler=sampler, num_inference_steps=3)
    seen: list[np.ndarray] = []
    generate(request, models, on_progress=lambda _, frames: seen.append(frames))
    assert len(seen) == 3
    for frames in seen:
        np.testing.assert_array_equal(frames[0], art)


def test_a_picture_that_cannot_be_read_is_refused_before_any_step(models: Models):
    steps: list[int] = []
    with pytest.raises(BadRequest, match="image of 5 bytes cannot be read"):
        generate(
            replace(REQUEST, image=b"hello"),
            models,
            on_progress=lambda progress, _: steps.append(progress.step),
        )
    assert steps == []


def test_a_job_cancelled_from_the_start_takes_no_step(models: Models):
    steps: list[int] = []
    with pytest.raises(JobCancelled, match="after 0 of 1"):
        generate(
            REQUEST,
            models,
            on_progress=lambda progress, _: steps.append(progress.step),
            cancelled=lambda: True,
        )
    assert steps == []


def test_tuned_threads_make_the_same_clip(
    bundle: Path, models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    np.testing.assert_array_equal(
        generate(REQUEST, load_models(bundle)).frames, generate(REQUEST, models).frames
    )
