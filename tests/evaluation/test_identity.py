import numpy as np
import torch

from toolkit.data.procedural.labels import CharacterLabels
from toolkit.evaluation.attributes import HEADS
from toolkit.evaluation.identity import (
    PERSON,
    TAKES,
    agreement,
    best_threshold,
    characters,
    pairs,
    verification,
)
from toolkit.evaluation.judges import Judge, Verdict


class Reads(Judge):
    """Reads every attribute of a person off the red of a clip's first pixel."""

    def __init__(self) -> None:
        torch.nn.Module.__init__(self)

    def features(self, clips: torch.Tensor) -> torch.Tensor:
        return ((clips[:, 0, 0, 0, 0] + 1) * 127.5)[:, None]

    def read(self, features: torch.Tensor) -> dict[str, torch.Tensor]:
        answer = features.round().long()
        return {
            head: 8.0 * torch.nn.functional.one_hot(answer[:, 0] % len(names), len(names))
            for head, names in HEADS.items()
        }


def shades(*reds: int) -> np.ndarray:
    clips = np.zeros((len(reds), 2, 64, 64, 4), np.uint8)
    clips[..., 3] = 255
    clips[..., 0] = np.array(reds, np.uint8)[:, None, None, None]
    return clips


def test_a_character_keeps_what_it_is_in_every_take_and_its_seed():
    cases = characters(2, seed=5)
    assert [(case.labels.action, case.labels.direction) for case in cases] == [*TAKES, *TAKES]
    assert [case.seed for case in cases] == [0] * 4 + [1] * 4
    first, second = cases[0].labels, cases[2].labels
    assert isinstance(first, CharacterLabels)
    assert isinstance(second, CharacterLabels)
    assert (first.race, first.role, first.color) == (second.race, second.role, second.color)
    assert [case.loop for case in cases[:4]] == [True, True, False, False]
    assert cases[0].prompt != cases[1].prompt


def test_half_of_the_pairs_show_one_character_and_none_the_same_take():
    rows, same = pairs(3)
    assert same.mean() == 0.5
    assert (rows[:, 0] % len(TAKES) != rows[:, 1] % len(TAKES)).all()
    assert ((rows[:, 0] // len(TAKES) == rows[:, 1] // len(TAKES)) == same).all()


def test_agreement_is_the_chance_that_both_have_one_answer():
    sure = np.log(np.array([[0.75, 0.25], [0.25, 0.75]], np.float32))
    verdict = Verdict(
        features=np.zeros((2, 1), np.float32), log_probabilities={head: sure for head in PERSON}
    )
    made = agreement(verdict)
    assert np.allclose(made[0, 1], len(PERSON) * np.log(2 * 0.75 * 0.25), atol=1e-5)
    assert np.allclose(made[0, 0], len(PERSON) * np.log(0.75**2 + 0.25**2), atol=1e-5)


def test_characters_that_look_alike_in_all_takes_are_all_told_apart():
    judge = Reads()
    steady = shades(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3)
    threshold = best_threshold(judge, steady)
    assert verification(judge, steady, threshold) == 1
    changing = shades(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4)
    assert verification(judge, changing, threshold) == 0.5
