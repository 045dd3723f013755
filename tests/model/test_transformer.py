import numpy as np
import pytest
import torch
import torch.nn.functional as F

from toolkit.conditioning.rotary import rotary_phases
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.transformer import VideoTransformer, attend, rotate

PRESET = CLIP_PRESETS["clip-tiny"]


@pytest.fixture
def network() -> VideoTransformer:
    torch.manual_seed(0)
    network = VideoTransformer(PRESET)
    for parameter in network.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    return network.eval()


def inputs(frames: int, height: int, width: int, *, loop: bool = True) -> list[torch.Tensor]:
    rope = rotary_phases(frames, height // 16, width // 16, loop=loop)
    return [
        torch.randn(2, frames, 4, height, width),
        torch.rand(2, frames),
        torch.randn(2, 24, PRESET.width),
        torch.randn(2, PRESET.width),
        torch.randn(2, frames, PRESET.control_size),
        *(torch.from_numpy(phase) for phase in rope),
    ]


def test_unpatchify_is_the_exact_inverse_of_patchify(network: VideoTransformer):
    images = torch.randn(2, 3, 32, 48, 4)
    patches = network.patchify(images)
    assert patches.shape == (2, 3, 6, 1024)
    assert torch.equal(network.unpatchify(patches, 2, 3), images.flatten(0, 1))


def test_attention_equals_the_one_of_torch():
    q, k, v = (torch.randn(2, 3, length, 64) for length in (5, 7, 7))
    torch.testing.assert_close(attend(q, k, v), F.scaled_dot_product_attention(q, k, v))


@pytest.mark.parametrize(("frames", "height", "width"), [(1, 64, 64), (5, 32, 80)])
def test_any_length_and_canvas_keeps_its_shape(
    network: VideoTransformer, frames: int, height: int, width: int
):
    assert network(*inputs(frames, height, width)).shape == (2, frames, 4, height, width)


@torch.no_grad()
def test_each_frame_has_its_own_sigma(network: VideoTransformer):
    given = inputs(2, 16, 16)
    changed = [tensor.clone() for tensor in given]
    changed[1][:, 1] += 0.5
    difference = (network(*given) - network(*changed)).abs().amax((0, 2, 3, 4))
    assert difference[1] > 0


def test_rotation_keeps_length_and_depends_on_distance_only():
    cosines, sines = (torch.from_numpy(p) for p in rotary_phases(6, 1, 1, loop=False))
    q, k = torch.randn(1, 1, 1, 64), torch.randn(1, 1, 1, 64)
    turned_q = rotate(q.expand(1, 1, 6, 64), cosines, sines)[0, 0]
    turned_k = rotate(k.expand(1, 1, 6, 64), cosines, sines)[0, 0]
    torch.testing.assert_close(turned_q.norm(dim=-1), q.norm().expand(6))
    torch.testing.assert_close(turned_q[3] @ turned_k[1], turned_q[5] @ turned_k[3])


def test_in_a_loop_the_frame_after_the_last_has_the_phases_of_the_first():
    cosines, _ = rotary_phases(8, 1, 1, loop=True)
    turns = np.arccos(np.clip(cosines[1, :12], -1, 1)) * 8 / (2 * np.pi)
    np.testing.assert_allclose(turns, np.rint(turns), atol=1e-5)
