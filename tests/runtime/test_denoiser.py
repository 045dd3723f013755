from pathlib import Path

import numpy as np
import pytest

from toolkit.runtime.denoiser import OnnxDenoiser, Told
from toolkit.runtime.session import Session

FRAMES, SIDE = 2, 32


@pytest.fixture
def denoiser(bundle: Path) -> OnnxDenoiser:
    graph = (bundle / "denoiser.onnx").read_bytes()
    return OnnxDenoiser(Session(graph, provider="cpu", threads=1), patch=16)


def told() -> Told:
    tokens = FRAMES * (SIDE // 16) ** 2
    pooled = np.stack([np.full(384, 0.1, np.float32), np.full(384, 0.3, np.float32)])
    return Told(
        text_embeds=np.zeros((2, 24, 384), np.float32),
        pooled=pooled,
        control=np.zeros((FRAMES, 12), np.float32),
        rope_cos=np.ones((tokens, 32), np.float32),
        rope_sin=np.zeros((tokens, 32), np.float32),
    )


def noisy() -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).standard_normal((FRAMES, 4, SIDE, SIDE), np.float32)
    return x, np.full(FRAMES, 0.5, np.float32)


def test_both_branches_are_one_run_and_each_hears_its_own_words(denoiser: OnnxDenoiser):
    x, sigma = noisy()
    bias = np.array([0.2, -0.2, -0.4, 2], np.float32)[:, None, None]
    expected = np.stack([np.clip(x / 3 + word + bias, -1, 1) for word in (0.1, 0.3)])
    np.testing.assert_allclose(denoiser.predict(x, sigma, 2, told()), expected, atol=1e-6)


def test_one_branch_is_the_first_of_two(denoiser: OnnxDenoiser):
    x, sigma = noisy()
    alone = denoiser.predict(x, sigma, 1, told())
    assert alone.shape == (1, FRAMES, 4, SIDE, SIDE)
    np.testing.assert_array_equal(alone[0], denoiser.predict(x, sigma, 2, told())[0])
