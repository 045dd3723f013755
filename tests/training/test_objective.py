import torch
from torch import Tensor

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
