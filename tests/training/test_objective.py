from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from toolkit.conditioning.control import SHIFT
from toolkit.data.datasets import Batch
from toolkit.model.text_encoder import tokenize
from toolkit.training.objective import Reader
from toolkit.training.recipes import tiny


class CountingMiniLM(torch.nn.Module):
    """Passes captions on to MiniLM and notes how many."""

    def __init__(self, minilm: torch.nn.Module) -> None:
        super().__init__()
        self.minilm = minilm
        self.read: list[int] = []

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        self.read.append(len(ids))
        return self.minilm(ids, mask)


@torch.no_grad()
def test_a_caption_is_read_once_and_its_states_are_minilms():
    reader = Reader(tiny(), torch.device("cpu"), torch.float32, captions_kept=2)
    minilm, counting = reader.minilm, CountingMiniLM(reader.minilm)
    reader.minilm = counting  # type: ignore[assignment]  # answers as MiniLM does
    captions = ["a red knight", "", "a red knight", "a slime"]
    ids, mask = tokenize(reader.tokenizer, captions)
    for _ in range(2):
        torch.testing.assert_close(reader.states(captions, ids, mask), minilm(ids, mask))
    assert list(reader.known) == ["a slime", "a red knight"]
    assert counting.read == [3, 1]  # of the three, the first had to go


def test_only_frames_too_noisy_to_show_their_place_are_told_how_far_it_was_moved():
    recipe = replace(tiny(), control_dropout=0.0)
    reader = Reader(recipe, torch.device("cpu"), torch.float32)
    control = np.random.default_rng(0).random((2, 3, 12)).astype(np.float32)
    batch = Batch(
        frames=np.zeros((2, 3, 64, 64, 4), np.uint8),
        captions=["a", "b"],
        control=control,
        loop=True,
    )
    sigma = torch.tensor([[0.9, 0.8, 0.0], [0.95, 0.81, 0.79]])
    told = reader.dropped(batch, sigma, torch.Generator().manual_seed(0)).control
    expected = torch.tensor(control.tolist())
    expected[0, 1:, SHIFT] = 0
    expected[1, 2, SHIFT] = 0
    torch.testing.assert_close(told, expected)
