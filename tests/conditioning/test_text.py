from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models

from tests.tiny_bundle import TOKENS, WIDTH, WORDS
from toolkit.conditioning.text import embed_prompts
from toolkit.errors import ModelMismatch


class ScriptedEncoder:
    """Keeps what it is asked and answers with zeros."""

    def __init__(self) -> None:
        self.ids = self.mask = np.zeros(0, np.int64)

    def __call__(self, ids: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.ids, self.mask = ids, mask
        return (
            np.zeros((len(ids), TOKENS, WIDTH), np.float32),
            np.zeros((len(ids), WIDTH), np.float32),
        )


@pytest.fixture
def tokenizer(bundle: Path) -> bytes:
    return (bundle / "tokenizer.json").read_bytes()


def test_prompts_become_padded_word_pieces_in_one_run(tokenizer: bytes):
    encode = ScriptedEncoder()
    embeds, pooled = embed_prompts(["A red Knight", ""], tokenizer=tokenizer, encode=encode)
    words = [WORDS.index(word) for word in ("a", "red", "knight")]
    assert encode.ids.tolist() == [words + [0] * (TOKENS - 3), [0] * TOKENS]
    assert encode.mask.tolist() == [[1] * 3 + [0] * (TOKENS - 3), [0] * TOKENS]
    assert encode.ids.dtype == encode.mask.dtype == np.int64
    assert (embeds.shape, pooled.shape) == ((2, TOKENS, WIDTH), (2, WIDTH))


def test_words_past_the_last_piece_are_not_read(tokenizer: bytes):
    encode = ScriptedEncoder()
    embed_prompts(["red " * 40 + "knight"], tokenizer=tokenizer, encode=encode)
    assert encode.ids.tolist() == [[WORDS.index("red")] * TOKENS]


@pytest.mark.parametrize("damaged", [b"", b"{}", b"\xff", b"[1, 2]"])
def test_a_damaged_tokenizer_is_one_sentence(damaged: bytes):
    with pytest.raises(ModelMismatch, match=r"tokenizer\.json cannot be read .*reinstall"):
        embed_prompts(["a"], tokenizer=damaged, encode=ScriptedEncoder())


def test_a_tokenizer_that_does_not_pad_is_refused():
    loose = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1}, unk_token="[UNK]"))
    with pytest.raises(ModelMismatch, match="several lengths"):
        embed_prompts(["a", ""], tokenizer=loose.to_str().encode(), encode=ScriptedEncoder())
