"""Speaker: chooses the words of a caption by chance."""

from __future__ import annotations

from typing import Literal

import numpy as np

from toolkit.data.procedural.synonyms import HELD_OUT_SYNONYMS, SYNONYMS

Words = Literal["train", "heldout"]
DROPOUT = 0.25
FIRST_WORD_SHARE = 0.45


class Speaker:
    """Chooses words: a synonym of a slot's value, and whether to say it at all."""

    def __init__(self, rng: np.random.Generator, words: Words) -> None:
        self.rng, self.words = rng, words

    def word(self, value: str) -> str:
        """The value or a synonym of it."""
        if self.words == "heldout" and value in HELD_OUT_SYNONYMS:
            return self.one_of(HELD_OUT_SYNONYMS[value])
        choices = SYNONYMS.get(value, (value,))
        return choices[0] if self.rng.random() < FIRST_WORD_SHARE else self.one_of(choices)

    def one_of(self, choices: tuple[str, ...]) -> str:
        """Any of the choices."""
        return choices[int(self.rng.integers(len(choices)))]

    def says(self, share: float = 1 - DROPOUT) -> bool:
        """True ``share`` of the time."""
        return bool(self.rng.random() < share)
